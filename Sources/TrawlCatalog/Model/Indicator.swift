import TrawlRules

/// What makes two predicates of different rules the same: the canonical field, the kind, and the value in lower case
/// (of a regular expression as written).
public struct IndicatorKey: Sendable, Hashable {
  public var field: String
  public var kind: String
  public var value: String

  public init(field: String, kind: String, value: String) {
    self.field = field
    self.kind = kind
    self.value = value
  }
}

/// Rules in each corpus.
public struct CorpusCounts: Sendable, Hashable {
  public var sigma = 0
  public var splunk = 0
  public var elastic = 0
  public var kql = 0

  public init() {}

  public subscript(corpus: Corpus) -> Int {
    get {
      switch corpus {
      case .sigma: sigma
      case .splunk: splunk
      case .elastic: elastic
      case .kql: kql
      }
    }
    set {
      switch corpus {
      case .sigma: sigma = newValue
      case .splunk: splunk = newValue
      case .elastic: elastic = newValue
      case .kql: kql = newValue
      }
    }
  }

  /// Of the three vendors; hunting queries are counted apart.
  public var total: Int { sigma + splunk + elastic }
}

/// A predicate of a rule, with how many rules ask the same.
public struct Indicator: Sendable, Equatable {
  /// The canonical name, which the corpora share.
  public var field: String
  public var kind: String
  /// In the first spelling that the rule has.
  public var value: String
  /// Matched, excluded or both, by the stages that hold it.
  public var isMatched: Bool
  public var isExcluded: Bool
  /// Rules with this key, this one included.
  public var counts = CorpusCounts()
  /// Those that have it only under a negation.
  public var excludedOnly = CorpusCounts()
  /// `counts` with the deprecated rules.
  public var countsWithDeprecated = CorpusCounts()

  public init(field: String, kind: String, value: String, isMatched: Bool, isExcluded: Bool) {
    self.field = field
    self.kind = kind
    self.value = value
    self.isMatched = isMatched
    self.isExcluded = isExcluded
  }

  public var total: Int { counts.total }

  /// Other rules that look for the same, for a rule of `corpus`; the page shows nothing where their total is 0.
  public func others(for corpus: Corpus) -> CorpusCounts {
    var others = counts
    others[corpus] = max(0, others[corpus] - 1)
    return others
  }
}
