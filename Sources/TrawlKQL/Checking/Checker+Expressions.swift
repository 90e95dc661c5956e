import TrawlRows
import TrawlRules

extension Checker {
  /// An expression over a row, or over no row. Aggregates are allowed where `summarize` has them.
  mutating func lower(
    _ expression: Expression, _ row: Row?, _ scope: Scope, aggregates: Bool = false
  ) throws(Problem) -> Lowered {
    try spend(expression.range)
    let lowered = try meaning(expression, row, scope, aggregates)
    if lowered.size > Checker.maximumSize || lowered.depth > Checker.maximumDepth {
      throw Problem(
        112, expression.range, reason: "too large",
        "this becomes too large when the let statements and columns that it names are put in",
        advice: "split it")
    }
    return lowered
  }

  private mutating func meaning(
    _ expression: Expression, _ row: Row?, _ scope: Scope, _ aggregates: Bool
  ) throws(Problem) -> Lowered {
    let range = expression.range
    switch expression.kind {
    case .literal(let value): return Lowered(.constant(value))
    case .now: return Lowered(.call(.now, []))
    case .star: return Lowered(.anyColumn)
    case .name(let name): return try named(name, range, row, scope)
    case .member(let base, let name):
      if case .name("$left") = base.kind { return Lowered(opaque: scalarTable(range)) }
      return try member(of: try lower(base, row, scope), base.range) { .member($0, name) }
    case .element(let base, let index):
      return try element(base, index, row, scope)
    case .call(let name, let arguments):
      return try call(name, arguments, range, row, scope, aggregates)
    case .sign(let isNegative, let operand): return try sign(isNegative, operand, row, scope, aggregates)
    case .all(let parts): return try formula(parts, row, scope) { .all($0) }
    case .any(let parts): return try formula(parts, row, scope) { .any($0) }
    case .binary(let op, let left, let right):
      let operands = (
        try lower(left, row, scope, aggregates: aggregates),
        try lower(right, row, scope, aggregates: aggregates)
      )
      return try binary(op, operands.0, operands.1, left, right)
    case .list(let op, let left, let values):
      return try list(op, try lower(left, row, scope), left.range, values, row, scope)
    case .between(let value, let low, let high, let isNegated):
      return try between(value, low, high, isNegated, row, scope)
    case .pipeline, .datatable, .externalData, .source, .wildcard:
      _ = try relation(expression, scope)
      return Lowered(opaque: scalarTable(range))
    }
  }

  /// For a table where a value is wanted.
  func scalarTable(_ range: SourceRange) -> Problem {
    Problem(
      406, range, reason: "table as value", "a table where a value is wanted is not supported",
      advice: "write its values into the query. Skipped.")
  }

  private func named(
    _ name: String, _ range: SourceRange, _ row: Row?, _ scope: Scope
  ) throws(Problem) -> Lowered {
    if let value = row?.leg.column(name) { return value }
    if let other = row?.relation.legs.lazy.compactMap({ $0.column(name) }).first {
      // In a union, a column that only other tables have.
      return Lowered(.constant(other.type.absent))
    }
    switch scope.bindings[name] {
    case .scalar(let value): return value
    case .table: return Lowered(opaque: scalarTable(range))
    case .function, nil: break
    }
    if let value = row?.leg.openColumn(name) { return value }
    if let relation = row?.relation {
      if let value = relation.legs.lazy.compactMap({ $0.openColumn(name) }).first { return value }
      throw missing(name, range, relation, scope)
    }
    let near = nearestName(to: name, among: scope.bindings.keys.sorted())
    throw Problem(
      202, range, reason: "unknown name", "there is no '\(name)' here" + suggestion(near),
      advice: near.map { "write \($0)" } ?? "bind it with let, or put it in quotes if it is text")
  }

  private func member(
    of base: Lowered, _ range: SourceRange, _ make: (KQLOperand) -> KQLOperand
  ) throws(Problem) -> Lowered {
    guard [.dynamic, .unknown].contains(base.type) else {
      throw Problem(
        502, range, reason: "member of a \(base.type.rawValue)",
        "'\(text(range))' is a \(base.type.rawValue) and has no members",
        advice: "write parse_json(\(text(range))) before the point")
    }
    return Lowered([base], type: .dynamic) { make($0[0]) }
  }

  private mutating func element(
    _ base: Expression, _ index: Expression, _ row: Row?, _ scope: Scope
  ) throws(Problem) -> Lowered {
    let value = try lower(base, row, scope)
    _ = try member(of: value, base.range) { $0 }
    let place = try lower(index, row, scope)
    if case .string(let name) = place.constant {
      return try member(of: value, base.range) { .member($0, name) }
    }
    return Lowered([value, place], type: .dynamic) { .element($0[0], $0[1]) }
  }

  private mutating func sign(
    _ isNegative: Bool, _ operand: Expression, _ row: Row?, _ scope: Scope, _ aggregates: Bool
  ) throws(Problem) -> Lowered {
    let value = try lower(operand, row, scope, aggregates: aggregates)
    guard isNegative else { return value }
    switch value.constant {
    case .integer(let number): return Lowered(.constant(.integer(0 &- number)))
    case .real(let number): return Lowered(.constant(.real(-number)))
    case .timespan(let ticks): return Lowered(.constant(.timespan(0 &- ticks)))
    default: break
    }
    return Lowered([value], type: value.type) { .call(.subtract, [.constant(.integer(0)), $0[0]]) }
  }

  private mutating func formula(
    _ parts: [Expression], _ row: Row?, _ scope: Scope, _ make: ([KQLPredicate]) -> KQLPredicate
  ) throws(Problem) -> Lowered {
    var lowered: [Lowered] = []
    for part in parts { lowered.append(try lower(part, row, scope)) }
    return Checker.condition(lowered, make)
  }

  /// A bool made of others.
  static func condition(_ parts: [Lowered], _ make: ([KQLPredicate]) -> KQLPredicate) -> Lowered {
    let predicates = parts.compactMap(\.predicate)
    return Lowered(parts, type: .bool) { _ in .condition(make(predicates)) }
  }

  private mutating func between(
    _ value: Expression, _ low: Expression, _ high: Expression, _ isNegated: Bool, _ row: Row?, _ scope: Scope
  ) throws(Problem) -> Lowered {
    let middle = try lower(value, row, scope)
    let start = try lower(low, row, scope)
    var end = try lower(high, row, scope)
    if start.type == .datetime, end.type == .timespan { end = try sum(start, end) }
    let lower = try compare(.greaterOrEqual, middle, start, value.range)
    let upper = try compare(.lessOrEqual, middle, end, value.range)
    return Checker.condition([lower, upper]) { isNegated ? .not(.all($0)) : .all($0) }
  }

  private func sum(_ left: Lowered, _ right: Lowered) throws(Problem) -> Lowered {
    Constants.folded(.add, [left, right]) ?? Lowered([left, right], type: .unknown) { .call(.add, $0) }
  }
}
