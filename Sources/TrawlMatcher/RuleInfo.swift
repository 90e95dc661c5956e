/// What is said about a rule beside a match. Shared by all findings of the rule.
public final class RuleInfo: Sendable {
  /// Index in `Ruleset.rules`.
  public let number: Int
  public let id: String
  public let title: String
  /// `critical`, `high`, `medium`, `low`, `informational`, or empty.
  public let level: String
  public let status: String
  public let tags: [String]
  public let language: String
  public let file: String
  /// `product windows, category process_creation`
  public let logSource: [(name: String, value: String)]
  public let items: [ItemInfo]
  /// When the rule holds, in prefix order: a program over the items, each node of the kind `test` with an index in
  /// `items`. There are no groups.
  public let condition: [NodeEntry]

  public init(
    number: Int, id: String, title: String, level: String, status: String, tags: [String], language: String,
    file: String,
    logSource: [(name: String, value: String)], items: [ItemInfo], condition: [NodeEntry]
  ) {
    self.number = number
    self.id = id
    self.title = title
    self.level = level
    self.status = status
    self.tags = tags
    self.language = language
    self.file = file
    self.logSource = logSource
    self.items = items
    self.condition = condition
  }
}

/// One predicate of a rule as its author wrote it, with the test that it became.
public struct ItemInfo: Sendable {
  public var searchIdentifier: String
  /// Nil for keywords.
  public var field: String?
  public var modifiers: [String]
  public var value: String
  /// Index into `RulesetTables.tests`.
  public var test: UInt32
  /// The same for each route that gives the rule a second program with other field names.
  public var routedTests: [UInt32]

  public init(
    searchIdentifier: String, field: String?, modifiers: [String], value: String, test: UInt32,
    routedTests: [UInt32] = []
  ) {
    self.searchIdentifier = searchIdentifier
    self.field = field
    self.modifiers = modifiers
    self.value = value
    self.test = test
    self.routedTests = routedTests
  }
}
