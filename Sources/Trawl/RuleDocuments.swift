import TrawlKQL
import TrawlRules
import TrawlSigma

/// What a file of rules holds, by its language.
enum RuleDocuments {
  case sigma(SigmaDocuments)
  case kql(KQLDocuments)
}

/// How many hunting queries there were, and what became of them.
public struct QueryCounts: Sendable {
  /// Loaded: which events match is exact, and the query's table can be made.
  public var full = 0
  /// Sound, and their table can be made, but they say nothing of single events: `trawl query` runs them, and no scan.
  public var tablesOnly = 0
  /// Loaded: which events match is exact; what the query makes of them is not computed.
  public var filterExact = 0
  /// Loaded, and match more events than they mean, as the user wished.
  public var prefilters = 0
  /// Not used; the diagnostics say why.
  public var skipped = 0
  /// Loaded without their conditions on the time of the run.
  public var timeLifted = 0
  /// Left out, since another of the file differs in the name of the time's column only.
  public var duplicates = 0

  /// Of those that loaded: they look into tables of events, so that the logs are read twice.
  public var twice = 0

  /// Nothing.
  public init() {}

  public var total: Int { full + tablesOnly + filterExact + prefilters + skipped }
}

extension LoadedRules {
  mutating func add(_ documents: RuleDocuments) {
    switch documents {
    case .sigma(let documents): add(documents)
    case .kql(let documents): add(documents)
    }
  }

  private mutating func add(_ documents: SigmaDocuments) {
    files += 1
    rules += documents.rules
    diagnostics += documents.diagnostics
    refused += documents.refused
    correlations += documents.correlations
    filters += documents.filters
  }

  private mutating func add(_ documents: KQLDocuments) {
    files += 1
    diagnostics += documents.diagnostics.map(\.diagnostic)
    refused += documents.skipped.count
    queries.skipped += documents.skipped.count
    queries.duplicates += documents.duplicates
    self.documents.queries += documents.queries
    self.documents.skipped += documents.skipped
    for query in documents.queries { add(query) }
  }

  private mutating func add(_ query: KQLQuery) {
    if query.isTimeLifted { queries.timeLifted += 1 }
    if query.readsTwice, query.eventLimit == nil { queries.twice += 1 }
    guard var reason = query.eventLimit?.diagnostic else {
      if query.isWaiting { waiting.append(query) } else { rules += query.rules() }
      switch query.outcome {
      case .full: queries.full += 1
      case .filterExact: queries.filterExact += 1
      case .prefilter: queries.prefilters += 1
      }
      return
    }
    reason.advice = "trawl query makes its table; a scan, which reports single events, leaves it out"
    diagnostics.append(reason)
    queries.tablesOnly += 1
    refused += 1
  }
}
