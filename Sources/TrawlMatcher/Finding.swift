/// One rule that holds for one event, with all that is said about it.
public struct Finding: Sendable {
  public var rule: RuleInfo
  /// Of the event; nil when it bears no time that is understood.
  public var time: DateText?
  /// The host, as the event names it.
  public var computer: String?
  public var file: String
  /// Line of the file, or place of the document in it, from 1.
  public var record: Int
  /// Of the record in the file, in bytes.
  public var offset: Int
  /// Why the rule holds; empty unless it was asked for.
  public var evidence: [Evidence]
  /// The event's own text, if it was asked for.
  public var event: String?
  /// The values of the fields that the ruleset names, if they were asked for.
  public var values: [FieldText] = []

  public init(
    rule: RuleInfo, time: DateText?, computer: String?, file: String, record: Int, offset: Int,
    evidence: [Evidence], event: String?
  ) {
    self.rule = rule
    self.time = time
    self.computer = computer
    self.file = file
    self.record = record
    self.offset = offset
    self.evidence = evidence
    self.event = event
  }

  /// The event's time, RFC 3339 in UTC.
  public var timestamp: String? { time?.text }
}

/// One predicate that counts for a rule, and the value that made it true.
public struct Evidence: Sendable, Equatable {
  public var searchIdentifier: String
  /// The field of the event; nil for keywords.
  public var field: String?
  public var modifiers: [String]
  /// The rule's value as written.
  public var pattern: String
  /// The event's value; nil when it is null or absent.
  public var value: String?
  /// Where in `value` the pattern's literal or match lies, in bytes of UTF-8.
  public var range: Range<Int>?

  public init(
    searchIdentifier: String, field: String?, modifiers: [String], pattern: String, value: String?,
    range: Range<Int>?
  ) {
    self.searchIdentifier = searchIdentifier
    self.field = field
    self.modifiers = modifiers
    self.pattern = pattern
    self.value = value
    self.range = range
  }
}
