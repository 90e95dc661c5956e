// Precedence, low to high: or, and, equality and lists, order, sum, product, text operators, sign, call and path.

extension Parser {
  mutating func expression() throws(Problem) -> Expression {
    try nested { parser throws(Problem) in try parser.disjunction() }
  }

  private mutating func disjunction() throws(Problem) -> Expression {
    let start = current.range.start
    var parts = [try conjunction()]
    while take(name: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : Expression(.any(parts), range(from: start))
  }

  private mutating func conjunction() throws(Problem) -> Expression {
    let start = current.range.start
    var parts = [try equality()]
    while take(name: "and") { parts.append(try equality()) }
    return parts.count == 1 ? parts[0] : Expression(.all(parts), range(from: start))
  }

  private mutating func equality() throws(Problem) -> Expression {
    let left = try relation()
    let start = left.range.start
    if let text = symbol, let op = Parser.equalities[text] {
      advance()
      let right = try relation()
      try refuseChain()
      return Expression(.binary(op, left, right), range(from: start))
    }
    guard let word = current.name else { return left }
    if let op = ListOperator(rawValue: word) {
      advance()
      return Expression(.list(op, left, try list(behind: word)), range(from: start))
    }
    if word == "between" || word == "!between" { return try between(left, isNegated: word == "!between") }
    try refuseMissing(word, left)
    return left
  }

  private mutating func between(_ value: Expression, isNegated: Bool) throws(Problem) -> Expression {
    advance()
    try expect(symbol: "(", "behind between")
    let low = try expression()
    try expect(symbol: "..", "between the two bounds")
    let high = try expression()
    try expect(symbol: ")", "behind the bounds")
    return Expression(.between(value, low, high, isNegated: isNegated), range(from: value.range.start))
  }

  private mutating func relation() throws(Problem) -> Expression {
    let left = try sum()
    guard let text = symbol, let op = Parser.relations[text] else { return left }
    advance()
    let right = try sum()
    try refuseChain()
    return Expression(.binary(op, left, right), range(from: left.range.start))
  }

  private mutating func sum() throws(Problem) -> Expression {
    var left = try product()
    var length = 0
    while let text = symbol, text == "+" || text == "-" {
      advance()
      length += 1
      try checkChain(length)
      let right = try product()
      left = Expression(.binary(text == "+" ? .add : .subtract, left, right), range(from: left.range.start))
    }
    return left
  }

  private mutating func product() throws(Problem) -> Expression {
    var left = try textTest()
    var length = 0
    while let text = symbol, let op = Parser.products[text] {
      advance()
      length += 1
      try checkChain(length)
      left = Expression(.binary(op, left, try textTest()), range(from: left.range.start))
    }
    return left
  }

  private mutating func textTest() throws(Problem) -> Expression {
    let left = try signed()
    guard let op = textOperator else { return left }
    advance()
    if op == .matchesRegex { advance() }
    return Expression(.binary(op, left, try signed()), range(from: left.range.start))
  }

  private var textOperator: BinaryOperator? {
    if let symbol { return symbol == "=~" || symbol == "!~" ? BinaryOperator(rawValue: symbol) : nil }
    guard let word = current.name else { return nil }
    if word == "matches" { return ahead(1).isName("regex") ? .matchesRegex : nil }
    if word == "notcontains" { return .notContains }
    return BinaryOperator(rawValue: word)
  }

  private mutating func signed() throws(Problem) -> Expression {
    guard let text = symbol, text == "-" || text == "+" else { return try postfix() }
    let start = current.range.start
    advance()
    let operand = try nested { parser throws(Problem) in try parser.signed() }
    return Expression(.sign(isNegative: text == "-", operand), range(from: start))
  }

  var symbol: String? {
    if case .symbol(let text) = current.kind { text } else { nil }
  }

  private static let equalities: [String: BinaryOperator] = ["==": .equal, "!=": .notEqual, "<>": .notEqual]
  private static let relations: [String: BinaryOperator] = [
    "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
  ]
  private static let products: [String: BinaryOperator] = ["*": .multiply, "/": .divide, "%": .modulo]

  private func refuseChain() throws(Problem) {
    guard let text = symbol, Parser.equalities[text] != nil || Parser.relations[text] != nil else { return }
    throw Problem(
      113, current.range, reason: "chained comparison", "'\(text)' cannot follow another comparison",
      advice: "join the two with and, or put one of them into parentheses")
  }

  /// Operators that people write and KQL does not have.
  private func refuseMissing(_ word: String, _ left: Expression) throws(Problem) {
    let operand = text(left.range)
    let advice: String
    switch word {
    case "!has_any", "!has_all": advice = "use not(\(operand) \(word.dropFirst()) (...))"
    case "has_any_cs", "has_all_cs": advice = "use has_cs for each, joined with or and and"
    case "like", "!like", "ilike": advice = "use contains, startswith or endswith"
    case "is": advice = "use isnull(\(operand)) or =="
    case "AND", "OR", "And", "Or", "IN", "HAS", "CONTAINS": advice = "use \(word.lowercased())"
    case "not", "NOT": advice = "use !in, !has, !contains, or not(...)"
    default:
      guard word.hasPrefix("!") else { return }
      advice = "use not(...)"
    }
    throw Problem(
      115, current.range, reason: "unknown operator", "'\(word)' does not exist in KQL; \(advice).",
      advice: advice)
  }
}
