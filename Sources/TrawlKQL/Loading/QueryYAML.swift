/// A rule in the YAML of Azure Sentinel (`id`, `name`, `relevantTechniques`, `query: |`), as far as its query needs it: lines
/// of top-level keys, a block of text and a list. What else stands in it does not matter.
struct QueryYAML {
  /// The query, with its place; nil if there is none.
  private(set) var source: KQLSource?

  /// Whether a text is such a rule: it has a query, and no detection as Sigma's rules have.
  static func isRule(_ text: String) -> Bool {
    let keys = text.split(whereSeparator: \.isNewline).compactMap { line in
      line.first?.isLetter == true ? line.prefix { $0 != ":" } : nil
    }
    return keys.contains("query") && !keys.contains("detection") && !keys.contains("correlation")
  }

  init(_ text: String, file: String) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("query:") }) else { return }
    let (id, name) = (QueryYAML.value("id", lines), QueryYAML.value("name", lines))
    let written = QueryYAML.trimmed(lines[start].dropFirst("query:".count))
    let isBlock = written.first == "|" || written.first == ">"
    let block = lines[(start + 1)...].prefix { $0.first.map { $0 == " " } ?? true }
    let first = block.first { $0.contains { $0 != " " } }
    let indentation = isBlock ? first?.prefix { $0 == " " }.count ?? 0 : 0
    let body = block.map { $0.dropFirst(min(indentation, $0.prefix { $0 == " " }.count)) }
    source = KQLSource(
      text: isBlock ? body.joined(separator: "\n") : QueryYAML.unquoted(written), file: file,
      line: isBlock ? start + 2 : start + 1, indentation: indentation, id: id?.lowercased(), title: name,
      tags: QueryYAML.techniques(lines))
  }

  private static func value(_ key: String, _ lines: [Substring]) -> String? {
    let line = lines.first { $0.hasPrefix("\(key):") }
    let value = line.map { unquoted(trimmed($0.dropFirst(key.count + 1))) }
    return value?.isEmpty == true ? nil : value
  }

  private static func techniques(_ lines: [Substring]) -> [String] {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("relevantTechniques:") }) else { return [] }
    return lines[(start + 1)...].map { trimmed($0) }.prefix { $0.hasPrefix("- ") }.map {
      "attack.\(unquoted(trimmed($0.dropFirst(2))).lowercased())"
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func unquoted(_ text: Substring) -> String {
    guard text.count >= 2, let quote = text.first, quote == text.last, quote == "\"" || quote == "'" else {
      return String(text)
    }
    return String(text.dropFirst().dropLast())
  }
}
