import TrawlRows

extension Checker {
  /// What an operator makes of a relation's table. Where it is not computed, the relation says why: that is no mistake.
  mutating func shape(_ step: Step, _ before: Relation, _ relation: inout Relation, _ scope: Scope) {
    guard relation.unshaped == nil else { return }
    do throws(Problem) {
      switch step.kind {
      case .name, .nothing, .union: break
      case .filter, .extend, .serialize, .project, .projectAway, .projectKeep, .projectReorder,
        .projectRename:
        try shapeRow(step, &relation, scope)
      case .sort, .take, .top, .distinct, .count, .summarize:
        var shape = try before.settled()
        try collect(step, &shape, scope)
        relation.shape = shape
      case .join, .lookup:
        guard let joined else { break }
        var shape = try before.settled()
        try self.shape(joined, &shape, scope)
        relation.shape = shape
      case .invoke(let call): try shape(call, step, &relation, scope)
      default: relation.unshaped = Checker.unsupported(step, Checker.code(of: step.kind))
      }
    } catch {
      relation.unshaped = error
    }
  }

  /// The class of the message for an operator whose table is not computed.
  private static func code(of kind: Step.Kind) -> Int {
    switch kind {
    case .expand, .apply: 404
    case .parse: 407
    case .evaluate: 410
    default: 411
    }
  }

  /// The function of a `let` has made a table of its own; that of a service needs what the service has.
  private mutating func shape(
    _ call: Expression, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    guard case .call(let name, _) = call.kind else { return }
    if case .function = scope.bindings[name] { return }
    guard name == "FileProfile", options.profiles != nil else { throw service(name, step.range) }
    try shapeRow(step, &relation, scope)
  }

  /// An operator on single rows: before the first on all rows the legs are the table.
  private mutating func shapeRow(
    _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    guard let shape = relation.shape else { return }
    var inner = Relation(legs: [shape.row])
    try applyToLegs(step, to: &inner, scope)
    relation.shape?.row = inner.legs[0]
  }

  private mutating func collect(_ step: Step, _ shape: inout Shape, _ scope: Scope) throws(Problem) {
    switch step.kind {
    case .sort(let keys): shape.add(.sort(try sortKeys(keys, shape.row, scope)))
    case .top(let count, let keys):
      shape.add(.top(try number(count, step, scope), try sortKeys(keys, shape.row, scope)))
    case .take(let count): shape.add(.take(try number(count, step, scope)))
    case .count(let name):
      let column = KQLResultColumn(name ?? "Count", .long)
      shape.add(.count(column.name), leaving: [column])
    case .distinct:
      var inner = Relation(legs: [shape.row])
      try applyToLegs(step, to: &inner, scope)
      shape.row = inner.legs[0]
      try shape.settle()
      _ = try shape.result()
      shape.add(.distinct)
    case .summarize(let aggregates, let groups): try summarize(aggregates, groups, &shape, scope)
    default: break
    }
  }

  private mutating func sortKeys(
    _ keys: [SortKey], _ leg: Leg, _ scope: Scope
  ) throws(Problem) -> [KQLSortKey] {
    var result: [KQLSortKey] = []
    for key in keys {
      result.append(
        KQLSortKey(
          try operand(key.value, leg, scope), isAscending: key.isAscending,
          isNullsFirst: key.isNullsFirst ?? key.isAscending))
    }
    return result
  }

  private mutating func number(
    _ count: Expression, _ step: Step, _ scope: Scope
  ) throws(Problem) -> Int {
    if case .integer(let number) = try lower(count, nil, scope).constant, let value = Int(exactly: number),
      value >= 0
    {
      return value
    }
    throw Problem(
      411, count.range, reason: step.name, "'\(step.name)' without a number that is known",
      advice: "write a number")
  }

  /// An expression over a row of a table; throws why it is not computed.
  mutating func operand(_ expression: Expression, _ leg: Leg, _ scope: Scope) throws(Problem) -> KQLOperand {
    let lowered = try lower(expression, Row(leg: leg, relation: Relation(legs: [leg])), scope)
    if let operand = lowered.operand { return operand }
    throw lowered.blame ?? scalarTable(expression.range)
  }
}
