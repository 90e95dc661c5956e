import TrawlRows
import TrawlRules

/// A query that loaded: which events match is known exactly, or the table that it makes is computed, or both.
public struct KQLQuery: Sendable {
  /// How much of its result Trawl computes.
  public enum Outcome: String, Sendable {
    /// Its table is computed, rows and columns as Kusto would have them. `eventLimit` says whether single events are
    /// known too.
    case full
    /// Which events match is exact; the table is not computed, and `tableLimit` says why. The operators of `tail` keep
    /// at least one row of each event.
    case filterExact = "filter-exact"
    /// Events match that the operators before the first unsupported one let through: more than the query means. Its rules'
    /// titles say so.
    case prefilter
  }

  /// The rule's id, or the file with `#` and the number of the block, and of the query where a block has several.
  public var id: String
  public var title: String
  public var tags: [String]
  public var location: Location
  /// As written, with the statements that it shares with other queries of its block.
  public var text: String
  /// Which of the queries of `text` it is, from 0.
  public var number: Int
  public var outcome: Outcome
  /// The tables it reads, each with what must hold of a row; several for a union. An event matches when one does; with an
  /// `eventLimit`, these are the events that its table is made of.
  public var filters: [KQLFilter]
  /// Operators that do not matter to which events match, in the order written: a scan leaves them out.
  public var tail: [String]
  /// How its table is made; nil if that is not computed.
  public var plan: KQLPlan?
  /// Why there is no plan, if there is none.
  public var tableLimit: KQLDiagnostic?
  /// Why no single event can be said to match, if so: a `where` on counts needs all events of a group. No scan can use
  /// the query then; its table is computed all the same.
  public var eventLimit: KQLDiagnostic?
  /// Whether conditions such as `Timestamp > ago(7d)` were left out.
  public var isTimeLifted: Bool
  /// Whether it looks into tables of events, in lists, `toscalar` or joins, for which the logs are read once more.
  public var readsTwice = false
  /// Tables of events that it looks into, and that must be made before it can be run (`KQLOptions.tables`). Until then its
  /// filters and its plan take them for empty, and show only how it will be.
  public var needs: [KQLPlan] = []
  /// The same for which events match alone: where it filters on counts, these are the tables of the groups that pass.
  public var eventNeeds: [KQLPlan] = []

  /// Whether it cannot be a rule yet.
  public var isWaiting: Bool { !needs.isEmpty || !eventNeeds.isEmpty }
}

extension KQLQuery {
  /// The tables of events that queries need, each once: for their own tables, or also to be rules.
  public static func needs(of queries: [KQLQuery], asRules: Bool = false) -> [KQLPlan] {
    var needs: [KQLPlan] = []
    for query in queries {
      for plan in query.needs + (asRules ? query.eventNeeds : []) where !needs.contains(plan) {
        needs.append(plan)
      }
    }
    return needs
  }

  /// A plan that is no query of its own: the table that another looks into.
  package init(plan: KQLPlan, id: String) {
    self.init(
      id: id, title: id, tags: [], location: Location(file: id), text: "", number: 0, outcome: .full,
      filters: [], tail: [], plan: plan, isTimeLifted: false)
  }
}

/// What must hold of a row of a table.
public struct KQLFilter: Equatable, Sendable {
  /// The name of a Defender table, or of SecurityEvent or Event.
  public var table: String
  public var predicate: KQLPredicate

  /// `predicate` for the rows of `table`.
  public init(table: String, predicate: KQLPredicate) {
    self.table = table
    self.predicate = predicate
  }
}

/// A query that cannot be used.
public struct KQLSkipped: Sendable {
  public var id: String
  public var title: String
  /// As written, with all that its block has beside it; empty where it could not be taken apart.
  public var text = ""
  /// Which of the queries of `text` it is, from 0.
  public var number = 0
  /// The tables of events at its root, as far as they are known.
  public var tables: [String]
  /// Why; its `reason` names the operator or function.
  public var diagnostic: KQLDiagnostic
  /// Whether the query is sound KQL that Trawl does not run, and not a mistake of its author.
  public var isLimit: Bool
}

/// How conditions on the time of the run are read.
public struct KQLOptions: Sendable {
  public enum Time: String, Sendable {
    /// Lower bounds such as `Timestamp > ago(7d)` are left out, since an archive is older than that.
    case lift
    /// All are evaluated against `now`.
    case strict
  }

  /// The reasons of diagnostics of queries that need to know what the time is.
  public static let needsNow: Set<String> = ["time window", "time of the run"]

  /// The instant of a text in ISO 8601, for `now`.
  public static func instant(_ text: String) -> Int64? { KQLTime.datetime(parsing: text) }

  /// The instant that lies so many microseconds behind the beginning of 1970, for `now`; nil beyond the calendar.
  public static func instant(microseconds: Int64) -> Int64? {
    guard let epoch = KQLTime.datetime(1970, 1, 1) else { return nil }
    let (ticks, isTooLarge) = microseconds.multipliedReportingOverflow(by: 10)
    let (sum, overflow) = epoch.addingReportingOverflow(ticks)
    return !isTooLarge && !overflow && (0..<KQLTime.end).contains(sum) ? sum : nil
  }

  /// The instant as text.
  public static func text(ofInstant ticks: Int64) -> String { KQLTime.text(ofDatetime: ticks) }

  public var time: Time
  /// The instant that `now()` stands for, in ticks of 100 ns since the year 1 (`KQLTime.datetime(parsing:)`).
  public var now: Int64?
  /// The contents of files, by the addresses of `externaldata` for which they stand; no address is ever fetched.
  public var externals: [String: String]
  /// Tables of events that were made for queries that look into them, in lists, `toscalar` and joins.
  public var tables: [KQLTable] = []
  /// What stands for the data that `FileProfile()` has in the cloud, which is never asked.
  public var profiles: FileProfiles?
  /// Whether a query that asks more than Trawl knows is used as far as it does.
  public var isPartial = false

  public init(time: Time = .lift, now: Int64? = nil, externals: [String: String] = [:]) {
    self.time = time
    self.now = now
    self.externals = externals
  }
}

/// What a file or several hold.
public struct KQLDocuments: Sendable {
  public var queries: [KQLQuery] = []
  public var skipped: [KQLSkipped] = []
  /// What is wrong or worth knowing, in the order of the text: an error for each of `skipped`, and warnings.
  public var diagnostics: [KQLDiagnostic] = []
  /// Blocks left out since they differ from an earlier one of the file in `Timestamp` and `TimeGenerated` only.
  public var duplicates = 0
  /// Fenced blocks in other languages.
  public var otherBlocks = 0

  /// Nothing.
  public init() {}

  /// Adds what another file holds.
  public mutating func append(_ other: KQLDocuments) {
    queries += other.queries
    skipped += other.skipped
    diagnostics += other.diagnostics
    duplicates += other.duplicates
    otherBlocks += other.otherBlocks
  }
}
