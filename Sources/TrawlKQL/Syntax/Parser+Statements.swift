extension Parser {
  /// A whole text: statements with `;` between them.
  mutating func script() throws(Problem) -> [Statement] {
    var statements: [Statement] = []
    while !isAtEnd {
      if take(symbol: ";") { continue }
      let statement = try statement()
      statements.append(statement)
      if !isAtEnd, !current.isSymbol(";") { throw behind(statement) }
    }
    return statements
  }

  /// What is wrong with a token that follows a whole statement.
  private func behind(_ statement: Statement) -> Problem {
    if current.isName("let") { return expected("';'", "behind the statement") }
    if case .binding(let name, _, _) = statement, let word = current.name, startsOnNewLine {
      return Problem(
        107, current.range, reason: "missing ;", "a ';' is missing before '\(word)'",
        advice: "end 'let \(name) = ...' with ';'")
    }
    if let text = symbol, [")", "]", "}"].contains(text) {
      return Problem(
        111, current.range, reason: "unbalanced parentheses", "a '\(text)' that closes nothing",
        advice: "delete it, or write what it closes")
    }
    return Problem(
      108, current.range, reason: "syntax error", "\(found) where '|', ';' or the end should be",
      advice: "begin each operator with '|'")
  }

  private mutating func statement() throws(Problem) -> Statement {
    if current.isSymbol("|") {
      throw Problem(
        110, current.range, reason: "no table", "the query starts with '|'",
        advice: "write the table it reads before it, such as DeviceProcessEvents")
    }
    let start = current.range.start
    if current.isName("let"), ahead(1).name != nil || ahead(1).isSymbol("[") {
      return try nested { parser throws(Problem) in try parser.binding(from: start) }
    }
    if let word = current.name, ["set", "declare", "restrict", "alias"].contains(word), ahead(1).name != nil {
      while !isAtEnd, !current.isSymbol(";") { advance() }
      return .ignored
    }
    return .query(try tabular())
  }

  private mutating func binding(from start: Int) throws(Problem) -> Statement {
    advance()
    let name = try name("behind let")
    try expect(symbol: "=", "behind 'let \(name)'")
    if let function = try function() { return .function(name, function, range(from: start)) }
    return .binding(name, try tabular(), range(from: start))
  }

  /// `[view] (parameters) { body }`, nil if none starts here.
  private mutating func function() throws(Problem) -> Function? {
    let offset = current.isName("view") ? 1 : 0
    guard ahead(offset).isSymbol("("),
      ahead(offset + 1).isSymbol(")") && ahead(offset + 2).isSymbol("{")
        || ahead(offset + 1).name != nil && ahead(offset + 2).isSymbol(":")
    else { return nil }
    if offset == 1 { advance() }
    advance()
    var parameters: [Parameter] = []
    while !current.isSymbol(")") {
      parameters.append(try parameter())
      if !take(symbol: ",") { break }
    }
    try expect(symbol: ")", "behind the parameters")
    try expect(symbol: "{", "before the body of the function")
    return Function(parameters: parameters, body: try functionBody())
  }

  private mutating func functionBody() throws(Problem) -> [Statement] {
    var body: [Statement] = []
    while !current.isSymbol("}") {
      if take(symbol: ";") { continue }
      body.append(try statement())
      if !current.isSymbol(";"), !current.isSymbol("}") {
        throw expected("'}'", "behind the body of the function")
      }
    }
    advance()
    return body
  }

  private mutating func parameter() throws(Problem) -> Parameter {
    let name = try name("in the parameters")
    try expect(symbol: ":", "behind the parameter '\(name)'")
    if current.isSymbol("(") {
      try skipParenthesized("in the parameters")
      return Parameter(name: name, type: nil, standard: nil)
    }
    let type = try type("of the parameter '\(name)'")
    return Parameter(name: name, type: type, standard: take(symbol: "=") ? try expression() : nil)
  }

  /// An expression, or a pipeline that begins with one.
  mutating func tabular() throws(Problem) -> Expression {
    let source = try expression()
    guard current.isSymbol("|") else { return source }
    let steps = try steps()
    return Expression(.pipeline(Pipeline(source: source, steps: steps)), range(from: source.range.start))
  }

  /// All `| operator` that follow.
  mutating func steps() throws(Problem) -> [Step] {
    var steps: [Step] = []
    while take(symbol: "|") {
      steps.append(try nested { parser throws(Problem) in try parser.step() })
    }
    return steps
  }
}
