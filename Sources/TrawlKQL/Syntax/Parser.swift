import TrawlRows

/// Parses a query; throws the first mistake of grammar.
struct Parser {
  /// Expressions within each other.
  static let maximumDepth = 60
  /// Operators of one level in a row; each makes the tree one deeper.
  static let maximumChain = 200

  let text: [UInt8]
  let tokens: [Token]
  private(set) var position = 0
  private var depth = 0

  init(_ text: [UInt8], _ range: SourceRange) throws(Problem) {
    self.text = text
    var lexer = Lexer(text, range)
    tokens = try lexer.all()
  }

  var current: Token { tokens[position] }

  /// The token so many places ahead, `.end` beyond the last.
  func ahead(_ offset: Int) -> Token { tokens[min(position + offset, tokens.count - 1)] }

  var isAtEnd: Bool { current.kind == .end }

  /// Where the token before the current one ends.
  var lastEnd: Int { position > 0 ? tokens[position - 1].range.end : current.range.start }

  func range(from start: Int) -> SourceRange { SourceRange(start: start, end: max(start, lastEnd)) }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  /// Takes the symbol if it stands here.
  mutating func take(symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  /// Takes the keyword if it stands here.
  mutating func take(name: String) -> Bool {
    guard current.isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String, _ place: String) throws(Problem) {
    if !take(symbol: symbol) { throw expected("'\(symbol)'", place) }
  }

  mutating func expect(name: String, _ place: String) throws(Problem) {
    if !take(name: name) { throw expected("'\(name)'", place) }
  }

  /// Runs a piece one level deeper.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Parser.maximumDepth {
      throw Problem(
        112, current.range, reason: "nested too deeply",
        "more than \(Parser.maximumDepth) expressions within each other", advice: "name parts of it with let")
    }
    return try body(&self)
  }

  /// Runs a piece, and goes back to where it began if that fails.
  mutating func attempt<Result>(_ body: (inout Parser) throws(Problem) -> Result) -> Result? {
    let (start, level) = (position, depth)
    if let result = try? body(&self) { return result }
    position = start
    depth = level
    return nil
  }

  mutating func checkChain(_ length: Int) throws(Problem) {
    guard length > Parser.maximumChain else { return }
    throw Problem(
      112, current.range, reason: "nested too deeply",
      "more than \(Parser.maximumChain) operators in a row",
      advice: "name parts of it with let, or use a list")
  }
}

// MARK: - Names

extension Parser {
  /// A name, also in brackets: `['x y']`.
  mutating func name(_ place: String) throws(Problem) -> String {
    if let name = bracketedName() { return name }
    guard let name = current.name, !name.hasPrefix("!") else { throw expected("a name", place) }
    advance()
    return name
  }

  mutating func bracketedName() -> String? {
    guard current.isSymbol("["), case .string(let name) = ahead(1).kind, ahead(2).isSymbol("]") else {
      return nil
    }
    for _ in 0..<3 { advance() }
    return name
  }

  /// A name of letters and hyphens without blanks, such as `mv-expand`; nil if no name stands here.
  mutating func hyphenatedName() -> String? {
    guard var name = current.name else { return nil }
    var end = current.range.end
    advance()
    while current.isSymbol("-"), current.range.start == end, let next = ahead(1).name,
      ahead(1).range.start == end + 1
    {
      name += "-" + next
      end = ahead(1).range.end
      advance()
      advance()
    }
    return name
  }

  mutating func type(_ place: String) throws(Problem) -> KQLType {
    let token = current
    let name = try name(place)
    guard let type = KQLType(name: name) else {
      throw Problem(
        106, token.range, reason: "unknown type", "'\(name)' is no type of KQL",
        advice: "types are string, long, int, real, bool, datetime, timespan, guid and dynamic")
    }
    return type
  }

  /// `(a: string, b: long)`
  mutating func columns(_ place: String) throws(Problem) -> [ColumnDeclaration] {
    try expect(symbol: "(", place)
    var columns: [ColumnDeclaration] = []
    while !current.isSymbol(")") {
      let name = try name("in the columns")
      try expect(symbol: ":", "behind the column '\(name)'")
      columns.append(ColumnDeclaration(name: name, type: try type("of the column '\(name)'")))
      if !take(symbol: ",") { break }
    }
    try expect(symbol: ")", "behind the columns")
    return columns
  }
}

// MARK: - Mistakes

extension Parser {
  /// What stands here, in words.
  var found: String {
    switch current.kind {
    case .end: "the query ends"
    case .string: "there is a string"
    case .now, .value: "there is '\(text(current.range))'"
    case .name(let text), .symbol(let text): "there is '\(text)'"
    }
  }

  func text(_ range: SourceRange) -> String { String(decoding: text[range.start..<range.end], as: UTF8.self) }

  func expected(_ what: String, _ place: String) -> Problem {
    if current.isName("let"), what == "';'" {
      return Problem(
        107, current.range, reason: "missing ;", "a ';' is missing before this 'let'",
        advice: "end the statement before it with ';'")
    }
    return Problem(
      106, current.range, reason: "syntax error", "\(found) where \(what) should be, \(place)",
      advice: what.hasPrefix("'") ? "write \(what)" : nil)
  }
}
