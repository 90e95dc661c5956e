import Testing
import TrawlRules
import TrawlTestSupport

@testable import TrawlCompiler
@testable import TrawlMatcher

/// Rulesets as bytes and back.
@Suite struct StoredRulesetTests {
  private static let corpus = Result { try EngineUnderTest(Corpus.rules().rules) }

  @Test(arguments: [true, false])
  func aStoredRulesetFindsWhatTheCompiledOneFinds(_ hasDatabases: Bool) throws {
    let engine = try StoredRulesetTests.corpus.get()
    let events = try Corpus.events().map(\.json)
    let stored = try engine.stored(databases: hasDatabases)
    for capacity in [1 << 15, 0] {
      #expect(
        try stored.matches(events, memoCapacity: capacity) == engine.matches(events, memoCapacity: capacity))
    }
  }

  @Test(arguments: 0..<20)
  func aStoredRulesetOfRandomRulesFindsTheSame(_ round: Int) throws {
    var random = RandomRules(seed: UInt64(9000 + round))
    let rules = random.rules(40)
    let events = (0..<40).map { _ in random.event(for: rules) }
    let engine = try EngineUnderTest(rules, given: RandomRules.given)
    let given = LogSourceSelection.Part.product
    let stored = try engine.stored(
      databases: round % 2 == 0, options: StoredRulesOptions(given: [given: RandomRules.given.product ?? ""]))
    #expect(try stored.matches(events) == engine.matches(events))
  }

  @Test func everyPlanOfDatabasesIsKept() throws {
    var options = RulesetCompiler.Options()
    options.scanPlan = .fields
    let ruleset = try RulesetCompiler.compile(Corpus.rules().rules, options: options).ruleset
    let events = try Corpus.events().map(\.json)
    let expected = try EngineUnderTest(ruleset).matches(events)
    for hasDatabases in [true, false] {
      #expect(try EngineUnderTest(ruleset).stored(databases: hasDatabases).matches(events) == expected)
    }
  }

  @Test func equalRulesGiveEqualBytes() throws {
    let rules = try Corpus.rules().rules
    let first = try EngineUnderTest(rules).ruleset.stored()
    let second = try EngineUnderTest(rules).ruleset.stored()
    #expect(first.contents == second.contents)
    #expect(first.databases == second.databases)
  }

  @Test func aRulesetLoadedFromBytesGivesBytesOfTheSameLength() throws {
    let stored = try StoredRulesetTests.corpus.get().ruleset.stored()
    let again = try Ruleset(stored: stored).stored()
    #expect(again.contents.count == stored.contents.count)
    #expect(again.databases == stored.databases)
  }

  @Test func whatIsSaidOfRulesIsKept() throws {
    let engine = try StoredRulesetTests.corpus.get()
    let stored = try engine.stored(databases: true)
    for (rule, other) in zip(engine.ruleset.rules, stored.ruleset.rules) {
      #expect(rule.id == other.id && rule.title == other.title && rule.level == other.level)
      #expect(rule.status == other.status && rule.tags == other.tags && rule.file == other.file)
      #expect(rule.logSource.map(\.value) == other.logSource.map(\.value))
      #expect(rule.items.map(\.value) == other.items.map(\.value))
      #expect(rule.items.map(\.test) == other.items.map(\.test))
      #expect(rule.items.map(\.routedTests) == other.items.map(\.routedTests))
    }
    #expect(stored.ruleset.rules.count == engine.ruleset.rules.count)
  }

  @Test func rulesLeftOutOnLoadingAreLeftOut() throws {
    let rules = try Corpus.rules().rules
    let events = try Corpus.events().map(\.json)
    let engine = try StoredRulesetTests.corpus.get()
    let taken = Set(rules.enumerated().filter { $0.offset % 3 == 0 }.map(\.element.id))
    let options = StoredRulesOptions(selects: { taken.contains($0.id) })
    let found = try engine.stored(databases: true, options: options).matches(events)
    #expect(found == (try EngineUnderTest(rules.filter { taken.contains($0.id) }).matches(events)))
  }
}

extension EngineUnderTest {
  /// The same by way of bytes.
  func stored(databases: Bool, options: StoredRulesOptions = StoredRulesOptions()) throws -> EngineUnderTest {
    var stored = try ruleset.stored()
    if !databases { stored.databases = nil }
    return EngineUnderTest(try Ruleset(stored: stored, options: options))
  }
}
