import TrawlRows

/// Makes the table of a query out of the rows of its sources, which come one by one.
public struct TableBuilder {
  public let columns: [KQLResultColumn]
  private var stages: [any Stage] = []
  private var budget: MemoryBudget
  private var rows: [[KQLValue]] = []

  /// For a plan; its table and what the operators keep may take what the budget allows.
  public init(_ plan: KQLPlan, budget: MemoryBudget = MemoryBudget()) {
    self.budget = budget
    columns = plan.columns
    var names = plan.sources.first?.columns.map(\.name) ?? []
    for step in plan.steps {
      let stage = step.stage(names)
      names = stage.names
      stages.append(stage)
    }
  }

  /// Whether further rows would change nothing: `take` has had its rows.
  public var isSatisfied: Bool {
    stages.prefix { !$0.collects }.contains { $0.isSatisfied }
  }

  /// Takes a row, which has the values of the columns of a source.
  public mutating func add(_ row: [KQLValue]) throws(QueryLimit) { try push(row, from: 0) }

  private mutating func push(_ row: [KQLValue], from first: Int) throws(QueryLimit) {
    var row = row
    for index in first..<stages.count {
      guard let next = try stages[index].take(row, &budget) else { return }
      let more = stages[index].takeMore()
      if !more.isEmpty {
        for row in [next] + more { try push(row, from: index + 1) }
        return
      }
      row = next
    }
    try budget.spend(row.footprint, "the result")
    rows.append(row)
  }

  /// The table, when there are no more rows.
  public mutating func finish() throws(QueryLimit) -> ResultTable {
    for index in stages.indices {
      for row in stages[index].drain() { try push(row, from: index + 1) }
    }
    defer { rows = [] }
    return ResultTable(columns: columns, rows: rows)
  }
}

/// The result of a query.
public struct ResultTable: Equatable, Sendable {
  public var columns: [KQLResultColumn]
  /// Values in the order of the columns.
  public var rows: [[KQLValue]]

  public init(columns: [KQLResultColumn], rows: [[KQLValue]]) {
    self.columns = columns
    self.rows = rows
  }
}
