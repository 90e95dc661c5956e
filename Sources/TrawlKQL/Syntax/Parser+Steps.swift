import TrawlRules

extension Parser {
  /// The operator behind a `|`.
  mutating func step() throws(Problem) -> Step {
    let start = current.range.start
    guard let name = hyphenatedName() else {
      throw Problem(
        109, current.range, reason: "no operator", "\(found) where an operator should be, behind '|'",
        advice: "write an operator such as where or project, or delete the '|'")
    }
    var kind = try rowStep(name)
    if kind == nil { kind = try tableStep(name) }
    guard let kind else { throw unknownOperator(name, from: start) }
    return Step(name: name, kind: kind, range: range(from: start))
  }

  /// An operator that stands first, where an expression could; nil if the name is none.
  mutating func leadingOperator(_ name: String) throws(Problem) -> Expression? {
    let next = ahead(1)
    let leads: Bool =
      switch name {
      case "union", "search", "find": !next.isSymbol("=") && !next.isSymbol(",") && next.kind != .end
      case "print": next.kind != .end && !next.isSymbol(",") && !next.isSymbol("=")
      case "range": next.name != nil
      case "evaluate": next.name != nil
      default: false
      }
    guard leads else { return nil }
    let start = current.range.start
    let step = try nested { parser throws(Problem) in try parser.step() }
    return Expression(.source(step), range(from: start))
  }

  /// Operators that look at each row by itself.
  private mutating func rowStep(_ name: String) throws(Problem) -> Step.Kind? {
    switch name {
    case "where", "filter": return .filter(try expression())
    case "extend": return .extend(try namedList())
    case "project": return .project(try optionalList())
    case "project-away": return .projectAway(try patterns())
    case "project-keep": return .projectKeep(try patterns())
    case "project-reorder": return .projectReorder(try patterns())
    case "project-rename": return .projectRename(try namedList())
    case "serialize": return .serialize(try optionalList())
    case "parse", "parse-where": return try parse(keepsAll: name == "parse")
    case "parse-kv": return try parseKeyValues()
    case "mv-expand", "mvexpand":
      let expansions = try expansions()
      return .expand(expansions, limit: take(name: "limit") ? try expression() : nil)
    case "mv-apply", "mvapply": return try apply()
    case "as":
      while current.isName("hint"), ahead(1).isSymbol(".") { try parameter(named: "hint") }
      return .name(as: try self.name("behind as"))
    case "render":
      skipStep()
      return .nothing
    case "consume": return .nothing
    default: return nil
    }
  }

  /// Operators that look at all rows, or at another table.
  private mutating func tableStep(_ name: String) throws(Problem) -> Step.Kind? {
    switch name {
    case "summarize": return try summarize()
    case "distinct": return try distinct()
    case "sort", "order":
      try skipHints()
      try expect(name: "by", "behind \(name)")
      return .sort(try orderedList())
    case "top":
      let count = try expression()
      try expect(name: "by", "behind top")
      return .top(count, by: try orderedList())
    case "take", "limit", "sample": return .take(try expression())
    case "count": return .count(as: take(name: "as") ? try self.name("behind as") : nil)
    case "join": return .join(try join())
    case "lookup": return .lookup(try join())
    case "union": return try union()
    case "make-series": return try makeSeries()
    case "evaluate": return try evaluate()
    case "invoke": return .invoke(try postfix())
    case "print": return .print(try namedList())
    case "range": return try range()
    default:
      guard Parser.skipped.contains(name) else { return nil }
      skipStep()
      return .opaque
    }
  }

  /// Operators that are known and only skipped.
  private static let skipped: Set<String> = [
    "search", "find", "scan", "partition", "fork", "facet", "reduce", "top-nested", "top-hitters",
    "sample-distinct", "getschema", "graph-match", "graph-shortest-paths", "graph-to-table",
    "graph-mark-components",
    "graph", "make-graph", "project-by-names", "assert-schema", "macro-expand", "graph-where-nodes",
    "graph-where-edges",
  ]

  private static let operators = [
    "where", "filter", "extend", "project", "project-away", "project-keep", "project-reorder",
    "project-rename",
    "serialize", "parse", "parse-where", "parse-kv", "mv-expand", "mv-apply", "as", "render", "consume",
    "summarize", "distinct", "sort", "order", "top", "take", "limit", "sample", "count", "join", "lookup",
    "union", "make-series", "evaluate", "invoke", "print", "range",
  ]

