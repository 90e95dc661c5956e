import TrawlRules

/// The condition behind `where` of an event of EQL.
/// https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax
struct EQLCondition: ConditionGrammar {
  var cursor: TokenCursor
  var questions = Questions(.elastic)
  var depth = 0

  init(_ cursor: TokenCursor) { self.cursor = cursor }

  mutating func comparison(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand {
    if let condition = try ordered(left, isNegated: isNegated) { return condition }
    if cursor.take(symbol: ":") { return try patterns(left, isNegated: isNegated) }
    var isNegated = isNegated
    if cursor.current.isWord("not"), cursor.ahead(1).isListWord {
      cursor.advance()
      isNegated.toggle()
    }
    guard cursor.current.isListWord else { return left }
    switch cursor.take().text.lowercased() {
    case "like", "like~": return try patterns(left, isNegated: isNegated)
    case "regex", "regex~": return try each(left, .regularExpression, isNegated: isNegated)
    default: return try each(left, .equals, isNegated: isNegated)
    }
  }

  /// Values with `*` and `?`, one or a list.
  private mutating func patterns(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand {
    for value in try values(isNegated: isNegated) {
      ask(left, pattern: value, isNegated: isNegated)
    }
    return .condition
  }

  private mutating func ask(_ left: Operand, pattern value: Operand.Literal?, isNegated: Bool) {
    guard case .field(let field) = left, let text = value?.text else { return }
    questions.add(field, ValueGlob(text, anyText: "*", anyCharacter: "?"), isNegated: isNegated)
  }

  /// Values as they stand, one or a list.
  private mutating func each(
    _ left: Operand, _ kind: RuleOutline.Kind, isNegated: Bool
  ) throws(QueryProblem) -> Operand {
    for value in try values(isNegated: isNegated) { ask(left, kind, value, isNegated: isNegated) }
    return .condition
  }

  private mutating func ask(
    _ left: Operand, _ kind: RuleOutline.Kind, _ value: Operand.Literal?, isNegated: Bool
  ) {
    guard case .field(let field) = left, let value else { return }
    if let text = value.text {
      questions.add(field, kind, text, isNegated: isNegated)
    } else {
      questions.add(field, .null, "", isNegated: isNegated)
    }
  }
}

// MARK: - Names

extension EQLCondition {
  mutating func named(_ name: QueryToken, isNegated: Bool) throws(QueryProblem) -> Operand {
    if cursor.current.isSymbol("(") { return try call(name.text, isNegated: isNegated) }
    if name.isWord("true") || name.isWord("false") { return .literal(.boolean(name.isWord("true"))) }
    return name.isWord("null") ? .literal(.null) : .field(name.text)
  }

  /// Functions that test a field with literals are questions; all others calculate.
  /// https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref
  private mutating func call(_ name: String, isNegated: Bool) throws(QueryProblem) -> Operand {
    let arguments = try arguments(isNegated: isNegated)
    guard let subject = arguments.first else { return .computed("the function \(name)()") }
    let values = arguments.dropFirst().map(literal)
    let base = name.last == "~" ? String(name.dropLast()) : name
    switch base.lowercased() {
    case "wildcard": for value in values { ask(subject, pattern: value, isNegated: isNegated) }
    case "cidrmatch": for value in values { ask(subject, .network, value, isNegated: isNegated) }
    case "match": for value in values { ask(subject, .regularExpression, value, isNegated: isNegated) }
    case "stringcontains": for value in values { ask(subject, .contains, value, isNegated: isNegated) }
    case "startswith": for value in values { ask(subject, .startsWith, value, isNegated: isNegated) }
    case "endswith": for value in values { ask(subject, .endsWith, value, isNegated: isNegated) }
    default: return .computed("the function \(name)()")
    }
    return .condition
  }
}

extension QueryToken {
  /// Whether it is an operator of EQL that takes a list.
  fileprivate var isListWord: Bool {
    kind == .name && ["in", "in~", "like", "like~", "regex", "regex~"].contains(text.lowercased())
  }
}
