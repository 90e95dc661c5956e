/// What tables hold, in a sentence each.
struct TableMeanings: Sendable {
  private var sentences: [String: String] = [:]

  /// The table that comes with Trawl.
  static let standard: TableMeanings = {
    var meanings = TableMeanings()
    for file in embeddedFiles where file.name == "meanings.tsv" {
      for line in file.text.split(separator: "\n") where !line.hasPrefix("#") {
        let cells = line.split(separator: "\t")
        if cells.count == 2 { meanings.sentences[String(cells[0])] = String(cells[1]) }
      }
    }
    return meanings
  }()

  /// What a table holds, if that is known.
  func sentence(of table: String) -> String? { sentences[table] }

  /// A sentence about the name that a query starts with.
  func sentence(_ name: String, isOwn: Bool) -> String {
    if isOwn { return "Starts with what \(name) gives, a function of the query's own." }
    guard let sentence = sentences[name] else { return "Starts with the table \(name)." }
    return "Starts with \(name): \(sentence)."
  }
}
