/// The text of one block of queries, where it stands and what is known of it: a whole file, a fenced block of Markdown,
/// or the `query` of a YAML rule.
public struct KQLSource: Sendable {
  public var text: String
  public var file: String
  /// The line of the file on which the text begins, from 1.
  public var line: Int
  /// Columns of the file that stand before each line of the text, as in an indented YAML block.
  public var indentation: Int
  /// The block's number in a file that has several, from 1.
  public var block: Int?
  /// A rule's own id; else a query is known by its file and block.
  public var id: String?
  public var title: String
  /// As rules of Sigma have them: `attack.t1059.001`.
  public var tags: [String]

  public init(
    text: String, file: String, line: Int = 1, indentation: Int = 0, block: Int? = nil, id: String? = nil,
    title: String? = nil, tags: [String] = []
  ) {
    self.text = text
    self.file = file
    self.line = line
    self.indentation = indentation
    self.block = block
    self.id = id
    self.title = title ?? KQLSource.stem(of: file)
    self.tags = tags
  }

  /// The name of a file without folders and extension.
  static func stem(of file: String) -> String {
    let name = file.split(separator: "/").last ?? file[...]
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
