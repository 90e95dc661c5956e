extension Ruleset {
  /// How often a regular expression hit its match limit since the ruleset was made; those values counted as not matching.
  public var surrenderCount: Int { expressions.reduce(0) { $0 + $1.surrenderCount } }
}
