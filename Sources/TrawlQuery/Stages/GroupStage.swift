import TrawlRows

/// `summarize`: groups in the order in which they first come.
struct GroupStage: Stage {
  private struct Group {
    var keys: [KQLValue]
    var states: [any Accumulator]
  }

  let below: ColumnNames
  let aggregations: [KQLAggregation]
  let groupColumns: [KQLColumn]
  private var groups: [Group] = []
  private var places: [[UInt8]: Int] = [:]

  init(below: ColumnNames, aggregations: [KQLAggregation], groups: [KQLColumn]) {
    self.below = below
    self.aggregations = aggregations
    groupColumns = groups
    // Without columns to group by there is one row, also of no rows.
    if groups.isEmpty { _ = group([]) }
  }

  var names: [String] { groupColumns.map(\.name) + aggregations.flatMap(\.names) }
  var collects: Bool { true }

  mutating func take(
    _ row: [KQLValue], _ budget: inout MemoryBudget
  ) throws(QueryLimit) -> [KQLValue]? {
    let row = below.row(row)
    let count = groups.count
    let place = group(groupColumns.map { $0.operand.value(in: row) })
    if groups.count > count {
      try budget.spend(96 + 2 * groups[place].keys.footprint + 64 * aggregations.count, holder)
    }
    for (index, aggregation) in aggregations.enumerated() {
      if let condition = aggregation.condition, condition.truth(in: row) != true { continue }
      let bytes = groups[place].states[index].add(aggregation.arguments.map { $0.value(in: row) })
      if bytes > 0 { try budget.spend(bytes, holder) } else { budget.release(-bytes) }
    }
    return nil
  }

  private var holder: String { "the groups of 'summarize'" }

  /// The place of a group, which is made on first sight.
  private mutating func group(_ keys: [KQLValue]) -> Int {
    let bytes = RowCode.bytes(keys)
    if let place = places[bytes] { return place }
    places[bytes] = groups.count
    groups.append(Group(keys: keys, states: aggregations.map { $0.accumulator() }))
    return groups.count - 1
  }

  mutating func drain() -> [[KQLValue]] {
    defer { groups = [] }
    return groups.map { group in group.keys + group.states.flatMap(\.results) }
  }
}
