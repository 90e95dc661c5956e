extension Parser {
  /// A primary with calls, members and elements behind it.
  mutating func postfix() throws(Problem) -> Expression {
    var value = try primary()
    var length = 0
    while true {
      length += 1
      try checkChain(length)
      let start = value.range.start
      if current.isSymbol("."), ahead(1).name != nil || ahead(1).isSymbol("[") {
        advance()
        value = try member(of: value, from: start)
      } else if current.isSymbol("["), !startsOnNewLine {
        value = try element(of: value, from: start)
      } else {
        return value
      }
    }
  }

  /// Whether the current token begins a line; a bracket that does is no index.
  var startsOnNewLine: Bool {
    text[lastEnd..<current.range.start].contains(UInt8(ascii: "\n"))
  }

  private mutating func member(of value: Expression, from start: Int) throws(Problem) -> Expression {
    if let name = bracketedName() { return Expression(.member(value, name), range(from: start)) }
    if current.isSymbol("[") { return try element(of: value, from: start) }
    let name = try name("behind the point")
    if current.isSymbol("("), case .call = value.kind {
      // `database("x").f()`: what is behind the point decides.
      return try call(name, from: start)
    }
    return Expression(.member(value, name), range(from: start))
  }

  private mutating func element(of value: Expression, from start: Int) throws(Problem) -> Expression {
    if let name = bracketedName() { return Expression(.member(value, name), range(from: start)) }
    advance()
    let index = try expression()
    try expect(symbol: "]", "behind the index")
    return Expression(.element(value, index), range(from: start))
  }

  private mutating func primary() throws(Problem) -> Expression {
    let token = current
    switch token.kind {
    case .string:
      return stringLiteral()
    case .value(let value):
      advance()
      return Expression(.literal(value), token.range)
    case .now:
      advance()
      return Expression(.now, token.range)
    case .symbol("("):
      return try parenthesized()
    case .symbol("*"):
      advance()
      return Expression(.star, token.range)
    case .symbol("["):
      if let name = bracketedName() { return Expression(.name(name), range(from: token.range.start)) }
      throw expected("an expression", "here")
    case .name(let name):
      return try named(name)
    case .symbol, .end:
      throw expected("an expression", "here")
    }
  }

  /// Literals that follow each other are one.
  mutating func stringLiteral() -> Expression {
    let start = current.range.start
    var text = ""
    while case .string(let part) = current.kind {
      text += part
      advance()
    }
    return Expression(.literal(.string(text)), range(from: start))
  }

  private mutating func parenthesized() throws(Problem) -> Expression {
    let start = current.range.start
    advance()
    let inner = try tabular()
    guard take(symbol: ")") else {
      if case .symbol(let text) = current.kind, text == "," || text == "|" { throw expected("')'", "here") }
      throw Problem(
        111, SourceRange(start: start, end: start + 1), reason: "unbalanced parentheses",
        "this '(' is never closed: \(found) where ')' should be", advice: "add a ')'")
    }
    return Expression(inner.kind, range(from: start))
  }

  private mutating func named(_ name: String) throws(Problem) -> Expression {
    let start = current.range.start
    switch name {
    case "true", "false":
      advance()
      return Expression(.literal(.bool(name == "true")), range(from: start))
    case "null" where !ahead(1).isSymbol("("):
      advance()
      return Expression(.literal(.null(.dynamic)), range(from: start))
    case "dynamic" where ahead(1).isSymbol("("):
      advance()
      return try dynamicLiteral(from: start)
    case "not" where !ahead(1).isSymbol("("):
      throw prefixNot()
    case "datatable" where ahead(1).isSymbol("("):
      return try datatable()
    case "externaldata", "external_data":
      if ahead(1).isSymbol("(") { return try externalData() }
    default: break
    }
    if let source = try leadingOperator(name) { return source }
    if name.hasPrefix("!") { throw expected("an expression", "here") }
    advance()
    if current.isSymbol("(") { return try call(name, from: start) }
    if current.isSymbol("*"), current.range.start == lastEnd, endsWildcard {
      advance()
      return Expression(.wildcard(name + "*"), range(from: start))
    }
    return Expression(.name(name), range(from: start))
  }

  /// Behind `Device*` comes the end of the operand, and not another factor.
  private var endsWildcard: Bool {
    switch ahead(1).kind {
    case .end: true
    case .symbol(let text): [",", ")", "|", ";"].contains(text)
    default: false
    }
  }

  private func prefixNot() -> Problem {
    Problem(
      114, current.range, reason: "prefix not", "'not' is a function and needs parentheses",
      advice: "write not(...), or an operator such as !in, !has, !contains")
  }

  private mutating func call(_ name: String, from start: Int) throws(Problem) -> Expression {
    advance()
    var arguments: [Argument] = []
    while !current.isSymbol(")") {
      arguments.append(try argument())
      if !take(symbol: ",") { break }
    }
    try expect(symbol: ")", "behind the arguments of \(name)")
    return Expression(.call(name, arguments), range(from: start))
  }

  private mutating func argument() throws(Problem) -> Argument {
    var name: String?
    if let word = current.name, ahead(1).isSymbol("=") {
      name = word
      advance()
      advance()
    }
    return Argument(name: name, value: try tabular())
  }
}
