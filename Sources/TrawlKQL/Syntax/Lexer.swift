/// Cuts a query into tokens; throws at the first thing that is none.
struct Lexer {
  let bytes: [UInt8]
  let end: Int
  var at: Int
  private var tokens: [Token] = []

  /// Of a stretch of the text; positions count from the text's start.
  init(_ bytes: [UInt8], _ range: SourceRange) {
    self.bytes = bytes
    at = range.start
    end = range.end
  }

  /// All tokens, `.end` last.
  mutating func all() throws(Problem) -> [Token] {
    while true {
      skipBlanks()
      let start = at
      guard at < end else {
        tokens.append(Token(kind: .end, range: SourceRange(start: end, end: end)))
        return tokens
      }
      let kind = try token()
      tokens.append(Token(kind: kind, range: SourceRange(start: start, end: at)))
    }
  }

  /// The first token, if there is one.
  var first: Token? {
    mutating get {
      skipBlanks()
      let start = at
      guard at < end, let kind = try? token() else { return nil }
      return Token(kind: kind, range: range(from: start))
    }
  }

  func byte(_ offset: Int = 0) -> UInt8 { at + offset < end ? bytes[at + offset] : 0 }

  func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

  func range(from start: Int) -> SourceRange { SourceRange(start: start, end: at) }

  /// Blanks of Unicode, zero-width ones among them (Kusto's own lexer), and comments.
  private mutating func skipBlanks() {
    while at < end {
      if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
        while at < end, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      } else if let length = blankLength {
        at += length
      } else {
        return
      }
    }
  }

  private var blankLength: Int? {
    switch byte() {
    case 0x09...0x0D, 0x20: return 1
    case 0xC2: return byte(1) == 0xA0 || byte(1) == 0x85 ? 2 : nil
    case 0xE1: return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : nil
    case 0xE2:
      if byte(1) == 0x81 { return byte(2) == 0x9F ? 3 : nil }
      guard byte(1) == 0x80 else { return nil }
      return byte(2) <= 0x8B || [0xA8, 0xA9, 0xAF].contains(byte(2)) ? 3 : nil
    case 0xE3: return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : nil
    case 0xEF: return byte(1) == 0xBB && byte(2) == 0xBF ? 3 : nil
    default: return nil
    }
  }

  private mutating func token() throws(Problem) -> Token.Kind {
    if let string = try string() { return .string(string) }
    let first = byte()
    if first.isDigit { return try number() }
    if first.isWordStart || first == UInt8(ascii: "$") { return try word() }
    if first == UInt8(ascii: "!"), byte(1).isLetter {
      at += 1
      return .name("!" + operatorWord())
    }
    return try symbol()
  }

  private mutating func symbol() throws(Problem) -> Token.Kind {
    for length in [2, 1] where at + length <= end {
      let text = text(at, at + length)
      if Lexer.symbols.contains(text) {
        at += length
        return .symbol(text)
      }
    }
    let start = at
    at += 1
    while at < end, bytes[at] & 0xC0 == 0x80 { at += 1 }
    let character = text(start, at)
    throw Problem(
      101, range(from: start), reason: "unexpected character", "'\(character)' is no part of KQL",
      advice: Lexer.lookalikes[character].map { "write \($0)" })
  }

  private static let symbols: Set<String> = [
    "|", ";", ",", "(", ")", "[", "]", "{", "}", ":", ".", "..", "+", "-", "*", "/", "%", "<", "<=", ">",
    ">=",
    "==", "!=", "<>", "=~", "!~", "=", "=>", "?", "!",
  ]

  private static let lookalikes = [
    "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..", "&": "and",
  ]

  /// A name as far as it goes, with the `~` of `in~`.
  private mutating func operatorWord() -> String {
    let start = at
    while byte().isWordPart { at += 1 }
    if byte() == UInt8(ascii: "~"), text(start, at) == "in" { at += 1 }
    return text(start, at)
  }

  private mutating func word() throws(Problem) -> Token.Kind {
    let start = at
    if byte() == UInt8(ascii: "$") { at += 1 }
    let name = text(start, at) + operatorWord()
    guard name != "$" else {
      throw Problem(101, range(from: start), reason: "unexpected character", "'$' is no part of KQL")
    }
    if let literal = try typedLiteral(name, from: start) { return literal }
    return .name(name)
  }
}

extension UInt8 {
  var isDigit: Bool { (48...57).contains(self) }
  var isLetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
  var isWordStart: Bool { isLetter || self == UInt8(ascii: "_") }
  var isWordPart: Bool { isWordStart || isDigit }
  var isHexDigit: Bool { isDigit || (65...70).contains(self) || (97...102).contains(self) }
}
