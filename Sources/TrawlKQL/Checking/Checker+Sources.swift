import TrawlRows
import TrawlRules

extension Checker {
  /// The rows of a tabular expression.
  mutating func relation(_ expression: Expression, _ scope: Scope) throws(Problem) -> Relation {
    try spend(expression.range)
    return try nested(expression.range) { checker throws(Problem) in
      try checker.source(expression, scope)
    }
  }

  private mutating func source(_ expression: Expression, _ scope: Scope) throws(Problem) -> Relation {
    let range = expression.range
    switch expression.kind {
    case .pipeline(let pipeline):
      var relation = try relation(pipeline.source, scope)
      for step in pipeline.steps { try apply(step, to: &relation, scope) }
      return relation
    case .name(let name): return try table(name, range, scope)
    case .wildcard(let pattern): return try tables(pattern, range)
    case .datatable(let columns, let values): return try datatable(columns, values, scope)
    case .externalData(let table): return try external(table, range)
    case .source(let step): return try leading(step, scope)
    case .call(let name, let arguments): return try called(name, arguments, range, scope)
    case .member(let base, let name): return try qualified(base, name, range, scope)
    default:
      throw Problem(
        116, range, reason: "no query", "this is not a table",
        advice: "write a table such as DeviceProcessEvents")
    }
  }

  private mutating func table(_ name: String, _ range: SourceRange, _ scope: Scope) throws(Problem)
    -> Relation
  {
    switch scope.bindings[name] {
    case .table(let relation): return relation
    case .function(let function, let outer): return try result(of: name, function, outer, [], range)
    case .scalar:
      throw Problem(
        116, range, reason: "no query", "'\(name)' is a scalar and not a table",
        advice: "write a table before the first '|'")
    case nil: break
    }
    if let table = schema.tables[name] { return Relation(legs: [Checker.leg(name, table)]) }
    if schema.otherTables.contains(name) { return Checker.foreign([], otherTable(name, range), isOpen: true) }
    if case .service = schema.functions[name] {
      return Checker.foreign([], service(name, range), isOpen: true)
    }
    let near = nearestName(
      to: name,
      among: schema.tables.keys.sorted() + scope.bindings.keys.sorted() + schema.otherTables.sorted())
    throw Problem(
      201, range, reason: "unknown table", "there is no table '\(name)'" + suggestion(near),
      advice: near.map { "write \($0)" } ?? "Trawl has rows for the Device tables, SecurityEvent and Event")
  }

  func suggestion(_ near: String?) -> String { near.map { ". Did you mean '\($0)'?" } ?? "" }

  private func otherTable(_ name: String, _ range: SourceRange) -> Problem {
    Problem(
      414, range, reason: "other table", "Trawl has no rows of \(name)",
      advice: "it has the Device tables, SecurityEvent and Event. Skipped.")
  }

  static func leg(_ name: String, _ table: Schema.Table) -> Leg {
    let columns = table.columns.map { Leg.Column(name: $0.name, value: Lowered(.column($0.name, $0.type))) }
    return Leg(table: name, columns: columns, openness: table.isOpen ? .source : .closed)
  }

  /// Rows that no event feeds.
  static func foreign(_ columns: [ColumnDeclaration], _ blame: Problem, isOpen: Bool = false) -> Relation {
    var leg = Leg(table: nil, columns: [], openness: isOpen ? .computed(blame) : .closed, limit: blame)
    for column in columns { leg.set(column.name, Lowered(opaque: blame, column.type)) }
    return Relation(legs: [leg])
  }

  /// All tables whose names match `Device*`.
  private func tables(_ pattern: String, _ range: SourceRange) throws(Problem) -> Relation {
    let names = schema.tables.keys.filter { Checker.matches($0, pattern) }.sorted()
    if names.isEmpty {
      if let other = schema.otherTables.sorted().first(where: { Checker.matches($0, pattern) }) {
        return Checker.foreign([], otherTable(other, range), isOpen: true)
      }
      throw Problem(201, range, reason: "unknown table", "no table matches '\(pattern)'")
    }
    return Relation(legs: names.compactMap { name in schema.tables[name].map { Checker.leg(name, $0) } })
  }

