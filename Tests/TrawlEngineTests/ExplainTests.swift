import Foundation
import Testing
import Trawl
import TrawlTestSupport

/// What explain says of single events is what a scan finds in them.
struct ExplainTests {
  /// Asks a rule of each event; the events are one line each.
  private func ask(
    _ rule: Rule, _ events: [String], given: LogSource? = nil, withoutRoutes: Set<String> = []
  ) throws -> [ExplainedEvent?] {
    var options = RulesetCompiler.Options()
    options.givenLogSource = given
    options.disabledRoutes = withoutRoutes
    let url = FileManager.default.temporaryDirectory.appending(path: "trawl-\(UUID().uuidString).json")
    try Data((events.joined(separator: "\n") + "\n").utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let question = try EventQuestion(Explanation(sigma: rule), options: options)
    return try events.indices.map { index in
      try question.ask(RecordSearch(path: url.path(), record: index + 1)).event
    }
  }

  @Test(arguments: try Corpus.cases())
  func `the verdict on the events of a case is the case's`(_ example: CorpusCase) throws {
    guard example.refused == nil else { return }
    let rule = try #require(example.load().rules.first)
    let explanation = Explanation(sigma: rule)
    let events = try ask(
      rule, example.expectations.map(\.json), given: example.given, withoutRoutes: example.withoutRoutes)
    for (event, expectation) in zip(events, example.expectations) {
      let event = try #require(event)
      let what = "\(example.title): \(expectation.json)"
      #expect(event.matches == expectation.hits, "\(what)")
      #expect(event.ways.contains { $0.matches } == expectation.hits, "\(what)")
      #expect(event.reasons(explanation).isEmpty == expectation.hits, "\(what)")
    }
  }

  @Test(arguments: 0..<25)
  func `the verdict on random events is the scan's`(seed: Int) throws {
    var random = RandomRules(seed: UInt64(seed) + 7_000)
    let rules = random.rules(4)
    let events = (0..<8).map { _ in random.event(for: rules) }
    for rule in rules {
      let found = try EngineUnderTest([rule], given: RandomRules.given).matches(events)
      let explained = try ask(rule, events, given: RandomRules.given)
      // An event that is no JSON is not found, and has no findings.
      #expect(explained.map { $0?.matches ?? false } == found.map { !$0.isEmpty }, "\(rule)\n\(events)")
      let ways = explained.map { $0?.ways.contains { $0.matches } ?? false }
      #expect(ways == found.map { !$0.isEmpty }, "\(rule)\n\(events)")
    }
  }

  @Test func `a row is explained by the names of its columns`() throws {
    let item = Rule.Item(
      predicate: Predicate(.field("TargetObject"), .text(.endsWith("\\Run\\a"))), searchIdentifier: "s",
      field: "TargetObject", modifiers: [], value: "")
    let rule = Rule(
      id: "r", title: "", location: Location(file: ""),
      logSource: LogSource(product: "windows", category: "registry_set"), items: [item], condition: .item(0))
    let rows = ["RegistryValueSet", "RegistryValueDeleted"].map { action in
      #"{"Type":"DeviceRegistryEvents","ActionType":"\#(action)","RegistryKey":"HKEY_USERS\\Run","RegistryValueName":"a"}"#
    }
    let events = try ask(rule, rows)
    let found = try #require(events[0])
    #expect(found.matches)
    let way = found.ways[try #require(found.shown)]
    #expect(way.matches && way.fits)
    #expect(way.items.map(\.field) == ["RegistryKey, RegistryValueName"])
    #expect(way.items[0].values.map(\.text) == ["HKU\\Run\\a"])
    #expect(try #require(events[1]).matches == false)
    #expect(try #require(events[1]).ways.allSatisfy { !$0.matches })
  }

  @Test func `a search identifier of a Corpus rule holds where its terms do`() throws {
    let events = try Corpus.events()
    for rule in try Corpus.rules().rules {
      let explanation = Explanation(sigma: rule)
      let own = events.filter { $0.file.contains("sysmon") }.prefix(6).map(\.json)
      for event in try ask(rule, own) {
        let event = try #require(event)
        for identifier in rule.metadata.searchIdentifiers {
          let stage = try #require(explanation.stages.first { $0.name == identifier.name })
          #expect(
            event.holds(stage) == event.ways[0].holds(identifier.condition), "\(rule.title) \(stage.name)")
        }
      }
    }
  }
}
