import TrawlRows

extension Checker {
  /// `in`, `has_any` and their kin.
  mutating func list(
    _ op: ListOperator, _ left: Lowered, _ range: SourceRange, _ values: [Expression], _ row: Row?,
    _ scope: Scope
  ) throws(Problem) -> Lowered {
    var constants: [KQLValue] = []
    var computed: [Lowered] = []
    for value in values {
      let item = try self.item(value, row, scope)
      switch item.constant {
      case nil: computed.append(item)
      case .list(let list): constants += Checker.flattened(list)
      case .bag(let members): constants += members.map(\.value)
      case .some(let constant): constants.append(constant)
      }
    }
    if op == .hasAny || op == .hasAll { try requireText(left, op.rawValue, range) }
    let parts = try tests(op, left, constants, computed, range)
    let isNegated = op == .isNotIn || op == .isNotInAnyCase
    return Checker.condition(parts) { predicates in
      let whole: KQLPredicate =
        predicates.count == 1 ? predicates[0] : op == .hasAll ? .all(predicates) : .any(predicates)
      return isNegated ? .not(whole) : whole
    }
  }

  private static func flattened(_ values: [KQLValue]) -> [KQLValue] {
    values.flatMap { value -> [KQLValue] in
      if case .list(let inner) = value { flattened(inner) } else { [value] }
    }
  }

  /// One member of a list: a value, a list, or a table's first column.
  private mutating func item(
    _ value: Expression, _ row: Row?, _ scope: Scope
  ) throws(Problem) -> Lowered {
    if case .name(let name) = value.kind, row?.leg.column(name) != nil { return try lower(value, row, scope) }
    guard isTabular(value, scope) else { return try lower(value, row, scope) }
    let relation = try relation(value, scope)
    do throws(Problem) {
      return Lowered(.constant(.list(try known(relation, value.range).rows.compactMap(\.first))))
    } catch {
      return Lowered(opaque: error)
    }
  }

  private mutating func tests(
    _ op: ListOperator, _ left: Lowered, _ constants: [KQLValue], _ computed: [Lowered], _ range: SourceRange
  ) throws(Problem) -> [Lowered] {
    var parts = [try test(op, left, constants, range)]
    if constants.isEmpty, !computed.isEmpty { parts = [] }
    for value in computed { parts.append(try test(op, left, value, range)) }
    return parts
  }

  /// Against constants.
  private mutating func test(
    _ op: ListOperator, _ left: Lowered, _ constants: [KQLValue], _ range: SourceRange
  ) throws(Problem) -> Lowered {
    let texts = constants.compactMap(\.text)
    switch op {
    case .hasAny, .hasAll:
      // A null is an empty needle here, which is in every text: it makes has_any true and has no say in has_all
      // (measured on the engine by duckdb-kql's authors).
      let quantifier: KQLQuantifier = op == .hasAny ? .any : .all
      return Lowered([left], type: .bool) {
        .condition(.text($0[0], .has, texts, quantifier, isCased: false))
      }
    case .isInAnyCase, .isNotInAnyCase:
      try requireText(left, op.rawValue, range)
      return Checker.membership([left], constants.map { [$0] }, isCased: false)
    case .isIn, .isNotIn: return try member(left, constants, range)
    }
  }

  private mutating func member(_ left: Lowered, _ constants: [KQLValue], _ range: SourceRange) throws(Problem)
    -> Lowered
  {
    if left.type == .string || left.type == .unknown {
      return Checker.membership([left], constants.map { [$0] }, isCased: true)
    }
    var values: [KQLValue] = []
    for constant in constants {
      let converted = Checker.converted(Lowered(.constant(constant)), like: left)
      try requireComparable(left, converted, range)
      if let value = converted.constant, value != .null(value.type) { values.append(value) }
    }
    return Checker.membership([left], values.map { [$0] }, isCased: true)
  }

  private mutating func requireComparable(_ left: Lowered, _ right: Lowered, _ range: SourceRange)
    throws(Problem)
  {
    _ = try compare(.equal, left, right, range)
  }

  /// Against one value that is computed.
  private mutating func test(
    _ op: ListOperator, _ left: Lowered, _ value: Lowered, _ range: SourceRange
  ) throws(Problem) -> Lowered {
    if value.operand != nil, value.type == .dynamic {
      return Lowered(
        opaque: Problem(
          405, range, reason: "computed list", "a list that is computed from the event is not supported",
          advice: "use set_has_element() or has. Skipped."), .bool)
    }
    switch op {
    case .hasAny, .hasAll:
      return Lowered([left, value], type: .bool) { .condition(.related($0[0], .has, $0[1], isCased: false)) }
    case .isInAnyCase, .isNotInAnyCase:
      return Lowered([left, value], type: .bool) {
        .condition(.related($0[0], .equals, $0[1], isCased: false))
      }
    case .isIn, .isNotIn: return try compare(.equal, left, value, range)
    }
  }
}