  /// Whether a name matches a pattern with stars.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return name == pattern }
    guard name.hasPrefix(parts[0]) else { return false }
    var rest = name.dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }

  private mutating func datatable(
    _ columns: [ColumnDeclaration], _ values: [Expression], _ scope: Scope
  ) throws(Problem) -> Relation {
    let range = SourceRange(start: values.first?.range.start ?? 0, end: values.last?.range.end ?? 0)
    let blame = Problem(
      414, range, reason: "no events", "a datatable holds no events",
      advice: "read a table of events. Skipped.")
    var relation = Checker.foreign(columns, blame)
    var rows: [[KQLValue]]? = []
    var row: [KQLValue] = []
    for value in values {
      guard let constant = try lower(value, nil, scope).constant else {
        rows = nil
        continue
      }
      row.append(constant)
      if row.count == columns.count {
        rows?.append(row)
        row = []
      }
    }
    relation.rows = rows
    return relation
  }

  private mutating func called(
    _ name: String, _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Problem) -> Relation {
    switch (scope.bindings[name], name) {
    case (.function(let function, let outer), _):
      return try result(of: name, function, outer, try bindings(arguments, nil, scope), range)
    case (_, "materialize"):
      guard let argument = arguments.first else { break }
      return try relation(argument.value, scope)
    case (_, "table"):
      guard case .literal(.string(let table)) = arguments.first?.value.kind else {
        return Checker.foreign([], computedTable(range), isOpen: true)
      }
      return try self.table(table, range, scope)
    default: break
    }
    if schema.functions[name] == nil, !name.hasPrefix("_") {
      let near = nearestName(to: name, among: schema.functions.keys.sorted() + scope.bindings.keys.sorted())
      throw Problem(
        203, range, reason: "unknown function", "there is no function '\(name)'" + suggestion(near),
        advice: near.map { "write \($0)" }
          ?? "functions that are saved in a workspace must be written with let")
    }
    return Checker.foreign([], service(name, range), isOpen: true)
  }

  private func computedTable(_ range: SourceRange) -> Problem {
    Problem(
      409, range, reason: "computed table", "a table whose name is computed is not supported",
      advice: "write its name. Skipped.")
  }

  /// A function whose data only Microsoft's cloud has.
  func service(_ name: String, _ range: SourceRange) -> Problem {
    if name == "FileProfile" {
      let line = text[..<range.start].count { $0 == UInt8(ascii: "\n") }
      return Problem(
        412, range, reason: "FileProfile",
        "'invoke FileProfile' needs Microsoft's cloud prevalence data. "
          + "Supply --kql-fileprofile FILE or run with --kql-partial (lines 1-\(max(1, line)) as a filter). Skipped."
      )
    }
    return Problem(
      412, range, reason: name.hasPrefix("_GetWatchlist") ? "watchlist" : "service function",
      "\(name)() needs data that only the service has", advice: "write what it gives as a datatable. Skipped."
    )
  }

  private mutating func result(
    of name: String, _ function: Function, _ outer: Scope, _ arguments: [Binding], _ range: SourceRange
  ) throws(Problem) -> Relation {
    let (expression, scope) = try call(name, function, outer, arguments, range)
    return try relation(expression, scope)
  }

  /// `database("x").Table`: another database's table of that name.
  private mutating func qualified(
    _ base: Expression, _ name: String, _ range: SourceRange, _ scope: Scope
  ) throws(Problem) -> Relation {
    guard isTabular(base, scope) else {
      throw Problem(
        116, range, reason: "no query", "this is not a table",
        advice: "write a table such as DeviceProcessEvents")
    }
    if schema.tables[name] != nil { return try table(name, range, Scope()) }
    return Checker.foreign([], otherTable("\(text(range))", range), isOpen: true)
  }
}
