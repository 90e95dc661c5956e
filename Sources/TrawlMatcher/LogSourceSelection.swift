import TrawlEvents

/// Which programs apply to which events (SEMANTICS 21 and 22).
public struct LogSourceSelection: Sendable {
  /// What a rule's log source asks of an event. Selectors are numbered; several rules share one.
  public struct Selector: Sendable, Hashable {
    /// Of a Windows event, which is known by its channel; nil: not for Windows events.
    public var windows: [WindowsEvents]?
    /// Of any other event, whose log source is given; nil: only for Windows events.
    public var named: [Part: String]?

    public init(windows: [WindowsEvents]?, named: [Part: String]?) {
      self.windows = windows
      self.named = named
    }
  }

  public enum Part: String, Sendable, Hashable, CaseIterable {
    case product, category, service
  }

  /// Events of one channel, or of every channel.
  public struct WindowsEvents: Sendable, Hashable {
    /// Folded; nil for every channel.
    public var channel: String?
    /// As decimal text; nil for every id.
    public var eventIDs: Set<String>?

    public init(channel: String?, eventIDs: Set<String>?) {
      self.channel = channel
      self.eventIDs = eventIDs
    }
  }

  /// Fields by which an event shows its log source.
  public struct Shape: Sendable {
    public var conditions: [(field: FieldID, value: String?)]
    public var logSource: [Part: String]

    public init(conditions: [(field: FieldID, value: String?)], logSource: [Part: String]) {
      self.conditions = conditions
      self.logSource = logSource
    }
  }

  /// Fields that are columns of text in the table of a selector: a number there is a mistake of the log.
  public struct TextColumn: Sendable, Hashable {
    public var selector: UInt32
    public var field: FieldID

    public init(selector: UInt32, field: FieldID) {
      self.selector = selector
      self.field = field
    }
  }

  public var selectors: [Selector]
  public var shapes: [Shape]
  /// Products, categories and services that the table of log sources names.
  public var tableNames: [Part: Set<String>]
  /// These, and those that a rule names; another value of such a field of an event names none.
  public private(set) var names: [Part: Set<String>]
  /// Services that the events of a program in syslog are of, by its folded name.
  public var programs: [String: [String]]
  /// Categories that a log may be of by its name, or by what the user says of it, where its events name none; folded.
  public var tables: Set<String> = [] {
    didSet {
      let lengths = tables.map(\.utf8.count)
      tableLengths = lengths.min().map { $0...(lengths.max() ?? $0) }
    }
  }
  private var tableLengths: ClosedRange<Int>?
  /// As far as queries name them.
  public var textColumns: [TextColumn] = []
  /// By number of the mapping, in `RulesetTables.mappings`.
  public var mappings: [RowMapping] = []
  /// The log source that the user gave for all events without a channel.
  public var given: [Part: String]?
  /// The number of the field EventID, 0 if no rule names it.
  public var eventIDField: FieldID

  public init(
    selectors: [Selector], shapes: [Shape], tableNames: [Part: Set<String>],
    programs: [String: [String]] = [:], given: [Part: String]?, eventIDField: FieldID
  ) {
    self.selectors = selectors
    self.shapes = shapes
    self.tableNames = tableNames
    names = tableNames
    self.programs = programs
    self.given = given
    self.eventIDField = eventIDField
  }

  /// Sets `names` for these rules.
  public mutating func name(_ rules: [RuleInfo]) {
    names = tableNames
    for rule in rules {
      for source in rule.logSource {
        if let part = Part(rawValue: source.name) { names[part, default: []].insert(source.value) }
      }
    }
  }
}

/// What is known of where an event comes from.
public enum EventSource: Hashable, Sendable {
  case windows(channel: String, eventID: String)
  case named([LogSourceSelection.Part: String])
  /// Of several services at once, say.
  case several([LogSourceSelection.Part: Set<String>])
  case unknown
}

extension LogSourceSelection {
  /// The table that a log's name has in it as a word: `exports/AdvancedHunting-DeviceProcessEvents_1.json`. The last one
  /// counts, and folders do not.
  public func table(ofLog path: String) -> String? {
    // Asked of each log, of which there may be many thousands.
    guard let tableLengths else { return nil }
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8[$0...] } ?? path.utf8[...]
    let words = name.split { !LogSourceSelection.isLetter($0) }
    for word in words.reversed() where tableLengths.contains(word.count) {
      let word = String(decoding: word.map { $0 | 0x20 }, as: UTF8.self)
      if tables.contains(word) { return word }
    }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// The audit log of Linux.
  static let auditd = EventSource.named([.product: "linux", .service: "auditd"])

  /// Syslog of a program, whose name is folded.
  func syslog(program: String) -> EventSource {
    .several([.product: ["linux"], .service: Set(programs[program] ?? []).union(["syslog"])])
  }
}

extension LogSourceSelection.Selector {
  /// Whether rules with this selector look at events from `source`.
  func selects(_ source: EventSource) -> Bool {
    switch source {
    case .windows(let channel, let eventID):
      guard let windows else { return false }
      return windows.contains { events in
        (events.channel.map { $0 == channel } ?? true) && (events.eventIDs?.contains(eventID) ?? true)
      }
    case .named(let parts):
      guard let named else { return false }
      return named.allSatisfy { parts[$0.key] == $0.value }
    case .several(let parts):
      guard let named else { return false }
      return named.allSatisfy { parts[$0.key]?.contains($0.value) == true }
    case .unknown: return false
    }
  }
}
