import Testing
import TrawlRules
import TrawlTestSupport

/// Random rules against random events: the engine says what the reference matcher says.
@Suite struct DifferentialTests {
  /// Rules and events of a round; each rule meets each event.
  static let size = 60

  @Test(arguments: 0..<60)
  func theEngineAgreesWithTheReferenceOnRandomRulesAndEvents(_ round: Int) throws {
    try compare(seed: UInt64(1000 + round), given: RandomRules.given)
  }

  @Test(arguments: 0..<20)
  func theEngineAgreesWithTheReferenceWhereNoLogSourceIsGiven(_ round: Int) throws {
    try compare(seed: UInt64(5000 + round), given: nil)
  }

  /// Long values have filters, which short ones never get.
  @Test(arguments: 0..<20)
  func theEngineAgreesWithTheReferenceOnLongValues(_ round: Int) throws {
    try compare(seed: UInt64(7000 + round), given: RandomRules.given) { event in
      try JSONValue(parsing: event).lengthened.compactText
    }
  }

  private func compare(
    seed: UInt64, given: LogSource?, _ change: (String) throws -> String = { $0 }
  ) throws {
    var random = RandomRules(seed: seed)
    let rules = random.rules(Self.size)
    let events = try (0..<Self.size).map { _ in try change(random.event(for: rules)) }
    let expected = try events.map { try Reference.matches(rules, $0, given: given) }
    let engine = try EngineUnderTest(rules, given: given)
    #expect(engine.diagnostics.isEmpty)
    for capacity in [1 << 15, 0, 1] {
      let found = try engine.matches(events, memoCapacity: capacity)
      guard found != expected else { continue }
      let example = try Disagreement.first(rules, events, found, expected, given: given)
      Issue.record("seed \(seed), memo \(capacity): \(example)")
      return
    }
  }
}

extension JSONValue {
  /// With much that means nothing before each text, behind it, or between two of it.
  fileprivate var lengthened: JSONValue {
    let filler = String(repeating: "·-q/ ", count: 15)
    return switch self {
    case .string(let text) where text.utf8.count % 3 == 0: .string(filler + text)
    case .string(let text): .string(text + filler + (text.utf8.count % 3 == 1 ? "" : text))
    case .array(let values): .array(values.map(\.lengthened))
    case .object(let members): .object(members.map { Member($0.name, $0.value.lengthened) })
    default: self
    }
  }
}

/// The reference matcher with the package's table of log sources.
enum Reference {
  static let logSources = Result { try ReferenceLogSources(table: Corpus.logSourceTable()) }

  static func matches(_ rules: [Rule], _ json: String, given: LogSource?) throws -> [String] {
    try ReferenceMatcher(rules: rules, logSources: logSources.get(), givenLogSource: given).matches(
      json: json)
  }

  /// Whether a test passes on a value.
  static func holds(_ test: TrawlRules.Test, _ value: JSONValue) -> Bool {
    let item = Rule.Item(
      predicate: Predicate(.field("f"), test), searchIdentifier: "s", field: "f", modifiers: [], value: "")
    let rule = Rule(
      id: "r", title: "", location: Location(file: ""), logSource: RandomRules.given, items: [item],
      condition: .item(0))
    let json = JSONValue.object([JSONValue.Member("f", value)]).compactText
    return (try? matches([rule], json, given: RandomRules.given)) == ["r"]
  }
}

/// What two matchers differ about, cut down.
enum Disagreement {
  static func first(
    _ rules: [Rule], _ events: [String], _ found: [[String]], _ expected: [[String]], given: LogSource?
  ) throws -> String {
    for (index, event) in events.enumerated() where found[index] != expected[index] {
      let ids = Set(found[index]).symmetricDifference(expected[index])
      guard let rule = rules.first(where: { ids.contains($0.id) }) else {
        return "order of rules: \(found[index]), not \(expected[index])"
      }
      let alone = "found: \(found[index].contains(rule.id)), expected: \(expected[index].contains(rule.id))"
      guard differs(rule, event, given) else {
        let others = CounterSet(shrinking: rules, event) { differs($0, $1, given) }
        return "\(alone), only among other rules: \(others.rules.map(\.id)) \(others.event)\n"
          + others.rules.map { "\(CounterExample(shrinking: $0, event) { _, _ in false })" }.joined(
            separator: "\n")
      }
      return "\(alone)\n\(CounterExample(shrinking: rule, event) { differs($0, $1, given) })"
    }
    return "nothing"
  }

  static func differs(_ rule: Rule, _ event: String, _ given: LogSource?) -> Bool {
    differs([rule], event, given)
  }

  static func differs(_ rules: [Rule], _ event: String, _ given: LogSource?) -> Bool {
    guard let expected = try? Reference.matches(rules, event, given: given),
      let engine = try? EngineUnderTest(rules, given: given), let found = try? engine.matches(event)
    else { return false }
    return found != expected
  }
}

/// Rules that only together bring a difference about: as few as could be made.
struct CounterSet {
  var rules: [Rule]
  var event: String

  init(shrinking rules: [Rule], _ event: String, fails: ([Rule], String) -> Bool) {
    self.rules = rules
    self.event = event
    var index = 0
    while index < self.rules.count {
      var fewer = self.rules
      fewer.remove(at: index)
      if fails(fewer, event) { self.rules = fewer } else { index += 1 }
    }
  }
}
