extension KQLDocuments {
  /// Reasons of a summary that are named; the rest are dots.
  private static let namedReasons = 8

  /// How many queries were skipped for each reason, the most frequent first.
  public var reasons: [(reason: String, count: Int)] {
    let counts = Dictionary(skipped.map { ($0.diagnostic.diagnostic.reason, 1) }, uniquingKeysWith: +)
    return counts.map { (reason: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
  }

  /// `7 queries: 2 full (1 as tables only), 3 filter-exact, 2 skipped (join 1, FileProfile 1)`
  public var summary: String {
    let total = queries.count + skipped.count
    let full = queries.count { $0.outcome == .full }
    let prefilters = queries.count { $0.outcome == .prefilter }
    let head =
      "\(total) \(total == 1 ? "query" : "queries"): \(full) full\(tablesOnly), "
      + "\(queries.count - full - prefilters) filter-exact, "
      + (prefilters == 0 ? "" : "\(prefilters) prefilter, ") + "\(skipped.count) skipped"
    if skipped.isEmpty { return head }
    var parts = reasons.prefix(KQLDocuments.namedReasons).map { "\($0.reason) \($0.count)" }
    if reasons.count > parts.count { parts.append("...") }
    return "\(head) (\(parts.joined(separator: ", ")))"
  }

  private var tablesOnly: String {
    let count = queries.count { $0.eventLimit != nil }
    return count == 0 ? "" : " (\(count) as tables only)"
  }
}
