/// The rules of several collections, and how often each indicator occurs in them.
public struct Catalog: Sendable {
  public var corpora: [CorpusSummary] = []
  /// Sorted by corpus, then path, then id.
  public var rules: [CatalogRule] = []
  /// For each key, the rules that have it, as indices into `rules`, ascending.
  public var rulesOfKey: [IndicatorKey: [Int]] = [:]
  /// Those of `rulesOfKey` that have the key only under a negation.
  public var excludingRulesOfKey: [IndicatorKey: [Int]] = [:]
  public var totals = CatalogTotals()
  /// Whether the deprecated rules are among `rules`.
  public var includesDeprecated = false

  public init() {}
}
