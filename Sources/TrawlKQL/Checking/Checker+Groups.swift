import TrawlRows

extension Checker {
  /// A `where` on what a summarize computed lets groups pass, and with them their events: those whose values of the
  /// groups' columns are in the table that is left. It is made before the query is run.
  mutating func keepGroups(_ step: Step, _ before: Relation, _ relation: inout Relation) {
    guard case .filter = step.kind, before.legs.count == relation.legs.count else { return }
    let places = relation.legs.indices.filter {
      before.legs[$0].limit == nil && relation.legs[$0].limit?.reason == Checker.afterSummarize
    }
    guard !places.isEmpty, places.allSatisfy({ relation.legs[$0].groups != nil }) else { return }
    do throws(Problem) {
      let table = try known(relation, step.range, forEvents: true)
      for place in places { try keepGroups(table, before.legs[place], &relation.legs[place]) }
    } catch {
      // What is not made yet is no reason for which the events are not known.
      guard error.reason == Checker.firstPass else { return }
      for place in places { relation.legs[place].limit = error }
    }
  }

  private func keepGroups(_ table: KnownTable, _ before: Leg, _ leg: inout Leg) throws(Problem) {
    guard let groups = leg.groups else { return }
    let columns = groups.compactMap { group in
      leg.columns.first { $0.value.operand == group.operand }.flatMap { column in
        table.columns.firstIndex { $0.name == column.name }
      }
    }
    guard columns.count == groups.count else { return }
    let rows = table.rows.map { row in columns.map { row[$0] } }
    let isText = groups.count == 1 && groups[0].type == .string
    // Rows without a value are a group like others.
    let list = KQLList(rows, isCased: true, nullsAreEqual: true)
    let member =
      isText
      ? Checker.membership(groups, rows, isCased: true)
      : Lowered(groups, type: .bool) { .condition(.listed($0, list)) }
    guard let predicate = member.predicate else { return }
    leg.limit = nil
    leg.predicates = before.predicates + [predicate]
    leg.times = before.times
  }
}
