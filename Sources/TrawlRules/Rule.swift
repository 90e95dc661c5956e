/// A detection rule, free of the syntax it was written in.
public struct Rule: Sendable {
  /// The rule's id, in lower case if it is a UUID; a rule without one is known by its file and place in it.
  public var id: String
  public var title: String
  public var level: Level?
  public var status: Status?
  /// As written: `attack.execution`, `attack.t1059.001`, `cve.2021-44228`.
  public var tags: [String]
  public var language: Language
  public var location: Location
  public var logSource: LogSource
  /// What the condition refers to, each with where the rule says it.
  public var items: [Item]
  public var condition: Condition
  public var metadata: Metadata
  /// Columns that it reads and that are text in the table that is its log source.
  public var textColumns: [String] = []

  public init(
    id: String, title: String, level: Level? = nil, status: Status? = nil, tags: [String] = [],
    language: Language = .sigma, location: Location, logSource: LogSource, items: [Item],
    condition: Condition, metadata: Metadata = Metadata()
  ) {
    self.id = id
    self.title = title
    self.level = level
    self.status = status
    self.tags = tags
    self.language = language
    self.location = location
    self.logSource = logSource
    self.items = items
    self.condition = condition
    self.metadata = metadata
  }
}

extension Rule {
  /// How bad it is when the rule holds, from least to most.
  public enum Level: String, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .informational: 0
      case .low: 1
      case .medium: 2
      case .high: 3
      case .critical: 4
      }
    }
  }

  /// How far a rule has been tried.
  public enum Status: String, Sendable, CaseIterable {
    case stable, test, experimental, deprecated, unsupported
  }

  /// The language a rule was written in.
  public enum Language: String, Sendable {
    case sigma, kql
  }

  /// One predicate at one place of a rule, with what is needed to say why the rule holds.
  public struct Item: Hashable, Sendable {
    public var predicate: Predicate
    /// Name of the search identifier, such as `selection_img`.
    public var searchIdentifier: String
    /// The field as written; nil for keywords.
    public var field: String?
    /// The modifiers as written: `["contains", "all"]`.
    public var modifiers: [String]
    /// The rule's value as written.
    public var value: String

    public init(
      predicate: Predicate, searchIdentifier: String, field: String?, modifiers: [String], value: String
    ) {
      self.predicate = predicate
      self.searchIdentifier = searchIdentifier
      self.field = field
      self.modifiers = modifiers
      self.value = value
    }
  }

  /// What a rule says about itself beyond what matching needs; all as written.
  public struct Metadata: Sendable, Hashable {
    public var description: String?
    public var author: String?
    public var date: String?
    public var modified: String?
    public var references: [String] = []
    public var falsePositives: [String] = []
    public var fields: [String] = []
    /// The conditions as written, and each search identifier's YAML, for display.
    public var conditions: [String] = []
    /// Those that the condition names, in the order of the rule.
    public var searchIdentifiers: [SearchIdentifier] = []

    public init() {}
  }

  /// A search identifier, and when it holds, over the rule's items.
  public struct SearchIdentifier: Sendable, Hashable {
    public var name: String
    public var condition: Condition

    public init(_ name: String, _ condition: Condition) {
      self.name = name
      self.condition = condition
    }
  }
}
