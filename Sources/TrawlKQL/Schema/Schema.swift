import TrawlRows

/// The tables and functions that queries may name.
struct Schema: Sendable {
  struct Column: Sendable {
    var name: String
    var type: KQLType
  }

  struct Table: Sendable {
    var columns: [Column]
    /// Whether it may have columns that are not listed.
    var isOpen: Bool
  }

  /// What a function is by its name.
  enum FunctionClass: Sendable {
    case scalar(KQLType)
    case aggregate
    /// It needs data of Microsoft's cloud.
    case service
  }

  private(set) var tables: [String: Table] = [:]
  /// Tables that are known by name only.
  private(set) var otherTables: Set<String> = []
  private(set) var functions: [String: FunctionClass] = [:]

  /// The schema that comes with Trawl.
  static let standard: Schema = {
    var schema = Schema()
    for file in embeddedFiles {
      switch file.name {
      case "tables.tsv": schema.addTables(file.text)
      case "functions.tsv": schema.addFunctions(file.text)
      default: break
      }
    }
    return schema
  }()

  /// The columns in which the time of the event stands.
  static let eventTimes: Set<String> = ["Timestamp", "TimeGenerated"]

  private mutating func addTables(_ text: String) {
    var groups: [Substring: [Column]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: "\t")
      switch cells[0] {
      case "other": otherTables.formUnion(cells[1].split(separator: " ").map { String($0) })
      case "group": groups[cells[1]] = Schema.columns(cells[2], groups)
      default:
        let columns = Schema.columns(cells[2], groups)
        tables[String(cells[1])] = Table(columns: columns, isOpen: cells[0] == "open")
      }
    }
  }

  private static func columns(_ cell: Substring, _ groups: [Substring: [Column]]) -> [Column] {
    cell.split(separator: " ").flatMap { word -> [Column] in
      if word.hasPrefix("@") { return groups[word.dropFirst()] ?? [] }
      let parts = word.split(separator: ":")
      let type = parts.count > 1 ? KQLType(name: String(parts[1])) : .string
      return [Column(name: String(parts[0]), type: type ?? .unknown)]
    }
  }

  private mutating func addFunctions(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let cells = line.split(separator: "\t")
      for name in cells[1].split(separator: " ") {
        functions[String(name)] = Schema.functionClass(String(cells[0]))
      }
    }
  }

  private static func functionClass(_ name: String) -> FunctionClass {
    switch name {
    case "aggregate": .aggregate
    case "service": .service
    default: .scalar(KQLType(rawValue: name) ?? .unknown)
    }
  }
}
