import TrawlRows

/// Tables whose rows are known before the query runs: those of `datatable` and of local files for `externaldata`. What
/// operators that keep rows apart make of them is computed at load, so that lists may be made of them.
extension Checker {
  /// More rows than this are not kept; Kusto takes so many values for a list of `in`.
  static let mostRows = 1_000_000

  /// A table of known rows as one of events, whose columns can be computed with.
  static func readable(_ relation: Relation) -> Relation {
    let columns = relation.legs.first?.columns ?? []
    return Relation(
      legs: [
        Leg(
          table: nil,
          columns: columns.map {
            Leg.Column(name: $0.name, value: Lowered(.column($0.name, $0.value.type)))
          })
      ])
  }

  /// What the step makes of known rows; nil where that is not known. `before` is their table, as `readable` made it.
  mutating func rows(
    _ rows: [[KQLValue]], of before: Relation, behind step: Step, _ scope: Scope
  ) throws(Problem) -> [[KQLValue]]? {
    switch step.kind {
    case .filter, .extend, .serialize, .project, .distinct, .projectAway, .projectKeep, .projectRename,
      .projectReorder:
      var after = before
      try apply(step, to: &after, scope)
      let isDistinct = if case .distinct = step.kind { true } else { false }
      return Checker.computed(rows, before, after, isDistinct: isDistinct)
    case .name, .nothing, .sort: return rows
    case .take(let count), .top(let count, _):
      guard case .integer(let most) = try lower(count, nil, scope).constant, most >= 0 else { return nil }
      // Which rows `top` keeps depends on an order that is not computed.
      if case .top = step.kind { return most >= Int64(rows.count) ? rows : nil }
      return Array(rows.prefix(Int(min(most, Int64(Checker.mostRows)))))
    default: return nil
    }
  }

  private static func computed(
    _ rows: [[KQLValue]], _ before: Relation, _ after: Relation, isDistinct: Bool
  ) -> [[KQLValue]]? {
    guard let source = before.legs.first, let leg = after.legs.first, leg.limit == nil, leg.times.isEmpty
    else { return nil }
    let operands = leg.columns.compactMap(\.value.operand)
    guard operands.count == leg.columns.count, !operands.contains(where: \.usesNow) else { return nil }
    let condition = KQLPredicate.all(leg.predicates)
    let names = source.columns.map(\.name)
    var seen: Set<[UInt8]> = []
    return rows.compactMap { values in
      let row = ConstantRow(names: names, values: values)
      guard condition.truth(in: row) == true else { return nil }
      let result = operands.map { $0.value(in: row) }
      if isDistinct, !seen.insert(KQLPredicate.member(.anyColumn, result).encoded).inserted { return nil }
      return result
    }
  }
}

/// A row of a table that is known at load.
private struct ConstantRow: KQLRow {
  let names: [String]
  let values: [KQLValue]

  func value(of column: String, _ type: KQLType) -> KQLValue {
    if let place = names.firstIndex(of: column), place < values.count { return values[place] }
    return type.absent
  }

  var columnTexts: [String] { values.map(\.shown) }
}
