import TrawlRules

/// What stands at one side of a comparison.
enum Operand {
  case field(String)
  case literal(Literal)
  /// The result of a calculation, in words for a message.
  case computed(String)
  /// True or false; what it asks is already collected.
  case condition

  enum Literal {
    case text(String)
    case number(String)
    case boolean(Bool)
    case null
  }
}

/// The grammar that EQL, ES|QL and SPL's `where` share: `or`, `and`, `not`, comparisons, sums and parentheses. Questions are
/// collected on the way, so an error costs what stands behind it and no more.
protocol ConditionGrammar {
  var cursor: TokenCursor { get set }
  var questions: Questions { get set }
  var depth: Int { get set }

  /// What may follow the left side: `==`, `in (...)`, `like`, or nothing.
  mutating func comparison(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand
  /// What begins with a name: a field, a function or a word of the language.
  mutating func named(_ name: QueryToken, isNegated: Bool) throws(QueryProblem) -> Operand
}

extension ConditionGrammar {
  /// All tokens as one condition.
  mutating func whole(isNegated: Bool) throws(QueryProblem) {
    try require(disjunction(isNegated: isNegated), isNegated: isNegated)
    if !cursor.isAtEnd { throw QueryProblem("\(cursor.current.described) is not expected here") }
  }

  mutating func disjunction(isNegated: Bool) throws(QueryProblem) -> Operand {
    let first = try conjunction(isNegated: isNegated)
    guard cursor.current.isWord("or") || cursor.current.isWord("xor") else { return first }
    try require(first, isNegated: isNegated)
    while cursor.take(word: "or") || cursor.take(word: "xor") {
      try require(conjunction(isNegated: isNegated), isNegated: isNegated)
    }
    return .condition
  }

  private mutating func conjunction(isNegated: Bool) throws(QueryProblem) -> Operand {
    let first = try negation(isNegated: isNegated)
    guard cursor.current.isWord("and") else { return first }
    try require(first, isNegated: isNegated)
    while cursor.take(word: "and") { try require(negation(isNegated: isNegated), isNegated: isNegated) }
    return .condition
  }

  private mutating func negation(isNegated: Bool) throws(QueryProblem) -> Operand {
    var nots = 0
    while cursor.take(word: "not") { nots += 1 }
    let isNegated = isNegated != (nots % 2 == 1)
    let operand = try comparison(sum(isNegated: isNegated), isNegated: isNegated)
    guard nots > 0 else { return operand }
    try require(operand, isNegated: isNegated)
    return .condition
  }

  /// A field that stands alone is a question whether it is true.
  private mutating func require(_ operand: Operand, isNegated: Bool) throws(QueryProblem) {
    switch operand {
    case .condition, .literal(.boolean), .literal(.null): break
    case .field(let name): questions.add(name, .equals, "true", isNegated: isNegated)
    case .literal(.text(let text)), .literal(.number(let text)):
      throw QueryProblem("the value '\(String(text.prefix(40)))' stands where a condition should be")
    case .computed(let what): throw QueryProblem("\(what) is not understood as a condition")
    }
  }
}

// MARK: - Sums

extension ConditionGrammar {
  mutating func sum(isNegated: Bool) throws(QueryProblem) -> Operand {
    let first = try cast(isNegated: isNegated)
    var isSum = false
    while cursor.current.kind == .symbol, ["+", "-", "*", "/", "%", "."].contains(cursor.current.text) {
      cursor.advance()
      _ = try cast(isNegated: isNegated)
      isSum = true
    }
    return isSum ? .computed("a calculation") : first
  }

  /// A value with the type behind it that ES|QL allows: `x::ip`.
  private mutating func cast(isNegated: Bool) throws(QueryProblem) -> Operand {
    let operand = try part(isNegated: isNegated)
    while cursor.take(symbol: "::") { cursor.advance() }
    return operand
  }

  private mutating func part(isNegated: Bool) throws(QueryProblem) -> Operand {
    var sign = ""
    while cursor.current.isSymbol("-") || cursor.current.isSymbol("+") {
      if cursor.take().text == "-" { sign = sign.isEmpty ? "-" : "" }
    }
    let token = cursor.current
    switch token.kind {
    case .name where token.isWord("and") || token.isWord("or") || token.isWord("not"):
      throw QueryProblem("\(token.described) stands where a value should be")
    case .string:
      cursor.advance()
      return .literal(.text(token.text))
    case .number:
      cursor.advance()
      // `5 minutes` of ES|QL.
      guard !cursor.current.isTimeUnit else {
        cursor.advance()
        return .computed("a span of time")
      }
      return .literal(.number(sign + token.text))
    case .name, .quotedName:
      cursor.advance()
      let operand = try named(token, isNegated: isNegated)
      return sign.isEmpty ? operand : .computed("a calculation")
    case .symbol where token.text == "(": return try group(isNegated: isNegated)
    case .symbol where token.text == "{" || token.text == "[": return try collection()
    case .symbol, .end: throw QueryProblem("\(token.described) stands where a value should be")
    }
  }

