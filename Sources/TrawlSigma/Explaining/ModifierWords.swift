import TrawlRules

/// Puts a field with its modifiers into words.
struct ModifierWords {
  private let item: Rule.Item
  private let modifiers: Set<String>

  /// Values that are shown of a long list.
  static let mostValues = 12

  init(_ item: Rule.Item) {
    self.item = item
    modifiers = Set(item.modifiers)
  }

  /// `Image ends with one of '\a.exe', '\b.exe'`
  func phrase(_ values: [String], isAll: Bool) -> String {
    let subject = item.field ?? "any value of the event"
    switch item.predicate.test {
    case .null: return "\(subject) is absent or null"
    case .present: return "\(subject) is there, whatever its value"
    case .timePart(let part, let comparison, _):
      return
        "the \(part.rawValue) of the time in \(subject) \(ModifierWords.verb(comparison)) \(values.joined(separator: ", "))"
    case .number(let comparison, _) where comparison != .equal:
      return
        "\(subject) is a number that \(ModifierWords.verb(comparison)) \(values.joined(separator: " or "))"
    default:
      return "\(subject) \(verb(values)) \(list(values, isAll: isAll))\(remarks(values))"
    }
  }

  private static func verb(_ comparison: Comparison) -> String {
    switch comparison {
    case .equal: "is"
    case .less: "is less than"
    case .lessOrEqual: "is at most"
    case .greater: "is greater than"
    case .greaterOrEqual: "is at least"
    }
  }

  private func verb(_ values: [String]) -> String {
    switch item.predicate.test {
    case .network: return "is an address in"
    case .regularExpression: return "matches the regular expression"
    case .field(_, let relation): return verb(relation)
    default: break
    }
    if modifiers.contains("contains") || item.field == nil { return "contains" }
    if modifiers.contains("startswith") { return "starts with" }
    if modifiers.contains("endswith") { return "ends with" }
    return values.contains(where: ModifierWords.hasWildcard) ? "is like" : "is"
  }

  private func verb(_ relation: TextRelation) -> String {
    switch relation {
    case .equals: "equals the field"
    case .contains: "contains the text of the field"
    case .startsWith: "starts with the text of the field"
    case .endsWith: "ends with the text of the field"
    }
  }

  private func list(_ values: [String], isAll: Bool) -> String {
    let isName = if case .field = item.predicate.test { true } else { false }
    let isWhole = item.modifiers.allSatisfy { $0 == "neq" || $0 == "all" }
    let shown = values.prefix(ModifierWords.mostValues).map { value in
      isName || isWhole && Int(value) != nil ? value : "'\(value)'"
    }
    let rest = values.count - shown.count
    let text = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    if values.count == 1 { return text }
    return (isAll ? "each of " : "one of ") + text
  }
}

extension ModifierWords {
  /// An asterisk or question mark that is not escaped.
  private static func hasWildcard(_ value: String) -> Bool {
    var backslashes = 0
    for byte in value.utf8 {
      if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?"), backslashes % 2 == 0 { return true }
      backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
    }
    return false
  }

  /// What modifiers do to the values, and where case matters.
  private func remarks(_ values: [String]) -> String {
    var remarks: [String] = []
    for name in item.modifiers { if let remark = ModifierWords.remarks[name] { remarks.append(remark) } }
    if case .regularExpression(let expression) = item.predicate.test {
      remarks.append(expression.ignoresCase ? "in any case" : "case matters")
      if expression.isMultiline { remarks.append("^ and $ stand for the ends of lines too") }
      if expression.dotMatchesNewline { remarks.append("the dot stands for line ends too") }
    } else if case .network = item.predicate.test {
      return ""
    } else if values.contains(where: ModifierWords.hasWildcard) {
      remarks.append("* stands for any text, ? for one character")
    }
    return remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
  }

  private static let remarks = [
    "cased": "case matters", "windash": "the dash may be any of - / \u{2013} \u{2014} \u{2015}",
    "base64": "encoded in base64", "base64offset": "encoded in base64, at each of the three offsets",
    "wide": "as UTF-16", "utf16le": "as UTF-16", "utf16be": "as UTF-16, high byte first",
    "utf16": "as UTF-16 with its mark", "expand": "with its placeholders filled in",
  ]
}
