/// What a rule asks, in words, as its author laid it out. For people; what a rule means is in `Rule`.
public struct Explanation: Sendable {
  public var id: String
  public var title: String
  public var language: Rule.Language
  public var location: Location
  public var level: Rule.Level?
  public var status: Rule.Status?
  public var tags: [String]
  public var metadata = Rule.Metadata()
  /// What became of it.
  public var outcome: Outcome
  /// In the order of the text.
  public var stages: [Stage] = []
  /// What a scan looks for: one rule for each log source. Empty for what is not used.
  public var rules: [Rule] = []
  /// By rule: the events that it reads, in words.
  public var sources: [String] = []
  /// The same, with the items of each way that an event may take through the stages; conditions of terms are over these.
  public var ways: [Rule] = []

  public init(
    id: String, title: String, language: Rule.Language, location: Location, tags: [String], outcome: Outcome
  ) {
    self.id = id
    self.title = title
    self.language = language
    self.location = location
    self.tags = tags
    self.outcome = outcome
  }

  /// The events of a way, in words.
  public func source(ofWay index: Int) -> String {
    let source = ways[index].logSource
    let known = rules.firstIndex { $0.logSource == source }.flatMap {
      sources.indices.contains($0) ? sources[$0] : nil
    }
    return known ?? "\(source)"
  }

  /// What became of a rule, and what that means.
  public struct Outcome: Sendable, Equatable {
    /// `loaded`, `full`, `filter-exact` or `skipped`.
    public var name: String
    /// Sentences.
    public var remarks: [String]

    public init(_ name: String, _ remarks: [String]) {
      self.name = name
      self.remarks = remarks
    }
  }

  /// A part of the text: a search identifier or condition, an operator or `let`.
  public struct Stage: Sendable {
    /// `selection_img`, `condition`, `where`, `let`.
    public var name: String
    /// As written; of a search identifier its terms in words, a line each.
    public var text: String
    /// What it does.
    public var sentence: String
    /// How many operators it lies within.
    public var depth: Int
    public var terms: [Term] = []
    /// Why it is not used, or not computed.
    public var problem: String?

    public init(_ name: String, text: String, sentence: String, depth: Int = 0) {
      self.name = name
      self.text = text
      self.sentence = sentence
      self.depth = depth
    }
  }

  /// Something that is true or false of an event.
  public struct Term: Sendable {
    /// How the parts make the whole.
    public enum Joint: String, Sendable {
      /// There are no parts.
      case none
      case all, any, not
    }

    /// What it asks; for one with parts, what they have in common.
    public var words: String
    public var joint = Joint.none
    public var parts: [Term] = []
    /// By the index of a way: when it holds, over the items of that way.
    public var conditions: [Int: Condition] = [:]
    /// Why it is left out, or cannot be asked.
    public var remark: String?

    public init(_ words: String, _ joint: Joint = .none, _ parts: [Term] = []) {
      self.words = words
      self.joint = joint
      self.parts = parts
    }
  }
}