  /// A condition, or a sum, in parentheses.
  private mutating func group(isNegated: Bool) throws(QueryProblem) -> Operand {
    try enter()
    defer { depth -= 1 }
    try cursor.expect(symbol: "(")
    let operand = try disjunction(isNegated: isNegated)
    try cursor.expect(symbol: ")")
    return operand
  }

  /// A list `[1, 2]` or options `{"fuzziness": 1}`, which ask nothing.
  private mutating func collection() throws(QueryProblem) -> Operand {
    var open = 0
    repeat {
      let token = cursor.take()
      if token.kind == .end { throw QueryProblem("a bracket or brace is not closed") }
      if token.isSymbol("{") || token.isSymbol("[") { open += 1 }
      if token.isSymbol("}") || token.isSymbol("]") { open -= 1 }
    } while open > 0
    return .computed("a list")
  }

  /// Every entry needs `depth -= 1` at its end.
  mutating func enter() throws(QueryProblem) {
    depth += 1
    if depth > QueryLimits.depth {
      depth -= 1
      throw QueryProblem("more than \(QueryLimits.depth) parentheses within each other")
    }
  }
}

// MARK: - Comparisons

extension ConditionGrammar {
  /// Takes an operator of order or equality and its right side, if one stands here.
  mutating func ordered(_ left: Operand, isNegated: Bool) throws(QueryProblem) -> Operand? {
    guard cursor.current.kind == .symbol, let test = OrderTest(cursor.current.text) else { return nil }
    cursor.advance()
    let right = try sum(isNegated: isNegated)
    switch (left, right) {
    case (.field(let field), .literal(let literal)): ask(field, test, literal, isNegated: isNegated)
    case (.literal(let literal), .field(let field)): ask(field, test.mirrored, literal, isNegated: isNegated)
    // A comparison of one with the other would turn what is already collected.
    case (.condition, _), (_, .condition):
      throw QueryProblem("a comparison with a condition is not understood")
    default: break
    }
    return .condition
  }

  mutating func ask(_ field: String, _ test: OrderTest, _ literal: Operand.Literal, isNegated: Bool) {
    let isNegated = isNegated != (test == .notEqual)
    switch literal {
    case .null: questions.add(field, .null, "", isNegated: isNegated)
    case .boolean(let value): questions.add(field, test.kind, "\(value)", isNegated: isNegated)
    case .text(let text), .number(let text): questions.add(field, test.kind, text, isNegated: isNegated)
    }
  }

  /// The values in parentheses, or the one that stands alone; nil in place of what is no literal.
  mutating func values(isNegated: Bool) throws(QueryProblem) -> [Operand.Literal?] {
    guard cursor.current.isSymbol("(") else { return [literal(try sum(isNegated: isNegated))] }
    return try arguments(isNegated: isNegated).map(literal)
  }

  func literal(_ operand: Operand) -> Operand.Literal? {
    if case .literal(let literal) = operand { literal } else { nil }
  }

  /// What stands in parentheses, separated by commas. What an argument asks is the function's business and not collected.
  mutating func arguments(isNegated: Bool) throws(QueryProblem) -> [Operand] {
    try enter()
    let count = questions.found.count
    defer {
      depth -= 1
      questions.drop(downTo: count)
    }
    try cursor.expect(symbol: "(")
    var operands: [Operand] = []
    while !cursor.current.isSymbol(")") {
      operands.append(try disjunction(isNegated: isNegated))
      if !cursor.take(symbol: ",") { break }
    }
    try cursor.expect(symbol: ")")
    return operands
  }
}

extension QueryToken {
  fileprivate var isTimeUnit: Bool {
    guard kind == .name else { return false }
    let unit = text.lowercased()
    let units = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"]
    return units.contains { unit == $0 || unit == $0 + "s" }
  }
}

/// An operator of order or equality.
enum OrderTest {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  init?(_ symbol: String) {
    switch symbol {
    case "==", "=": self = .equal
    case "!=", "<>": self = .notEqual
    case "<": self = .less
    case "<=": self = .lessOrEqual
    case ">": self = .greater
    case ">=": self = .greaterOrEqual
    default: return nil
    }
  }

  /// With the sides changed.
  var mirrored: OrderTest {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    }
  }

  var kind: RuleOutline.Kind {
    switch self {
    case .equal, .notEqual: .equals
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }
}

extension Operand.Literal {
  /// As a value with wildcards would have it; nil for null.
  var text: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .boolean(let value): "\(value)"
    case .null: nil
    }
  }
}
