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
    let errors = documents.diagnostics.count { $0.diagnostic.severity == .error }
    precondition(errors == documents.skipped.count, "each that is skipped has its error")
    for diagnostic in documents.diagnostics {
      precondition(diagnostic.diagnostic.location.line > 0, "a place: \(diagnostic.text)")
    }
  }
  return 0
}
