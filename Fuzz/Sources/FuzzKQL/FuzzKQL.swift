import TrawlKQL

/// A block of queries. What loads has filters on tables, what does not has one error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKQL(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let text = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  for options in [KQLOptions(), KQLOptions(time: .strict, now: 638_000_000_000_000_000)] {
    let documents = KQLLoader(options: options).load(KQLSource(text: text, file: "fuzz.kql"))
    for query in documents.queries {
      precondition(!query.filters.isEmpty, "a query that loaded reads a table")
      precondition((query.plan != nil) == (query.outcome == .full), "a full query has a plan")
      precondition((query.plan == nil) == (query.tableLimit != nil), "it says why there is no table")
      precondition(query.rules().isEmpty == (query.eventLimit != nil), "it says why it is no rule")
      if query.plan != nil { precondition(!query.planRules().isEmpty, "a table is made of events") }
    }
    if documents.queries.contains(where: \.isWaiting) { settle(text, options) }
    let errors = documents.diagnostics.count { $0.diagnostic.severity == .error }
    precondition(errors == documents.skipped.count, "each that is skipped has its error")
    for diagnostic in documents.diagnostics {
      precondition(diagnostic.diagnostic.location.line > 0, "a place: \(diagnostic.text)")
    }
  }
  return 0
}

/// Makes the tables that queries need until they need none, as a scan does: that comes to an end, and none is asked for
/// again.
private func settle(_ text: String, _ options: KQLOptions) {
  var options = options
  while true {
    let queries = KQLLoader(options: options).load(KQLSource(text: text, file: "fuzz.kql")).queries
    let needs = KQLQuery.needs(of: queries, asRules: true)
    if needs.isEmpty { return }
    for plan in needs {
      precondition(!options.tables.contains { $0.plan == plan }, "a table that was made is known")
      var table = KQLTable(plan: plan, rows: [])
      if options.tables.count % 2 == 0 {
        table.rows = [plan.columns.map { $0.type == .string ? .string("a") : .integer(1) }]
      }
      options.tables.append(table)
    }
    precondition(options.tables.count < 5000, "tables within tables have an end")
  }
}
