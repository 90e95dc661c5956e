/// How a ruleset finds a rule, as the compiler decided: for `trawl explain`.
public struct RulePlan: Sendable {
  /// Index in `Ruleset.rules`.
  public var rule: Int
  /// One for each kind of events that the rule reads.
  public var programs: [Program]

  /// What a rule asks of one kind of events.
  public struct Program: Sendable {
    /// The name of the route that it is for; nil for the log source that the rule names.
    public var route: String?
    public var events: Events
    /// Of the fields that the rule names, those that the events have under another name.
    public var renamed: [(field: String, source: String)]
    /// The member of the event that all fields are in, if they are.
    public var member: String?
    /// The event's fields that are looked at, in order.
    public var fields: [String]
    /// By item of the rule.
    public var items: [Item]
    /// Whether no literal announces it: it is evaluated for every event of its log source.
    public var isAlways: Bool
  }

  /// Which events.
  public struct Events: Sendable {
    /// Windows events: of a channel (nil: of any), with these ids (empty: with any).
    public var windows: [(channel: String?, eventIDs: [String])]
    /// Other events, whose log source has these parts; nil if the rule reads none.
    public var named: [(part: String, value: String)]?
  }

  /// What becomes of one item.
  public struct Item: Sendable {
    /// The event's field; nil for keywords.
    public var field: String?
    /// The literal that it needs, folded, as it is looked for; nil where it has none.
    public var literal: String?
    public var role: Role
    /// Whether the value itself is tested too, where the literal is found.
    public var isConfirmed: Bool
  }

  /// How an item counts.
  public enum Role: String, Sendable {
    /// Its literal is a pattern of the database, and announces the rule.
    case database
    /// Its literal announces the rule by the table of equalities, as the whole value.
    case equality
    /// Its literal announces the rule by the table of equalities, as a member of a family such as `sha256=...`.
    case family
    /// It is asked of each new value of its field, and announces the rule.
    case check
    /// Its literal is looked for in the raw event, and announces the rule.
    case gate
    /// It is evaluated in events in which the rule was announced.
    case compared
    /// As `compared`, and it only ever speaks against the rule.
    case excluding

    /// Whether it is one of those that announce the rule.
    public var announces: Bool { self != .compared && self != .excluding }
  }
}
