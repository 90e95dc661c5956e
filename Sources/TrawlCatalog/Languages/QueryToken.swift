/// A piece of a query.
struct QueryToken {
  enum Kind { case name, quotedName, string, number, symbol, end }

  var kind: Kind
  /// Of strings and quoted names what they stand for, of others what is written.
  var text: String
  var range: Range<Int>

  func isSymbol(_ text: String) -> Bool { kind == .symbol && self.text == text }

  /// Whether it is that word, in capitals or not. The word is given in lower case.
  func isWord(_ word: String) -> Bool { kind == .name && text.lowercased() == word }

  /// For a message.
  var described: String {
    switch kind {
    case .end: "the end"
    case .string: "the text \"\(String(text.prefix(40)))\""
    default: "'\(String(text.prefix(40)))'"
    }
  }
}

/// Goes through the tokens of a piece of a query.
struct TokenCursor {
  /// The last one is `.end`.
  private let tokens: [QueryToken]
  private(set) var position = 0

  init(_ tokens: [QueryToken], end: Int) {
    self.tokens = tokens + [QueryToken(kind: .end, text: "", range: end..<end)]
  }

  var current: QueryToken { tokens[position] }

  var isAtEnd: Bool { current.kind == .end }

  func ahead(_ offset: Int) -> QueryToken { tokens[min(position + offset, tokens.count - 1)] }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  mutating func take() -> QueryToken {
    defer { advance() }
    return current
  }

  /// Takes the symbol if it stands here.
  mutating func take(symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  /// Takes the word, given in lower case, if it stands here.
  mutating func take(word: String) -> Bool {
    guard current.isWord(word) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String) throws(QueryProblem) {
    if !take(symbol: symbol) { throw QueryProblem("\(current.described) stands where '\(symbol)' should be") }
  }

  /// A name of a field; nil if none stands here.
  mutating func takeName() -> String? {
    guard current.kind == .name || current.kind == .quotedName else { return nil }
    return take().text
  }
}
