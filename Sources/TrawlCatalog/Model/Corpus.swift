/// A collection of rules of one vendor.
public enum Corpus: String, Sendable, CaseIterable {
  case sigma, splunk, elastic
  /// Hunting queries of Microsoft Defender, which no count of the other corpora includes.
  case kql
}

/// What was found in one collection.
public struct CorpusSummary: Sendable, Equatable {
  public var corpus: Corpus
  /// The folder as the user named it.
  public var root: String
  /// Commit of the folder, if it is the root of a Git work tree.
  public var commit: String?
  public var files: Int
  public var rules: Int
  /// Rules of `rules` whose query was read whole.
  public var parsed: Int
  /// Files that hold no rule of this catalogue, and why.
  public var skipped: [Skipped]

  public struct Skipped: Sendable, Equatable {
    public var path: String
    public var reason: String

    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  public init(
    corpus: Corpus, root: String, commit: String? = nil, files: Int = 0, rules: Int = 0, parsed: Int = 0,
    skipped: [Skipped] = []
  ) {
    self.corpus = corpus
    self.root = root
    self.commit = commit
    self.files = files
    self.rules = rules
    self.parsed = parsed
    self.skipped = skipped
  }
}
