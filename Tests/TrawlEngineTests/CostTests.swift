import Foundation
import Testing
import Trawl
import TrawlDecoding
import TrawlEvents
import TrawlTestSupport

@testable import TrawlMatcher

/// What rules cost: notes that add up, and change nothing.
@Suite struct CostTests {
  private struct Outcome {
    var matches: [Match] = []
    var counts = MatchCounts()
    var costs: MatchCosts?
  }

  private func match(_ ruleset: Ruleset, _ events: [String], isRecording: Bool) throws -> Outcome {
    let lines = LineBuffer(events)
    var decoder = JSONDecoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset)
    if isRecording { matcher.recordCosts() }
    var outcome = Outcome()
    // Twice: the second time the memos know.
    for _ in 0..<2 {
      var batch = EventBatch()
      lines.decode(with: &decoder, into: &batch)
      matcher.match(batch)
      for index in 0..<matcher.matches.count { outcome.matches.append(matcher.matches[index]) }
    }
    (outcome.counts, outcome.costs) = (matcher.counts, matcher.costs)
    return outcome
  }

  private func expectSums(_ ruleset: Ruleset, _ events: [String]) throws -> MatchCosts {
    let plain = try match(ruleset, events, isRecording: false)
    let noted = try match(ruleset, events, isRecording: true)
    #expect(noted.matches == plain.matches)
    #expect(plain.costs == nil)
    let costs = try #require(noted.costs)
    #expect(costs.programs.reduce(0) { $0 + $1.candidates } == noted.counts.candidates)
    #expect(costs.programs.reduce(0) { $0 + $1.evaluations } == noted.counts.evaluations)
    #expect(costs.patterns.reduce(0) { $0 + $1.reports } == noted.counts.reports)
    // Not the evaluations: which of them the memo spares depends on its seed.
    #expect(noted.counts.candidates == plain.counts.candidates)
    #expect(noted.counts.reports == plain.counts.reports)
    for program in costs.programs {
      #expect(program.misses <= program.evaluations && program.evaluations <= program.candidates)
      #expect(program.held <= program.candidates - program.misses)
    }
    for pattern in costs.patterns { #expect(pattern.uses <= pattern.reports) }
    let holding = Set(noted.matches.map { Int($0.rule) })
    let held = zip(ruleset.rulesOfPrograms, costs.programs).filter { $0.1.held > 0 }.map(\.0)
    #expect(Set(held) == holding)
    return costs
  }

  @Test func costsOfTheCorpusAddUpToTheCounts() throws {
    let ruleset = try EngineUnderTest(Corpus.rules().rules).ruleset
    let costs = try expectSums(ruleset, Corpus.events().map(\.json))
    #expect(costs.programs.contains { $0.misses > 0 } && costs.programs.contains { $0.held > 0 })
    #expect(costs.patterns.contains { $0.uses > 0 } && costs.patterns.contains { $0.uses < $0.reports })
  }

  @Test(arguments: 0..<20)
  func costsOfRandomRulesAddUpToTheCounts(_ round: Int) throws {
    var random = RandomRules(seed: UInt64(4000 + round))
    let rules = random.rules(40)
    let events = (0..<60).map { _ in random.event(for: rules) }
    _ = try expectSums(EngineUnderTest(rules, given: RandomRules.given).ruleset, events)
  }

  private static func rule(_ title: String, _ detection: String) -> String {
    """
    title: \(title)
    logsource: {category: process_creation, product: windows}
    detection:
      selection: {\(detection)}
      condition: selection
    """
  }

  private static func event(_ fields: String) -> String {
    "{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\(fields)}"
  }

  /// By its text: reports and uses of a literal.
  private func literals(_ rules: [String], _ events: [String]) throws -> [String: [Int]] {
    let folder = try TemporaryFolder()
    for (number, rule) in rules.enumerated() { try folder.write("\(number).yml", rule) }
    let ruleset = try EngineUnderTest(RuleLoader().load([folder.url.path()]).rules).ruleset
    let lines = LineBuffer(events)
    var decoder = JSONDecoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset)
    matcher.recordCosts()
    var batch = EventBatch()
    lines.decode(with: &decoder, into: &batch)
    matcher.match(batch)
    let costs = matcher.costs
    let patterns = try #require(costs).patterns
    return Dictionary(
      uniqueKeysWithValues: patterns.enumerated().map { number, pattern in
        (ruleset.literal(ofPattern: number), [pattern.reports, pattern.uses])
      })
  }

  @Test func aReportIsOfUseOnlyInItsFieldAtItsPlaceAndIfItsTestPasses() throws {
    let literals = try literals(
      [
        CostTests.rule("A", "CommandLine|contains: devil"),
        CostTests.rule("B", "Image|endswith: '\\late.exe'"),
        CostTests.rule("C", "CommandLine|contains|cased: Proud"),
        CostTests.rule("D", "Image|contains: elsewhere"),
      ],
      [
        // In the field that the rule reads, and in another; the same value twice is looked at once.
        CostTests.event("\"CommandLine\":\"an devil thing\",\"Image\":\"devil\""),
        CostTests.event("\"CommandLine\":\"an devil thing\",\"Image\":\"devil\""),
        // At the end, and not.
        CostTests.event("\"CommandLine\":\"1\",\"Image\":\"a\\\\late.exe\""),
        CostTests.event("\"CommandLine\":\"2\",\"Image\":\"a\\\\late.exe.txt\""),
        // In the case of the rule, and in another.
        CostTests.event("\"CommandLine\":\"Proud\",\"Image\":\"3\""),
        CostTests.event("\"CommandLine\":\"proud\",\"Image\":\"4\""),
        CostTests.event("\"CommandLine\":\"PROUD\",\"Image\":\"5\""),
      ])
    #expect(literals["devil"] == [2, 1])
    #expect(literals["\\late.exe"] == [2, 1])
    #expect(literals["proud"] == [3, 1])
    #expect(literals["elsewhere"] == [0, 0])
  }

  @Test func aLiteralNamesTheRulesThatItAnnouncesAlsoOfStoredRulesAndOfASelection() throws {
    let folder = try TemporaryFolder()
    for title in ["A", "B", "C"] {
      let literal = title == "C" ? "other" : "devil"
      try folder.write("\(title).yml", CostTests.rule(title, "CommandLine|contains: \(literal)"))
    }
    let engine = try EngineUnderTest(RuleLoader().load([folder.url.path()]).rules)
    let selected = try engine.stored(
      databases: true, options: StoredRulesOptions(selects: { $0.title == "B" }))
    for (engine, expected) in [
      (engine, ["devil": "AB", "other": "C"]),
      (try engine.stored(databases: true), ["devil": "AB", "other": "C"]),
      (selected, ["devil": "B", "other": ""]),
    ] {
      let ruleset = engine.ruleset
      for pattern in 0..<ruleset.patternCount {
        let titles = ruleset.rules(ofPattern: pattern).map { ruleset.rules[$0].title }.joined()
        #expect(titles == expected[ruleset.literal(ofPattern: pattern)])
      }
      #expect(ruleset.patternCount == 2)
    }
  }
}
