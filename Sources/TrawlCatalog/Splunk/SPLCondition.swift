import TrawlRules

/// The condition of SPL's `where`, an expression of `eval`.
/// https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/CommonEvalFunctions
struct SPLCondition: ConditionGrammar {
  var cursor: TokenCursor
  var questions: Questions
  var depth = 0

  init(_ cursor: TokenCursor, _ scope: FieldScope) {
    self.cursor = cursor
    questions = Questions(scope)
  }

  mutating func comparison(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand {
    if let condition = try ordered(left, isNegated: isNegated) { return condition }
    var isNegated = isNegated
    if cursor.current.isWord("not"), cursor.ahead(1).isWord("in") || cursor.ahead(1).isWord("like") {
      cursor.advance()
      isNegated.toggle()
    }
    if cursor.take(word: "like") {
      like(left, try sum(isNegated: isNegated), isNegated: isNegated)
      return .condition
    }
    guard cursor.take(word: "in") else { return left }
    for value in try values(isNegated: isNegated) { equal(left, value, isNegated: isNegated) }
    return .condition
  }

  /// `%` is any text and `_` any character.
  private mutating func like(_ subject: Operand, _ pattern: Operand, isNegated: Bool) {
    guard case .field(let field) = subject, let text = literal(pattern)?.text else { return }
    questions.add(field, ValueGlob(text, anyText: "%", anyCharacter: "_"), isNegated: isNegated)
  }

  private mutating func equal(_ subject: Operand, _ value: Operand.Literal?, isNegated: Bool) {
    guard case .field(let field) = subject, let value else { return }
    ask(field, .equal, value, isNegated: isNegated)
  }

  private mutating func test(
    _ subject: Operand, _ kind: RuleOutline.Kind, _ value: Operand, isNegated: Bool
  ) {
    guard case .field(let field) = subject, let text = literal(value)?.text else { return }
    questions.add(field, kind, text, isNegated: isNegated)
  }
}

// MARK: - Names

extension SPLCondition {
  mutating func named(_ name: QueryToken, isNegated: Bool) throws(QueryProblem) -> Operand {
    if name.kind == .name, cursor.current.isSymbol("(") {
      return try call(name.text.lowercased(), isNegated: isNegated)
    }
    if name.isWord("true") || name.isWord("false") { return .literal(.boolean(name.isWord("true"))) }
    if name.isWord("null") { return .literal(.null) }
    return name.text.hasPrefix("$") ? .computed("the parameter \(name.text)") : .field(name.text)
  }

  /// Functions that test a field with literals are questions; all others calculate.
  private mutating func call(_ name: String, isNegated: Bool) throws(QueryProblem) -> Operand {
    let arguments = try arguments(isNegated: isNegated)
    if let constant = SPLCondition.constant(name) { return .literal(constant) }
    guard let first = arguments.first else { return .computed("the function \(name)()") }
    switch (name, arguments.count) {
    case ("lower", 1), ("upper", 1): return first.isField ? first : .computed("the function \(name)()")
    case ("isnull", 1): equal(first, .null, isNegated: isNegated)
    case ("isnotnull", 1): equal(first, .null, isNegated: !isNegated)
    case ("like", 2): like(first, arguments[1], isNegated: isNegated)
    case ("match", 2): test(first, .regularExpression, arguments[1], isNegated: isNegated)
    case ("cidrmatch", 2): test(arguments[1], .network, first, isNegated: isNegated)
    case ("in", 2...):
      for value in arguments.dropFirst().map(literal) { equal(first, value, isNegated: isNegated) }
    case ("searchmatch", 1): try search(first, isNegated: isNegated)
    default: return .computed("the function \(name)()")
    }
    return .condition
  }

  private static func constant(_ name: String) -> Operand.Literal? {
    switch name {
    case "true": .boolean(true)
    case "false": .boolean(false)
    case "null": .null
    default: nil
    }
  }

  private mutating func search(_ text: Operand, isNegated: Bool) throws(QueryProblem) {
    guard let text = literal(text)?.text else { throw QueryProblem("the search of searchmatch() is no text") }
    let bytes = Array(text.utf8)
    var search = SPLSearch(bytes, 0..<bytes.count, questions.scope)
    defer { questions.add(contentsOf: search.questions.found, isNegated: false) }
    try search.whole(isNegated: isNegated)
    if !search.subsearches.isEmpty { throw QueryProblem("a subsearch in searchmatch() is not understood") }
  }
}

extension Operand {
  fileprivate var isField: Bool { if case .field = self { true } else { false } }
}
