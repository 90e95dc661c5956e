/// A rule that looks for much of what another looks for. Keys under a negation do not count.
public struct SimilarRule: Sendable, Equatable {
  /// How the keys of the two rules lie to each other.
  public enum Relation: String, Sendable {
    /// Both have the same keys.
    case same
    /// It has all keys of this rule, and more.
    case narrower
    /// This rule has all its keys, and more.
    case wider
    /// Each has keys that the other lacks.
    case overlapping
  }

  /// As an index into the rules of the catalogue.
  public var rule: Int
  public var relation: Relation
  /// Keys that both have.
  public var shared: Int

  public init(rule: Int, relation: Relation, shared: Int) {
    self.rule = rule
    self.relation = relation
    self.shared = shared
  }
}
