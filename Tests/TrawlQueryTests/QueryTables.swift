import Testing
import TrawlKQL
import TrawlQuery
import TrawlRows

/// A row of a table of events: the columns that have values.
struct SampleRow: KQLRow {
  let table: String
  let values: [String: KQLValue]

  init(_ values: [String: KQLValue], table: String = "DeviceNetworkEvents") {
    self.table = table
    self.values = values
  }

  func value(of column: String, _ type: KQLType) -> KQLValue {
    values[column] ?? (type == .string ? .string("") : .null(type))
  }

  var columnTexts: [String] { values.values.map(\.shown) }
}

/// The plan of a query, which must have one.
func plan(
  of text: String, options: KQLOptions = KQLOptions(), at location: SourceLocation = #_sourceLocation
) throws -> KQLPlan {
  let documents = KQLLoader(options: options).load(text, file: "q.kql")
  let query = try #require(
    documents.queries.first, "\(documents.skipped.map(\.diagnostic.text))", sourceLocation: location)
  return try #require(
    query.plan, "\(query.tableLimit?.text ?? "no plan and no reason")", sourceLocation: location)
}

/// What a query makes of events, those that its filters do not let through among them. The tables that it looks into are
/// made first, as a scan does.
func result(
  of text: String, _ events: [SampleRow], budget: MemoryBudget = MemoryBudget(),
  at location: SourceLocation = #_sourceLocation
) throws -> ResultTable {
  var options = KQLOptions()
  while case let needs = KQLQuery.needs(
    of: KQLLoader(options: options).load(text, file: "q.kql").queries), !needs.isEmpty
  {
    for plan in needs {
      options.tables.append(KQLTable(plan: plan, rows: try result(of: plan, events, budget).rows))
    }
  }
  return try result(of: plan(of: text, options: options, at: location), events, budget)
}

/// What a plan makes of events.
private func result(of plan: KQLPlan, _ events: [SampleRow], _ budget: MemoryBudget) throws -> ResultTable {
  var builder = TableBuilder(plan, budget: budget)
  for event in events {
    let matching = plan.sources.filter { $0.table == event.table && $0.predicate.truth(in: event) == true }
    guard !matching.isEmpty else { continue }
    var bytes: [UInt8] = []
    SourceRows(plan, table: event.table).append(event, query: 0, to: &bytes)
    try SourceRows.forEach(in: bytes) { _, row in try builder.add(row) }
  }
  return try builder.finish()
}

/// The names of a result's columns, and its rows as text: cells joined by `|`, null as `-`.
func lines(_ table: ResultTable) -> [String] {
  [table.columns.map(\.name).joined(separator: "|")]
    + table.rows.map { row in
      row.map { value in if case .null = value { "-" } else { value.shown } }.joined(separator: "|")
    }
}
