import TrawlRows

extension Lexer {
  private static let types: [String: KQLType] = [
    "datetime": .datetime, "date": .datetime, "timespan": .timespan, "time": .timespan, "guid": .guid,
    "int": .int, "long": .long, "real": .real, "double": .real, "decimal": .decimal, "bool": .bool,
    "boolean": .bool,
  ]

  /// `datetime(2024-01-01)`: between the parentheses lies raw text. Nil where the name is not followed by one.
  mutating func typedLiteral(_ name: String, from start: Int) throws(Problem) -> Token.Kind? {
    guard let type = Lexer.types[name] else { return nil }
    var opening = at
    while opening < end, bytes[opening] == 0x20 || bytes[opening] == 0x09 { opening += 1 }
    guard opening < end, bytes[opening] == UInt8(ascii: "("),
      let closing = bytes[opening..<end].firstIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let raw = text(opening + 1, closing).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    at = closing + 1
    if raw.isEmpty, type == .datetime { return .now }
    if raw == "null" { return .value(.null(type)) }
    guard let value = Lexer.value(unquoted(raw), type) else {
      throw Problem(
        105, range(from: start), reason: "bad literal", "'\(raw)' is no \(name)",
        advice: Lexer.advice(name, type))
    }
    return .value(value)
  }

  private func unquoted(_ raw: String) -> String {
    guard raw.utf8.count >= 2, let quote = raw.first, quote == "\"" || quote == "'", raw.last == quote else {
      return raw
    }
    return String(raw.dropFirst().dropLast())
  }

  private static func advice(_ name: String, _ type: KQLType) -> String {
    switch type {
    case .datetime: "write \(name)(2024-01-31) or \(name)(2024-01-31 12:00:00)"
    case .timespan: "write \(name)(2d) or \(name)(1.02:03:04)"
    default: "the parentheses of a literal take a constant; to\(name)() converts"
    }
  }

  private static func value(_ text: String, _ type: KQLType) -> KQLValue? {
    switch type {
    case .datetime: KQLTime.datetime(parsing: text).map { .datetime($0) }
    case .timespan: KQLTime.timespan(parsing: text).map { .timespan($0) }
    case .int, .long: integer(text).map { .integer($0) }
    case .real, .decimal: Double(text).map { .real($0) }
    case .bool: boolean(text).map { .bool($0) }
    case .guid: guid(text).map { .guid($0) }
    default: nil
    }
  }

  private static func integer(_ text: String) -> Int64? {
    text.lowercased().hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true": true
    case "false": false
    default: Int64(text).map { $0 != 0 }
    }
  }

  private static func guid(_ text: String) -> String? {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x7B && $0 != 0x7D }
    guard digits.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { result += "-" }
      result.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return result.lowercased()
  }
}
