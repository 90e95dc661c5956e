import TrawlRules

/// A rule of the catalogue, with all that its page shows.
public struct CatalogRule: Sendable, Equatable {
  public var corpus: Corpus
  /// Unique within the corpus.
  public var id: String
  public var title: String
  /// Of its file, below the root of the corpus.
  public var path: String
  public var status: String?
  /// Sigma's level or Elastic's severity; Splunk has none.
  public var level: String?
  /// Splunk's: `TTP`, `Anomaly`, `Hunting`.
  public var type: String?
  public var logSource: RuleSource
  public var author: String?
  public var date: String?
  public var modified: String?
  public var description: String?
  public var references: [String] = []
  public var falsePositives: [String] = []
  public var tags: [String] = []
  /// Whether the corpus calls it deprecated.
  public var isDeprecated = false
  public var attack: [AttackEntry] = []
  public var events: [EventEntry] = []
  /// `sigma`, `spl`, `eql`, `kuery`, `esql`, `kql`, `lucene`, `machine_learning`.
  public var language: String
  /// As written: Sigma's YAML, or the query.
  public var body: String
  public var stages: [RuleOutline.Stage] = []
  /// The predicates of `stages` by key, sorted by field and kind; values in the order of the rule.
  public var indicators: [Indicator] = []
  /// Rules that look for much of the same, the most alike first.
  public var similar: [SimilarRule] = []
  /// What was not understood, in words for the reader of the page.
  public var diagnostics: [String] = []
  /// Of all that the author wrote, to tell whether a rule changed between two catalogues.
  public var contentHash = ""

  public init(
    corpus: Corpus, id: String, title: String, path: String, logSource: RuleSource = RuleSource(),
    language: String, body: String
  ) {
    self.corpus = corpus
    self.id = id
    self.title = title
    self.path = path
    self.logSource = logSource
    self.language = language
    self.body = body
  }
}

/// Where a rule's events come from.
public struct RuleSource: Sendable, Hashable {
  public var product: String?
  public var category: String?
  public var service: String?
  public var definition: String?
  /// Splunk's `data_source` or Elastic's `index`, as written.
  public var names: [String]

  public init(
    product: String? = nil, category: String? = nil, service: String? = nil, definition: String? = nil,
    names: [String] = []
  ) {
    self.product = product
    self.category = category
    self.service = service
    self.definition = definition
    self.names = names
  }
}

/// A technique of ATT&CK, or a tactic alone, that a rule is tagged with.
public struct AttackEntry: Sendable, Hashable {
  /// Tactic ids and names (`TA0002`, `Execution`), the rule's own first.
  public var tactics: [Tactic]
  public var technique: Technique?

  public struct Tactic: Sendable, Hashable {
    public var id: String
    public var name: String

    public init(id: String, name: String) {
      self.id = id
      self.name = name
    }
  }

  public struct Technique: Sendable, Hashable {
    /// `T1059.001`, as the rule has it.
    public var id: String
    /// Nil where ATT&CK's table has no such id.
    public var name: String?
    /// Name of the technique that a sub-technique belongs to.
    public var parentName: String?
    /// The id that took the place of a retired one.
    public var successor: String?

    public init(id: String, name: String?, parentName: String? = nil, successor: String? = nil) {
      self.id = id
      self.name = name
      self.parentName = parentName
      self.successor = successor
    }
  }

  public init(tactics: [Tactic], technique: Technique?) {
    self.tactics = tactics
    self.technique = technique
  }
}

/// A kind of event that a rule looks at.
public struct EventEntry: Sendable, Hashable {
  /// Short: `Sysmon`, `Security`, `PowerShell`.
  public var provider: String
  public var channel: String?
  public var eventID: Int?
  public var title: String?

  public init(provider: String, channel: String? = nil, eventID: Int? = nil, title: String? = nil) {
    self.provider = provider
    self.channel = channel
    self.eventID = eventID
    self.title = title
  }
}
