import TrawlRules

/// What the table of log sources says of the fields of a route's events.
struct RouteFields: Sendable {
  /// What must be so of an event for the route to read it.
  struct Condition: Sendable, Hashable {
    var field: String
    var values: [String]
    /// Whether the field must have none of them.
    var isNegated: Bool
  }

  /// By the rule's name of a field: what the event has for it.
  var sources: [String: FieldNames.Source] = [:]
  /// Whether fields that are not named are empty.
  var isClosed = false
  var conditions: [Condition] = []

  /// Words separated by blanks: `RULE_FIELD=SOURCE`, `only`, `FIELD?VALUE|VALUE` and `FIELD!VALUE|VALUE`; nil for others.
  init?(parsing text: String) {
    for word in text.split(separator: " ") {
      if word == "only" {
        isClosed = true
      } else if let sign = word.firstIndex(where: { $0 == "=" || $0 == "?" || $0 == "!" }) {
        let (name, rest) = (String(word[..<sign]), String(word[word.index(after: sign)...]))
        guard !name.isEmpty, !rest.isEmpty, add(name, word[sign], rest) else { return nil }
      } else {
        return nil
      }
    }
  }

  /// Whether of some field it is only known that it is held, which rows have no use for.
  var hasHolding: Bool { sources.values.contains { if case .holding = $0 { true } else { false } } }

  /// Whether some field is made of two, which only rows have.
  var hasJoint: Bool { sources.values.contains { if case .joined = $0 { true } else { false } } }

  /// With the member of the event that all fields are in, if they are.
  func names(member: String?) -> FieldNames {
    FieldNames(sources: sources, isClosed: isClosed, member: member)
  }

  private mutating func add(_ name: String, _ sign: Character, _ rest: String) -> Bool {
    guard sign == "=" else {
      let values = rest.split(separator: "|").map(String.init)
      conditions.append(Condition(field: name, values: values, isNegated: sign == "!"))
      return true
    }
    guard let source = FieldNames.Source(parsing: rest) else { return false }
    sources[name] = source
    return true
  }
}
