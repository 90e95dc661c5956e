import Testing
import TrawlRules
import TrawlTestSupport

@Suite struct RandomRuleTests {
  let matcher: ReferenceMatcher

  init() throws {
    let sources = ReferenceLogSources(table: try Corpus.logSourceTable())
    matcher = ReferenceMatcher(rules: [], logSources: sources, givenLogSource: RandomRules.given)
  }

  private func holds(_ rule: Rule, _ json: String) -> Bool {
    guard let event = try? ReferenceEvent(json: json) else { return false }
    return matcher.matches(rule, event)
  }

  @Test func theSameSeedGivesTheSameRulesAndEvents() {
    var first = RandomRules(seed: 7)
    var second = RandomRules(seed: 7)
    let rules = first.rules(20)
    #expect(rules.map(\.items) == second.rules(20).map(\.items))
    #expect(first.event(for: rules) == second.event(for: rules))
  }

  @Test func everyEventIsAnObjectAndRulesHoldAboutAsOftenAsNot() throws {
    var random = RandomRules(seed: 1)
    var hits = 0
    for _ in 0..<2000 {
      let rule = random.rule()
      let json = random.event(for: [rule])
      _ = try #require(try ReferenceEvent(json: json), "\(json)")
      if holds(rule, json) { hits += 1 }
    }
    #expect((400...1600).contains(hits), "\(hits) of 2000 rules hold")
  }

  @Test func everyKindOfTestHoldsSometimesAndFailsSometimes() throws {
    var random = RandomRules(seed: 2)
    var seen: [String: Set<Bool>] = [:]
    for _ in 0..<3000 {
      var rule = random.rule()
      rule.logSource = RandomRules.given
      rule.items = [rule.items[0]]
      rule.condition = .item(0)
      let kind = String("\(rule.items[0].predicate.test)".prefix { $0 != "(" })
      seen[kind, default: []].insert(holds(rule, random.event(for: [rule])))
    }
    #expect(seen.keys.count == 10)
    #expect(seen.filter { $0.value.count < 2 }.isEmpty)
  }

  @Test(arguments: [3, 4, 5, 6, 7] as [UInt64])
  func aCounterExampleIsCutDownToWhatMatters(_ seed: UInt64) throws {
    var random = RandomRules(seed: seed)
    // A matcher that takes the Kelvin sign for itself.
    func fails(_ rule: Rule, _ json: String) -> Bool {
      holds(rule, json)
        != holds(rule, json.replacing("\u{212A}", with: "\u{1}").replacing("\u{1}", with: "x"))
    }
    while true {
      let rule = random.rule()
      let json = random.event(for: [rule])
      guard fails(rule, json) else { continue }
      let small = CounterExample(shrinking: rule, json, fails: fails)
      #expect(fails(small.rule, small.json))
      #expect(small.rule.items.count <= 2 && small.json.utf8.count <= 40, "\(small)")
      break
    }
  }
}
