import TrawlRules

/// The condition behind `WHERE` of ES|QL.
/// https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/operators
struct ESQLCondition: ConditionGrammar {
  var cursor: TokenCursor
  var questions: Questions
  var depth = 0
  /// What a query inside of `KQL("...")` has that is not understood.
  private(set) var problems: [String] = []

  init(_ cursor: TokenCursor, _ scope: FieldScope) {
    self.cursor = cursor
    questions = Questions(scope)
  }

  mutating func comparison(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand {
    if let condition = try ordered(left, isNegated: isNegated) { return condition }
    if cursor.take(symbol: ":") {
      return try each(left, isNegated: isNegated) { (.contains, $0) }
    }
    if cursor.take(word: "is") { return try null(left, isNegated: isNegated) }
    var isNegated = isNegated
    if cursor.current.isWord("not"), cursor.ahead(1).isListWord {
      cursor.advance()
      isNegated.toggle()
    }
    guard cursor.current.isListWord else { return left }
    switch cursor.take().text.lowercased() {
    case "like": return try each(left, isNegated: isNegated) { ValueGlob(escaped: $0).reading }
    case "rlike": return try each(left, isNegated: isNegated) { (.regularExpression, $0) }
    default: return try each(left, isNegated: isNegated) { (.equals, $0) }
    }
  }

  /// `IS NULL`, `IS NOT NULL`
  private mutating func null(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand {
    let isNot = cursor.take(word: "not")
    guard cursor.take(word: "null") else {
      throw QueryProblem("\(cursor.current.described) stands where 'null' should be")
    }
    if case .field(let field) = left { questions.add(field, .null, "", isNegated: isNegated != isNot) }
    return .condition
  }

  /// One value, or a list.
  private mutating func each(
    _ left: Operand, isNegated: Bool, _ reading: (String) -> (kind: RuleOutline.Kind, value: String)
  ) throws(QueryProblem) -> Operand {
    for value in try values(isNegated: isNegated) { ask(left, value, isNegated: isNegated, reading) }
    return .condition
  }

  private mutating func ask(
    _ left: Operand, _ value: Operand.Literal?, isNegated: Bool,
    _ reading: (String) -> (kind: RuleOutline.Kind, value: String)
  ) {
    guard case .field(let field) = left, let value else { return }
    if let text = value.text {
      let (kind, text) = reading(text)
      questions.add(field, kind, text, isNegated: isNegated)
    } else {
      questions.add(field, .null, "", isNegated: isNegated)
    }
  }
}

// MARK: - Names

extension ESQLCondition {
  mutating func named(_ name: QueryToken, isNegated: Bool) throws(QueryProblem) -> Operand {
    if cursor.current.isSymbol("(") { return try call(name.text.lowercased(), isNegated: isNegated) }
    if name.isWord("true") || name.isWord("false") { return .literal(.boolean(name.isWord("true"))) }
    return name.isWord("null") ? .literal(.null) : .field(name.text)
  }

  /// Functions that test a field with literals are questions; all others calculate.
  /// https://www.elastic.co/docs/reference/query-languages/esql/esql-functions-operators
  private mutating func call(_ name: String, isNegated: Bool) throws(QueryProblem) -> Operand {
    let arguments = try arguments(isNegated: isNegated)
    guard let subject = arguments.first else { return .computed("the function \(name)()") }
    if ESQLCondition.conversions.contains(name), case .field = subject { return subject }
    if name == "kql", case .literal(.text(let query)) = subject { return nested(query, isNegated: isNegated) }
    guard let kind = ESQLCondition.kinds[name] else { return .computed("the function \(name)()") }
    for value in arguments.dropFirst().map(literal) {
      ask(subject, value, isNegated: isNegated) { (kind, $0) }
    }
    return .condition
  }

  /// What they give is asked as the field itself would be.
  private static let conversions: Set<String> = [
    "to_lower", "to_upper", "to_string", "to_ip", "to_integer", "to_long", "to_double",
  ]

  private static let kinds: [String: RuleOutline.Kind] = [
    "starts_with": .startsWith, "ends_with": .endsWith, "contains": .contains, "cidr_match": .network,
    "match": .contains, "match_phrase": .contains, "mv_contains": .equals,
  ]

  private mutating func nested(_ query: String, isNegated: Bool) -> Operand {
    let found = KibanaReader.questions(query, questions.scope) { problems.append($0.message) }
    questions.add(contentsOf: found, isNegated: isNegated)
    return .condition
  }
}

extension QueryToken {
  /// Whether it is an operator of ES|QL that takes a list.
  fileprivate var isListWord: Bool { isWord("in") || isWord("like") || isWord("rlike") }
}
