import TrawlRows

extension Ruleset {
  /// How often a regular expression hit its match limit since the ruleset was made; those values counted as not matching.
  /// Those within computed values count from the start of the program.
  public var surrenderCount: Int {
    let computed = rowTests.isEmpty ? 0 : KQLExpressions.surrenderCount
    return expressions.reduce(computed) { $0 + $1.surrenderCount }
  }
}
