extension Checker {
  mutating func summarize(
    _ aggregates: [NamedExpression], by groups: [NamedExpression], _ step: Step, _ relation: inout Relation,
    _ scope: Scope
  ) throws(Problem) {
    let before = relation
    let whole = Problem(
      401, step.range, reason: "\(step.name) without by",
      "'\(step.name)' without 'by' gives one row whatever the events are",
      advice: "group by a column. Skipped.")
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      relation.legs[index].columns = []
      relation.legs[index].openness = .closed
      relation.legs[index].groups = []
      for group in groups {
        let value = try lower(group.value, row, scope)
        relation.legs[index].groups?.append(value)
        relation.legs[index].set(group.names.first ?? Checker.name(of: group.value), value)
      }
      for aggregate in aggregates { try add(aggregate, to: &relation.legs[index], row, scope) }
      relation.legs[index].shape(step.name)
      if groups.isEmpty { relation.legs[index].limit(whole) }
    }
  }

  /// The reason for which a condition on a whole group's value is none on single events.
  static let afterSummarize = "where after summarize"

  /// The columns of one aggregate, which no predicate can use.
  private mutating func add(
    _ aggregate: NamedExpression, to leg: inout Leg, _ row: Row, _ scope: Scope
  ) throws(Problem) {
    var blame = Problem(
      402, aggregate.value.range, reason: Checker.afterSummarize,
      "a condition on '\(text(aggregate.value.range))' needs all events of a group",
      advice: "Trawl reports single events. Skipped.")
    let value = try lower(aggregate.value, row, scope, aggregates: true)
    guard case .call(let function, let arguments) = aggregate.value.kind,
      Checker.extremes.contains(function)
    else {
      let name = aggregate.names.first ?? Checker.unique(Checker.name(of: aggregate.value), leg.columns)
      leg.set(name, Lowered(opaque: blame, value.type))
      if case .call(let function, _) = aggregate.value.kind, function.hasPrefix("percentiles") {
        leg.openness = .computed(blame)
      }
      return
    }
    // Such a value is of one event, and not of all of the group.
    blame.reason = "where after \(function)"
    for (index, argument) in arguments.enumerated() {
      if index < aggregate.names.count {
        leg.set(aggregate.names[index], Lowered(opaque: blame))
      } else {
        addExtreme(argument.value, to: &leg, row, blame)
      }
    }
  }

  /// Aggregates that give values of one row, under the names of its columns.
  private static let extremes: Set<String> = ["arg_max", "arg_min", "argmax", "argmin", "take_any", "any"]

  private func addExtreme(_ value: Expression, to leg: inout Leg, _ row: Row, _ blame: Problem) {
    guard case .star = value.kind else { return leg.set(Checker.name(of: value), Lowered(opaque: blame)) }
    for column in row.leg.columns where leg.column(column.name) == nil {
      leg.set(column.name, Lowered(opaque: blame, column.value.type))
    }
    if row.leg.openness.isOpen { leg.openness = .computed(blame) }
  }

  func count(_ name: String, _ step: Step, _ relation: inout Relation) {
    let blame = Problem(
      401, step.range, reason: "count", "'count' gives one row whatever the events are",
      advice: "leave it out, or use summarize with 'by'. Skipped.")
    relation.forEachLeg {
      $0.columns = [Leg.Column(name: name, value: Lowered(opaque: blame, .long))]
      $0.openness = .closed
      $0.limit(blame)
      $0.shape(step.name)
    }
  }

  mutating func expand(
    _ expansions: [Expansion], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let blame = Checker.unsupported(step, 404, advice: "it leaves out rows whose list is empty. Skipped.")
    let before = relation
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      for expansion in expansions {
        _ = try lower(expansion.value, row, scope)
        let name = expansion.name ?? Checker.name(of: expansion.value)
        relation.legs[index].set(name, Lowered(opaque: blame, expansion.type ?? .dynamic))
      }
    }
    limit(&relation, blame)
  }

  mutating func parse(
    _ value: Expression, _ columns: [ColumnDeclaration], keepsAll: Bool, _ step: Step,
    _ relation: inout Relation,
    _ scope: Scope
  ) throws(Problem) {
    let blame = Checker.unsupported(
      step, 407, advice: "a condition on its columns cannot be decided. Skipped.")
    try use([value], step, &relation, scope)
    relation.forEachLeg { leg in
      for column in columns { leg.set(column.name, Lowered(opaque: blame, column.type)) }
      if !keepsAll { leg.limit(blame) }
    }
  }

  /// Plugins that keep at least one row for each that they get.
  private static let keepingPlugins: Set<String> = ["bag_unpack", "pivot", "narrow"]

  mutating func evaluate(
    _ plugin: String, _ arguments: [Argument], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let blame = Problem(
      410, step.range, reason: "evaluate \(plugin)", "'evaluate \(plugin)' is not supported",
      advice: "a condition on its columns cannot be decided. Skipped.")
    let keeps = Checker.keepingPlugins.contains(plugin)
    relation.forEachLeg { leg in
      leg.tail.append("evaluate \(plugin)")
      if plugin != "bag_unpack" { leg.columns = [] }
      leg.openness = .computed(blame)
      if !keeps { leg.limit(blame) }
    }
  }

  mutating func invoke(
    _ call: Expression, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    guard case .call(let name, let arguments) = call.kind else {
      throw Problem(
        106, call.range, reason: "syntax error", "invoke takes the call of a function", advice: "write f(...)"
      )
    }
    if case .function(let function, let outer) = scope.bindings[name] {
      let rest = try bindings(arguments, nil, scope)
      let (body, inner) = try self.call(name, function, outer, [.table(relation)] + rest, step.range)
      relation = try self.relation(body, inner)
      return
    }
    if name == "FileProfile", let profiles = options.profiles {
      return try profile(call, profiles, &relation, scope)
    }
    guard case .service = schema.functions[name] else {
      throw Problem(
        203, call.range, reason: "unknown function", "there is no function '\(name)'",
        advice: "functions that are saved in a workspace must be written with let")
    }
    var blame = service(name, step.range)
    blame.range = step.range
    relation.forEachLeg { leg in
      leg.tail.append("invoke \(name)")
      leg.openness = .computed(blame)
      if name != "FileProfile" { leg.limit(blame) }
    }
  }

  /// A source that is an operator.
  mutating func leading(_ step: Step, _ scope: Scope) throws(Problem) -> Relation {
    let blame = Problem(
      414, step.range, reason: step.name, "'\(step.name)' reads no events that Trawl could tell apart",
      advice: "read a table such as DeviceProcessEvents. Skipped.")
    switch step.kind {
    case .union(let tables, _, let isFuzzy): return try union(tables, isFuzzy: isFuzzy, step, scope)
    case .print(let columns):
      var relation = Checker.foreign([], blame)
      for column in columns {
        let value = try lower(column.value, nil, scope)
        let name = column.names.first ?? "print_0"
        relation.forEachLeg { $0.set(name, Lowered(opaque: blame, value.type)) }
      }
      return relation
    case .range(let column, let low, let high, let width):
      let type = try lower(low, nil, scope).type
      for bound in [high, width] { _ = try lower(bound, nil, scope) }
      return Checker.foreign([ColumnDeclaration(name: column, type: type)], blame)
    default: return Checker.foreign([], blame, isOpen: true)
    }
  }

  mutating func union(
    _ tables: [Expression], isFuzzy: Bool, _ step: Step, _ scope: Scope
  ) throws(Problem) -> Relation {
    var parts: [Relation] = []
    for table in tables {
      do throws(Problem) {
        parts.append(try relation(table, scope))
      } catch {
        // A fuzzy union leaves out tables that do not exist.
        guard isFuzzy, error.code == 201 else { throw error }
      }
    }
    return try united(parts, step)
  }

  /// Tables one behind the other. Where one is made by looking at all of its rows, those behind the first are made before
  /// the query is run.
  mutating func united(_ parts: [Relation], _ step: Step) throws(Problem) -> Relation {
    var relation = Relation(legs: parts.flatMap(\.legs))
    try checkLegs(relation, step)
    let isPlain = parts.allSatisfy { $0.shape == nil && $0.unshaped == nil }
    if case .union(_, let column?, _) = step.kind {
      for index in relation.legs.indices {
        let name = relation.legs[index].table ?? ""
        relation.legs[index].set(column, Lowered(.constant(.string(name))))
      }
      if !isPlain { relation.unshaped = Checker.sourceOfShaped(step) }
    } else if !isPlain, let first = parts.first {
      do throws(Problem) {
        var shape = try first.settled()
        for part in parts.dropFirst() { try shape.append(known(part, step.range), step.range) }
        relation.shape = shape
      } catch {
        relation.unshaped = error
      }
    }
    return relation
  }

  private static func sourceOfShaped(_ step: Step) -> Problem {
    Problem(
      416, step.range, reason: "union of computed tables",
      "withsource of a table that is sorted, cut or summarized is not computed",
      advice: "sort or summarize behind the union")
  }
}