  private func unknownOperator(_ name: String, from start: Int) -> Problem {
    let near = nearestName(to: name, among: Parser.operators + Parser.skipped.sorted())
    return Problem(
      109, range(from: start), reason: "unknown operator", "'\(name)' is no operator of KQL",
      advice: near.map { "did you mean '\($0)'?" } ?? "operators are where, project, summarize and others")
  }

  /// To the next `|` or `;` outside of all brackets.
  private mutating func skipStep() {
    var open = 0
    while !isAtEnd {
      if let text = symbol {
        if ["(", "[", "{"].contains(text) { open += 1 }
        if open == 0, ["|", ";", ")", "]", "}"].contains(text) { return }
        if [")", "]", "}"].contains(text) { open -= 1 }
      }
      advance()
    }
  }
}

// MARK: - Lists

extension Parser {
  /// `Name = expression, ...`
  mutating func namedList() throws(Problem) -> [NamedExpression] {
    var list = [try namedExpression()]
    while take(symbol: ",") { list.append(try namedExpression()) }
    return list
  }

  /// As `namedList`, or nothing.
  mutating func optionalList() throws(Problem) -> [NamedExpression] {
    if isAtEnd || symbol.map({ ["|", ";", ")", "}"].contains($0) }) == true { return [] }
    return try namedList()
  }

  mutating func namedExpression() throws(Problem) -> NamedExpression {
    if current.isSymbol("("), let names = attempt({ parser throws(Problem) in try parser.tupleNames() }) {
      return NamedExpression(names: names, value: try expression())
    }
    if let name = attempt({ parser throws(Problem) in try parser.assignedName() }) {
      return NamedExpression(names: [name], value: try expression())
    }
    return NamedExpression(names: [], value: try expression())
  }

  private mutating func assignedName() throws(Problem) -> String {
    let name = try name("before '='")
    try expect(symbol: "=", "behind the name")
    return name
  }

  private mutating func tupleNames() throws(Problem) -> [String] {
    try expect(symbol: "(", "before the names")
    var names: [String] = []
    repeat { names.append(try name("in the list of names")) } while take(symbol: ",")
    try expect(symbol: ")", "behind the names")
    try expect(symbol: "=", "behind the names")
    return names
  }

  mutating func expressionList() throws(Problem) -> [Expression] {
    var list = [try expression()]
    while take(symbol: ",") { list.append(try expression()) }
    return list
  }

  /// Expressions with `asc` or `desc`, and where nulls go.
  mutating func orderedList() throws(Problem) -> [SortKey] {
    var list: [SortKey] = []
    repeat {
      var key = SortKey(value: try namedExpression().value, isAscending: take(name: "asc"))
      if !key.isAscending { _ = take(name: "desc") }
      if take(name: "nulls") {
        key.isNullsFirst = take(name: "first")
        if key.isNullsFirst == false { try expect(name: "last", "behind nulls") }
      }
      list.append(key)
    } while take(symbol: ",")
    return list
  }

  /// Names, with stars in them or `*` alone.
  mutating func patterns() throws(Problem) -> [ColumnPattern] {
    var list: [ColumnPattern] = []
    repeat {
      let start = current.range.start
      var pattern = bracketedName() ?? ""
      while pattern.isEmpty || current.range.start == lastEnd, current.name != nil || current.isSymbol("*") {
        pattern += text(current.range)
        advance()
      }
      if pattern.isEmpty { throw expected("a column", "here") }
      list.append(ColumnPattern(pattern: pattern, range: range(from: start)))
      if !take(name: "asc"), !take(name: "desc") { _ = take(name: "granny-asc") }
    } while take(symbol: ",")
    return list
  }

  /// Skips `hint.x = y`.
  mutating func skipHints() throws(Problem) {
    while current.isName("hint"), ahead(1).isSymbol(".") { try parameter(named: "hint") }
  }

  /// Skips a parameter such as `hint.strategy = broadcast`.
  mutating func parameter(named name: String) throws(Problem) {
    advance()
    if take(symbol: ".") { _ = try self.name("behind 'hint.'") }
    try expect(symbol: "=", "behind \(name)")
    // One word: what follows in parentheses is the operand, and no argument.
    if current.name != nil { advance() } else { _ = try postfix() }
  }
}
