import Testing
import TrawlDecoding
import TrawlEvents
import TrawlRules
import TrawlTestSupport

@testable import TrawlMatcher

/// What is said about why a rule holds.
@Suite struct EvidenceTests {
  private func rule(_ condition: Condition) -> Rule {
    let items = ["a", "b", "c", "d"].map { name in
      let pattern = TextPattern.equals("x")
      return Rule.Item(
        predicate: Predicate(.field(name), .text(pattern)), searchIdentifier: name, field: name,
        modifiers: [], value: "x")
    }
    return Rule(
      id: "r", title: "", location: Location(file: ""), logSource: RandomRules.given, items: items,
      condition: condition)
  }

  private func supports(_ rules: [Rule], _ events: [String]) throws -> [(rule: Int, items: [Int])] {
    let engine = try EngineUnderTest(rules, given: RandomRules.given)
    let lines = LineBuffer(events)
    var decoder = JSONDecoder(fields: engine.ruleset.fields)
    var matcher = try Matcher(engine.ruleset, memoCapacity: 64)
    var batch = EventBatch()
    lines.decode(with: &decoder, into: &batch)
    matcher.match(batch)
    return (0..<matcher.matches.count).map { index in
      let match = matcher.matches[index]
      return (Int(match.rule), matcher.support(for: match, in: batch)?.map(\.item) ?? [])
    }
  }

  @Test(arguments: [
    // (a and b) or (c and d): a is true, but its branch is not.
    (Condition.any([.all([.item(0), .item(1)]), .all([.item(2), .item(3)])]), "acd", [2, 3]),
    (.any([.item(0), .item(1), .item(2)]), "bc", [1, 2]),
    (.all([.item(0), .not(.item(1))]), "a", [0]),
    (.all([.item(0), .not(.all([.item(1), .item(2)]))]), "ab", [0]),
    (.not(.not(.any([.item(0), .all([.item(1), .item(2)])]))), "ab", [0]),
    (.not(.all([.item(0), .not(.item(1))])), "ab", [1]),
    (.not(.item(3)), "abc", []),
  ])
  func onlyTheBranchThatHoldsIsShown(_ condition: Condition, _ fields: String, _ expected: [Int]) throws {
    let event = "{\(fields.map { "\"\($0)\":\"x\"" }.joined(separator: ","))}"
    let found = try supports([rule(condition)], [event])
    #expect(found.map(\.items) == [expected])
  }

  /// A route has other names of fields: the evidence is of the program that holds.
  @Test func evidenceOfARouteNamesTheEventsField() throws {
    let item = Rule.Item(
      predicate: Predicate(.field("Image"), .text(.endsWith("\\evil.exe"))), searchIdentifier: "s",
      field: "Image", modifiers: ["endswith"], value: "\\evil.exe")
    let rule = Rule(
      id: "r", title: "", location: Location(file: ""),
      logSource: LogSource(product: "windows", category: "process_creation"), items: [item],
      condition: .item(0))
    let engine = try EngineUnderTest([rule])
    let lines = LineBuffer([
      #"{"Channel":"Security","EventID":4688,"NewProcessName":"C:\\evil.exe"}"#,
      #"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\evil.exe"}"#,
    ])
    var decoder = JSONDecoder(fields: engine.ruleset.fields)
    var matcher = try Matcher(engine.ruleset)
    var batch = EventBatch()
    lines.decode(with: &decoder, into: &batch)
    matcher.match(batch)
    let fields = (0..<matcher.matches.count).map { index in
      let match = matcher.matches[index]
      return matcher.evidence(for: match, in: batch).map(\.field)
    }
    #expect(fields == [["NewProcessName"], ["Image"]])
  }

  /// With only the items that are shown true, and all others false, the rule holds.
  @Test(arguments: 0..<8) func whatIsShownIsEnough(_ round: Int) throws {
    var random = RandomRules(seed: UInt64(9000 + round))
    let rules = random.rules(60)
    let events = (0..<60).map { _ in random.event(for: rules) }
    let found = try supports(rules, events)
    #expect(found.count > 20)
    for (number, items) in found {
      let rule = rules[number]
      #expect(
        rule.condition.holds(where: Set(items)), "seed \(9000 + round), \(rule.condition), shown \(items)")
    }
  }
}

extension Condition {
  /// Whether it holds where these items are true and the others are not.
  fileprivate func holds(where items: Set<Int>) -> Bool {
    switch self {
    case .item(let item): items.contains(item)
    case .not(let inner): !inner.holds(where: items)
    case .all(let parts): parts.allSatisfy { $0.holds(where: items) }
    case .any(let parts): parts.contains { $0.holds(where: items) }
    }
  }
}
