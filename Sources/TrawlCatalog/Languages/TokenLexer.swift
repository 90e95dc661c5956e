/// Cuts a piece of a query into tokens, for the languages that have them: EQL, ES|QL and the expressions of SPL's `eval`
/// and `where`. Linear in the piece's length.
struct TokenLexer {
  enum Dialect {
    case eql, esql
    /// SPL's expressions.
    case eval
  }

  private let bytes: [UInt8]
  private let dialect: Dialect
  private let end: Int
  private var at: Int

  private init(_ bytes: [UInt8], _ range: Range<Int>, _ dialect: Dialect) {
    self.bytes = bytes
    self.dialect = dialect
    at = range.lowerBound
    end = range.upperBound
  }

  /// The tokens of a stretch of a text, without an end.
  static func tokens(
    _ bytes: [UInt8], _ range: Range<Int>, _ dialect: Dialect
  ) throws(QueryProblem) -> [QueryToken] {
    var lexer = TokenLexer(bytes, range, dialect)
    var tokens: [QueryToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  private func byte(_ offset: Int = 0) -> UInt8 { at + offset < end ? bytes[at + offset] : 0 }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private mutating func next() throws(QueryProblem) -> QueryToken? {
    try skipBlanks()
    guard at < end else { return nil }
    let start = at
    let (kind, text) = try token()
    return QueryToken(kind: kind, text: text, range: start..<at)
  }

  private mutating func skipBlanks() throws(QueryProblem) {
    while at < end {
      if byte().isBlank {
        at += 1
      } else if dialect != .eval, byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
        while at < end, byte() != UInt8(ascii: "\n") { at += 1 }
      } else if dialect != .eval, byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        at = try QueryText.endOfComment(bytes, at, end)
      } else {
        return
      }
    }
  }

  private mutating func token() throws(QueryProblem) -> (QueryToken.Kind, String) {
    switch byte() {
    case UInt8(ascii: "\""): return (.string, try string())
    case UInt8(ascii: "'") where dialect == .eval: return (.quotedName, try quoted(UInt8(ascii: "'")))
    case UInt8(ascii: "'") where dialect == .eql: return (.string, try string())
    case UInt8(ascii: "`"): return (.quotedName, try path())
    case UInt8(ascii: "?") where dialect == .eql && byte(1) == UInt8(ascii: "\""):
      at += 1
      return (.string, try quoted(UInt8(ascii: "\"")))
    case UInt8(ascii: "?") where dialect == .eql && (byte(1).isWordStart || byte(1) == UInt8(ascii: "`")):
      // A field that may be missing from the mapping.
      at += 1
      return (.name, try path())
    case UInt8(ascii: ".") where byte(1).isDigit: return (.number, number())
    case let first where first.isDigit: return (.number, number())
    case let first where first.isWordStart: return (.name, try path())
    default: return (.symbol, try symbol())
    }
  }

  private mutating func symbol() throws(QueryProblem) -> String {
    for length in [2, 1] where at + length <= end {
      let symbol = text(at..<(at + length))
      if TokenLexer.symbols.contains(symbol) {
        at += length
        return symbol
      }
    }
    throw QueryProblem("the character \(QueryText.character(bytes, at)) has no meaning here")
  }

  private static let symbols: Set<String> = [
    "==", "!=", "<=", ">=", "<>", "=~", "::", "=", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", ":", "+",
    "-",
    "*", "/", "%", "!", "?", "|", ";",
  ]

  /// With a unit behind it, as in `5m`.
  private mutating func number() -> String {
    let start = at
    while byte().isWordPart || (byte() == UInt8(ascii: ".") && byte(1).isDigit) { at += 1 }
    return text(start..<at)
  }
}

// MARK: - Names

extension TokenLexer {
  /// A name with its dots; parts in backquotes are taken as they are. EQL's `like~` is one name.
  private mutating func path() throws(QueryProblem) -> String {
    var path = ""
    while true {
      path += byte() == UInt8(ascii: "`") ? try quoted(UInt8(ascii: "`")) : word()
      guard byte() == UInt8(ascii: "."), byte(1).isWordPart || byte(1) == UInt8(ascii: "`") else { break }
      path += "."
      at += 1
    }
    if dialect == .eql, byte() == UInt8(ascii: "~") {
      at += 1
      path += "~"
    }
    return path
  }

  private mutating func word() -> String {
    let start = at
    while byte().isWordPart { at += 1 }
    return text(start..<at)
  }
}

// MARK: - Strings

extension TokenLexer {
  /// As far as the next quote, everything taken as it is.
  private mutating func quoted(_ quote: UInt8) throws(QueryProblem) -> String {
    let start = at + 1
    guard let close = bytes[start..<max(start, end)].firstIndex(of: quote) else {
      throw QueryProblem("a quote \(QueryText.character(bytes, at)) is not closed")
    }
    at = close + 1
    return text(start..<close)
  }

  private mutating func string() throws(QueryProblem) -> String {
    let quote = byte()
    let close = try QueryText.endOfString(bytes, at, end, hasRaw: dialect != .eval)
    defer { at = close }
    if dialect != .eval, byte(1) == quote, byte(2) == quote, close >= at + 6 {
      return text((at + 3)..<(close - 3))
    }
    return unescaped((at + 1)..<(close - 1))
  }

  private func unescaped(_ range: Range<Int>) -> String {
    guard bytes[range].contains(UInt8(ascii: "\\")) else { return text(range) }
    var out: [UInt8] = []
    var at = range.lowerBound
    while at < range.upperBound {
      guard bytes[at] == UInt8(ascii: "\\"), at + 1 < range.upperBound else {
        out.append(bytes[at])
        at += 1
        continue
      }
      if let byte = escape(bytes[at + 1]) { out.append(byte) } else { out += bytes[at...(at + 1)] }
      at += 2
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// What a backslash and a character stand for; nil for both as they are, as regular expressions want it.
  private func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): byte
    case UInt8(ascii: "'") where dialect == .eql: byte
    case UInt8(ascii: "n") where dialect != .eval: UInt8(ascii: "\n")
    case UInt8(ascii: "t") where dialect != .eval: UInt8(ascii: "\t")
    case UInt8(ascii: "r") where dialect != .eval: UInt8(ascii: "\r")
    default: nil
    }
  }
}
