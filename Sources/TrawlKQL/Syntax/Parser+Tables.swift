import TrawlRows

extension Parser {
  mutating func summarize() throws(Problem) -> Step.Kind {
    try skipHints()
    let aggregates = current.isName("by") ? [] : try optionalList()
    try skipHints()
    let groups = take(name: "by") ? try namedList() : []
    if aggregates.isEmpty, groups.isEmpty { throw expected("an aggregate", "behind summarize") }
    return .summarize(aggregates, by: groups)
  }

  mutating func distinct() throws(Problem) -> Step.Kind {
    try skipHints()
    return .distinct(try namedList())
  }

  mutating func join() throws(Problem) -> Join {
    var kind: String?
    while current.name != nil, ahead(1).isSymbol("=") || ahead(1).isSymbol(".") && current.isName("hint") {
      if current.isName("kind") {
        advance()
        advance()
        kind = try name("behind 'kind='")
      } else {
        try parameter(named: text(current.range))
      }
    }
    let right = try postfix()
    var conditions: [Expression] = []
    if take(name: "on") { conditions = try expressionList() }
    return Join(kind: kind, right: right, on: conditions)
  }

  mutating func union() throws(Problem) -> Step.Kind {
    var sourceColumn: String?
    var isFuzzy = false
    while let word = current.name, ahead(1).isSymbol("=") || word == "hint" {
      if word == "withsource" || word == "with_source" {
        advance()
        advance()
        sourceColumn = try name("behind '\(word)='")
      } else {
        isFuzzy = isFuzzy || word == "isfuzzy" && ahead(2).isName("true")
        try parameter(named: word)
      }
    }
    var tables: [Expression] = []
    repeat { tables.append(try tableOperand()) } while take(symbol: ",")
    return .union(tables, sourceColumn: sourceColumn, isFuzzy: isFuzzy)
  }

  /// A table, a pattern of tables, or a pipeline in parentheses.
  private mutating func tableOperand() throws(Problem) -> Expression {
    if current.isSymbol("*") {
      advance()
      return Expression(.wildcard("*"), range(from: lastEnd - 1))
    }
    return try postfix()
  }

  mutating func makeSeries() throws(Problem) -> Step.Kind {
    while current.isName("kind"), ahead(1).isSymbol("=") { try parameter(named: "kind") }
    var aggregates: [NamedExpression] = []
    repeat {
      aggregates.append(try namedExpression())
      if take(name: "default") {
        try expect(symbol: "=", "behind default")
        _ = try expression()
      }
    } while take(symbol: ",")
    try expect(name: "on", "behind the aggregates of make-series")
    let axis = try expression()
    if take(name: "in") {
      _ = try postfix()
    } else {
      for word in ["from", "to", "step"] where take(name: word) { _ = try expression() }
    }
    return .makeSeries(aggregates, on: axis, by: take(name: "by") ? try namedList() : [])
  }

  mutating func evaluate() throws(Problem) -> Step.Kind {
    try skipHints()
    let call = try postfix()
    if take(symbol: ":") { try skipParenthesized("behind ':'") }
    guard case .call(let name, let arguments) = call.kind else {
      throw Problem(
        106, call.range, reason: "syntax error", "evaluate takes the call of a plugin",
        advice: "write one such as bag_unpack(Column)")
    }
    return .evaluate(name, arguments)
  }

  mutating func range() throws(Problem) -> Step.Kind {
    let column = try name("behind range")
    try expect(name: "from", "behind the column of range")
    let low = try expression()
    try expect(name: "to", "behind the start of range")
    let high = try expression()
    try expect(name: "step", "behind the end of range")
    return .range(column, from: low, to: high, step: try expression())
  }
}

// MARK: - Columns out of values

extension Parser {
  mutating func parse(keepsAll: Bool) throws(Problem) -> Step.Kind {
    while current.isName("kind") || current.isName("flags"), ahead(1).isSymbol("=") {
      try parameter(named: text(current.range))
    }
    let value = try expression()
    try expect(name: "with", "behind the value that is parsed")
    var columns: [ColumnDeclaration] = []
    while true {
      switch current.kind {
      case .string: _ = stringLiteral()
      case .symbol("*"): advance()
      case .name, .symbol("["):
        let name = try name("in the pattern")
        let type = take(symbol: ":") ? try type("of the column '\(name)'") : .string
        columns.append(ColumnDeclaration(name: name, type: type))
      default: return .parse(value, columns, keepsAll: keepsAll)
      }
    }
  }

  mutating func parseKeyValues() throws(Problem) -> Step.Kind {
    let value = try expression()
    try expect(name: "as", "behind the value that is parsed")
    let columns = try columns("behind as")
    if take(name: "with") { try skipParenthesized("behind with") }
    return .parse(value, columns, keepsAll: true)
  }

  mutating func expansions() throws(Problem) -> [Expansion] {
    var list: [Expansion] = []
    while let word = current.name, ahead(1).isSymbol("="),
      ["bagexpansion", "kind", "with_itemindex"].contains(word)
    {
      if word == "with_itemindex" {
        list.append(
          Expansion(name: text(ahead(2).range), value: Expression(.literal(.integer(0)), current.range)))
      }
      try parameter(named: word)
    }
    repeat {
      let item = try namedExpression()
      var type: KQLType?
      if take(name: "to") {
        try expect(name: "typeof", "behind to")
        try expect(symbol: "(", "behind typeof")
        type = try self.type("in typeof")
        try expect(symbol: ")", "behind the type")
      }
      list.append(Expansion(name: item.names.first, value: item.value, type: type))
    } while take(symbol: ",")
    return list
  }

  mutating func apply() throws(Problem) -> Step.Kind {
    let list = try expansions()
    if take(name: "limit") { _ = try expression() }
    try expect(name: "on", "behind the columns of mv-apply")
    try expect(symbol: "(", "behind on")
    let first = try nested { parser throws(Problem) in try parser.step() }
    let rest = try steps()
    try expect(symbol: ")", "behind the operators of mv-apply")
    return .apply(list, [first] + rest)
  }
}
