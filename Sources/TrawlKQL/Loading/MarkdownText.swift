/// The blocks of KQL in a Markdown text.
struct MarkdownText {
  private(set) var sources: [KQLSource] = []
  /// Blocks of other languages.
  private(set) var otherBlocks = 0

  private let file: String
  private var title: String?
  private var heading: String?
  private var tags: [String] = []

  /// A fenced block as it is read.
  private struct Block {
    var tag: String
    var line: Int
    var lines: [Substring] = []
  }

  /// By the file's name, or since it has fences with a tag of KQL: within KQL, three backticks have none.
  static func isMarkdown(_ text: String, file: String) -> Bool {
    let name = file.lowercased()
    if name.hasSuffix(".md") || name.hasSuffix(".markdown") { return true }
    return text.split(whereSeparator: \.isNewline).contains { line in
      guard let rest = MarkdownText.fence(line) else { return false }
      return ["kql", "kusto"].contains(rest.lowercased())
    }
  }

  init(_ text: String, file: String) {
    self.file = file
    tags = MarkdownText.techniques(of: text)
    var block: Block?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      if block == nil {
        readOutside(line, index + 1, &block)
      } else {
        readInside(line, index + 1, &block)
      }
    }
    if let block { close(block) }
  }

  /// What stands behind the backticks of a fence; nil if the line is none.
  private static func fence(_ line: Substring) -> String? {
    let body = line.drop { $0 == " " || $0 == "\t" || $0 == ">" }
    guard body.hasPrefix("```") else { return nil }
    let rest = body.drop { $0 == "`" }
    return rest.contains("`") ? nil : rest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func readOutside(_ line: Substring, _ number: Int, _ block: inout Block?) {
    if let tag = MarkdownText.fence(line) {
      block = MarkdownText.opened(tag, number)
    } else if line.hasPrefix("#") {
      let text = line.drop { $0 == "#" }.split(separator: " ").joined(separator: " ")
      if !line.hasPrefix("##"), title == nil { title = text }
      heading = text
    }
  }

  /// Some have the first line of the query glued to the tag.
  private static func opened(_ tag: String, _ number: Int) -> Block {
    let lower = tag.lowercased()
    for name in ["kusto", "kql"] where lower.hasPrefix(name) && lower != name {
      let rest = tag.dropFirst(name.count)
      return Block(tag: name, line: number, lines: [rest])
    }
    return Block(tag: lower, line: number + 1)
  }

  private mutating func readInside(_ line: Substring, _ number: Int, _ block: inout Block?) {
    guard var current = block else { return }
    if let tag = MarkdownText.fence(line) {
      close(current)
      // A new fence may replace a missing end of the one before.
      block = tag.isEmpty ? nil : MarkdownText.opened(tag, number)
    } else if line.hasSuffix("```") {
      current.lines.append(line.dropLast(3))
      close(current)
      block = nil
    } else {
      current.lines.append(line)
      block = current
    }
  }

  private mutating func close(_ block: Block) {
    let text = block.lines.joined(separator: "\n")
    guard MarkdownText.isKQL(text, tag: block.tag) else {
      otherBlocks += 1
      return
    }
    let name = title ?? KQLSource.stem(of: file)
    let label = heading.flatMap { $0 == title || $0.isEmpty ? nil : " (\($0))" } ?? ""
    sources.append(
      KQLSource(
        text: text, file: file, line: block.line, block: sources.count + 1, title: name + label, tags: tags))
  }

  /// Blocks without a tag, or with a wrong one, are taken for KQL if they look like it.
  private static func isKQL(_ text: String, tag: String) -> Bool {
    if tag == "kql" || tag == "kusto" { return text.contains { !$0.isWhitespace } }
    let start = text.drop { $0.isWhitespace }
    if start.hasPrefix("{") || start.hasPrefix("<") || start.hasPrefix("#") || start.hasPrefix("$") {
      return false
    }
    let operators = ["where", "project", "extend", "summarize"]
    return text.split(separator: "|").dropFirst().contains { part in
      let word = part.drop { $0.isWhitespace }.prefix { $0.isLetter }
      return operators.contains(String(word))
    }
  }

  /// Techniques of ATT&CK that the text names, as tags of Sigma have them.
  private static func techniques(of text: String) -> [String] {
    var tags: [String] = []
    let bytes = Array(text.utf8)
    for at in bytes.indices where bytes[at] == UInt8(ascii: "T") && (at == 0 || !bytes[at - 1].isWordPart) {
      guard at + 5 <= bytes.count, bytes[(at + 1)..<(at + 5)].allSatisfy(\.isDigit) else { continue }
      var end = at + 5
      if end + 4 <= bytes.count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "/"),
        bytes[(end + 1)..<(end + 4)].allSatisfy(\.isDigit)
      {
        end += 4
      }
      if end < bytes.count, bytes[end].isWordPart { continue }
      let name = String(decoding: bytes[at..<end], as: UTF8.self).lowercased()
      let tag = "attack." + name.map { $0 == "/" ? "." : String($0) }.joined()
      if !tags.contains(tag) { tags.append(tag) }
    }
    return tags
  }
}
