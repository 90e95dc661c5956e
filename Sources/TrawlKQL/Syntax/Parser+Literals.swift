import TrawlRows

extension Parser {
  /// `dynamic(...)`: JSON whose strings and numbers are KQL's.
  mutating func dynamicLiteral(from start: Int) throws(Problem) -> Expression {
    advance()
    let value = try nested { parser throws(Problem) in try parser.json() }
    try expect(symbol: ")", "behind the dynamic literal")
    return Expression(.literal(value), range(from: start))
  }

  private mutating func json() throws(Problem) -> KQLValue {
    let token = current
    switch token.kind {
    case .string:
      guard case .literal(let value) = stringLiteral().kind else { return .null(.dynamic) }
      return value
    case .value(let value):
      advance()
      return value
    case .name("null"):
      advance()
      return .null(.dynamic)
    case .name("true"), .name("false"):
      advance()
      return .bool(token.isName("true"))
    case .name("dynamic") where ahead(1).isSymbol("("):
      advance()
      guard case .literal(let value) = try dynamicLiteral(from: token.range.start).kind else {
        return .null(.dynamic)
      }
      return value
    case .symbol("-"): return try negative()
    case .symbol("["): return .list(try jsonList())
    case .symbol("{"): return .bag(try jsonBag())
    default:
      throw Problem(
        106, token.range, reason: "dynamic literal",
        "\(found) within dynamic(...), which takes constants only",
        advice: "use pack_array() or bag_pack() for what is computed")
    }
  }

  private mutating func negative() throws(Problem) -> KQLValue {
    advance()
    guard case .value(let value) = current.kind else { throw expected("a number", "behind '-'") }
    advance()
    switch value {
    case .integer(let number): return .integer(0 &- number)
    case .real(let number): return .real(-number)
    default: throw expected("a number", "behind '-'")
    }
  }

  private mutating func jsonList() throws(Problem) -> [KQLValue] {
    advance()
    var values: [KQLValue] = []
    while !current.isSymbol("]") {
      values.append(try nested { parser throws(Problem) in try parser.json() })
      if !take(symbol: ",") { break }
    }
    try expect(symbol: "]", "behind the list")
    return values
  }

  private mutating func jsonBag() throws(Problem) -> [KQLMember] {
    advance()
    var members: [KQLMember] = []
    while !current.isSymbol("}") {
      guard
        case .literal(.string(let name)) = try nested({ parser throws(Problem) in try parser.postfix() }).kind
      else { throw expected("a name in quotes", "in the property bag") }
      try expect(symbol: ":", "behind the name '\(name)'")
      members.append(KQLMember(name, try nested { parser throws(Problem) in try parser.json() }))
      if !take(symbol: ",") { break }
    }
    try expect(symbol: "}", "behind the property bag")
    return members
  }

  /// The list behind `in` and its like.
  mutating func list(behind word: String) throws(Problem) -> [Expression] {
    guard take(symbol: "(") else { throw expected("'('", "behind \(word)") }
    var values: [Expression] = []
    while !current.isSymbol(")") {
      values.append(try tabular())
      if !take(symbol: ",") { break }
    }
    try expect(symbol: ")", "behind the list of \(word)")
    return values
  }

  mutating func datatable() throws(Problem) -> Expression {
    let start = current.range.start
    advance()
    let columns = try columns("behind datatable")
    try expect(symbol: "[", "before the values of the datatable")
    var values: [Expression] = []
    while !current.isSymbol("]") {
      values.append(try expression())
      if !take(symbol: ",") { break }
    }
    try expect(symbol: "]", "behind the values of the datatable")
    guard !columns.isEmpty, values.count % columns.count == 0 else {
      throw Problem(
        108, range(from: start), reason: "datatable rows",
        "\(values.count) values do not fill rows of \(columns.count) columns",
        advice: "write one value a column")
    }
    return Expression(.datatable(columns, values), range(from: start))
  }

  mutating func externalData() throws(Problem) -> Expression {
    let start = current.range.start
    advance()
    let columns = try columns("behind externaldata")
    try expect(symbol: "[", "before the addresses of externaldata")
    var table = ExternalTable(columns: columns, addresses: [], options: [:])
    while !isAtEnd, !current.isSymbol("]") {
      if case .string(let address) = current.kind { table.addresses.append(address) }
      advance()
    }
    try expect(symbol: "]", "behind the addresses of externaldata")
    if take(name: "with") {
      let first = position
      try skipParenthesized("behind with")
      table.options = options(first..<position)
    }
    return Expression(.externalData(table), range(from: start))
  }

  /// The `name = value` pairs among the tokens of a range; values are taken as texts in lower case.
  private func options(_ range: Range<Int>) -> [String: String] {
    var options: [String: String] = [:]
    for place in range where place + 2 < range.upperBound && tokens[place + 1].isSymbol("=") {
      guard let name = tokens[place].name else { continue }
      switch tokens[place + 2].kind {
      case .string(let text), .name(let text): options[name.lowercased()] = text.lowercased()
      case .value(let value): options[name.lowercased()] = value.text?.lowercased()
      default: break
      }
    }
    return options
  }

  /// Skips `(...)` with all that is in it.
  mutating func skipParenthesized(_ place: String) throws(Problem) {
    try expect(symbol: "(", place)
    var open = 1
    while open > 0 {
      if isAtEnd { throw expected("')'", place) }
      if current.isSymbol("(") { open += 1 }
      if current.isSymbol(")") { open -= 1 }
      advance()
    }
  }
}
