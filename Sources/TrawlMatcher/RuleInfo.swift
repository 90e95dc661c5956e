/// What is said about a rule beside a match.
public struct RuleInfo: Sendable {
  public var id: String
  public var title: String
  /// `critical`, `high`, `medium`, `low`, `informational`, or empty.
  public var level: String
  public var status: String
  public var tags: [String]
  public var language: String
  public var file: String
  /// `product windows, category process_creation`
  public var logSource: [(name: String, value: String)]
  public var items: [ItemInfo]

  public init(
    id: String, title: String, level: String, status: String, tags: [String], language: String, file: String,
    logSource: [(name: String, value: String)], items: [ItemInfo]
  ) {
    self.id = id
    self.title = title
    self.level = level
    self.status = status
    self.tags = tags
    self.language = language
    self.file = file
    self.logSource = logSource
    self.items = items
  }
}

/// One predicate of a rule as its author wrote it, with the test that it became.
public struct ItemInfo: Sendable {
  public var searchIdentifier: String
  /// Nil for keywords.
  public var field: String?
  public var modifiers: [String]
  public var value: String
  /// Index into `RulesetTables.tests`, for each program of the rule.
  public var test: UInt32
  /// The same in the program of a route that renames fields, if there is one.
  public var routedTests: [UInt32]
  /// Whether the item counts for the rule, rather than against it (below a `not`).
  public var isPositive: Bool

  public init(
    searchIdentifier: String, field: String?, modifiers: [String], value: String, test: UInt32,
    routedTests: [UInt32] = [], isPositive: Bool
  ) {
    self.searchIdentifier = searchIdentifier
    self.field = field
    self.modifiers = modifiers
    self.value = value
    self.test = test
    self.routedTests = routedTests
    self.isPositive = isPositive
  }
}
