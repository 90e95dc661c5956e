extension Checker {
  /// What an operator makes of a relation, and of its table.
  mutating func apply(_ step: Step, to relation: inout Relation, _ scope: Scope) throws(Problem) {
    let before = relation
    try applyToLegs(step, to: &relation, scope)
    shape(step, before, &relation, scope)
    keepGroups(step, before, &relation)
  }

  /// What an operator makes of the rows of each leg.
  mutating func applyToLegs(_ step: Step, to relation: inout Relation, _ scope: Scope) throws(Problem) {
    try spend(step.range, relation.legs.count)
    let known = relation.rows.map { (rows: $0, table: Checker.readable(relation)) }
    relation.rows = nil
    try applyKind(step, to: &relation, scope)
    if let known { relation.rows = try rows(known.rows, of: known.table, behind: step, scope) }
  }

  private mutating func applyKind(
    _ step: Step, to relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    switch step.kind {
    case .filter(let condition): try filter(condition, step, &relation, scope)
    case .extend(let columns), .serialize(let columns): try extend(columns, step, &relation, scope)
    case .project(let columns): try project(columns, step, &relation, scope)
    case .distinct(let columns): try distinct(columns, step, &relation, scope)
    case .projectAway, .projectKeep, .projectReorder, .projectRename: try pick(step, &relation)
    case .sort(let keys): try use(keys.map(\.value), step, &relation, scope)
    case .top(let count, let keys):
      try use(keys.map(\.value), step, &relation, scope)
      try take(count, step, &relation, scope)
    case .take(let count): try take(count, step, &relation, scope)
    case .name, .nothing: break
    case .summarize(let aggregates, let groups):
      try summarize(aggregates, by: groups, step, &relation, scope)
    case .union(let tables, _, let isFuzzy):
      let others = try union(tables, isFuzzy: isFuzzy, step, scope)
      relation = try united([relation, others], step)
    case .join(let join), .lookup(let join): try self.join(join, step, &relation, scope)
    default: try applyLimited(step, to: &relation, scope)
    }
  }

  /// Operators behind which the events that match are not known exactly.
  private mutating func applyLimited(
    _ step: Step, to relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    switch step.kind {
    case .count(let name): count(name ?? "Count", step, &relation)
    case .expand(let expansions, _): try expand(expansions, step, &relation, scope)
    case .apply(let expansions, let steps):
      try expand(expansions, step, &relation, scope)
      for inner in steps { try apply(inner, to: &relation, scope) }
      limit(&relation, Checker.unsupported(step, 404))
    case .parse(let value, let columns, let keepsAll):
      try parse(value, columns, keepsAll: keepsAll, step, &relation, scope)
    case .makeSeries(let aggregates, let axis, let groups):
      let blame = Checker.unsupported(step, 411)
      try summarize(
        aggregates, by: groups + [NamedExpression(names: [], value: axis)], step, &relation, scope)
      relation.forEachLeg { $0.set(Checker.name(of: axis), Lowered(opaque: blame, .dynamic)) }
      limit(&relation, blame)
    case .evaluate(let plugin, let arguments): try evaluate(plugin, arguments, step, &relation, scope)
    case .invoke(let call): try invoke(call, step, &relation, scope)
    default:
      let blame = Checker.unsupported(step, 411)
      relation.forEachLeg {
        $0.limit(blame)
        $0.columns = []
        $0.openness = .computed(blame)
      }
    }
  }

  /// KQL that is known and not supported.
  static func unsupported(_ step: Step, _ code: Int, advice: String = "Skipped.") -> Problem {
    Problem(code, step.range, reason: step.name, "'\(step.name)' is not supported", advice: advice)
  }

  func limit(_ relation: inout Relation, _ problem: Problem) {
    relation.forEachLeg { $0.limit(problem) }
  }

  func checkLegs(_ relation: Relation, _ step: Step) throws(Problem) {
    guard relation.legs.count > Checker.maximumLegs else { return }
    throw Problem(112, step.range, reason: "too large", "a union of more than \(Checker.maximumLegs) tables")
  }

  // MARK: - Filters

  private mutating func filter(
    _ condition: Expression, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let parts = Checker.conjuncts(condition)
    let before = relation
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      for part in parts {
        let lowered = try lower(part, row, scope)
        try requireBool(lowered, part)
        add(lowered, part.range, step, to: &relation.legs[index])
      }
    }
  }

  /// The conditions that must all hold, those in parentheses too.
  private static func conjuncts(_ condition: Expression) -> [Expression] {
    if case .all(let parts) = condition.kind { parts.flatMap { conjuncts($0) } } else { [condition] }
  }

  private func requireBool(_ lowered: Lowered, _ part: Expression) throws(Problem) {
    guard ![.bool, .unknown, .dynamic].contains(lowered.type) else { return }
    throw Problem(
      503, part.range, reason: "not a condition", "this is \(lowered.type.rawValue) and not a condition",
      advice: "compare it with something")
  }

  /// Adds what must hold of a leg's events.
  func add(_ lowered: Lowered, _ part: SourceRange, _ step: Step, to leg: inout Leg) {
    if leg.limit != nil { return }
    guard let predicate = lowered.predicate else {
      if let blame = lowered.blame { leg.limit(blame) }
      return
    }
    if let cut = leg.cut {
      return leg.limit(
        Problem(
          413, step.range, reason: "where after \(cut)", "'where' looks at the rows that '\(cut)' left only",
          advice: "put 'where' before '\(cut)'. Skipped."))
    }
    if predicate.usesNow {
      leg.times.append(Leg.TimeCondition(predicate: predicate, range: part, step: step.range))
    } else {
      leg.predicates.append(predicate)
    }
  }

  private mutating func take(
    _ count: Expression, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let value = try lower(count, nil, scope)
    if case .integer(let number) = value.constant, number > 0 {
      relation.forEachLeg { leg in
        leg.cut = leg.cut ?? step.name
        if leg.tail.last != step.name { leg.tail.append(step.name) }
      }
    } else {
      let blame = Problem(
        411, count.range, reason: step.name, "'\(step.name)' without a positive number", advice: "Skipped.")
      limit(&relation, value.blame ?? blame)
    }
  }

  /// Checks expressions that choose or order rows without a say in which events match.
  mutating func use(
    _ expressions: [Expression], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    for leg in relation.legs {
      for expression in expressions { _ = try lower(expression, Row(leg: leg, relation: relation), scope) }
    }
    relation.forEachLeg { $0.tail.append(step.name) }
  }
}
