import TrawlRules

/// What a file of Sigma rules holds.
public struct SigmaDocuments: Sendable {
  /// The rules that can be used, in the order of the file.
  public var rules: [Rule] = []
  /// What was found wrong, in the order of the file. Errors cost a rule, warnings do not.
  public var diagnostics: [Diagnostic] = []
  /// Documents that should have been rules and are not in `rules`; each has an error among `diagnostics`.
  public var refused = 0
  /// Documents with a `correlation`: recognised, not evaluated.
  public var correlations = 0
  /// Documents with a `filter`: recognised, not applied.
  public var filters = 0

  /// No documents.
  public init() {}
}
