import Foundation
import Testing
import TrawlRules
import TrawlSigma
import TrawlTestSupport

@Suite struct CorpusRuleTests {
  let rules: [Rule]
  let diagnostics: [Diagnostic]
  let events: [Corpus.Event]
  let matcher: ReferenceMatcher

  init() throws {
    let documents = try Corpus.rules()
    rules = documents.rules
    diagnostics = documents.diagnostics
    events = try Corpus.events()
    matcher = ReferenceMatcher(
      rules: rules, logSources: ReferenceLogSources(table: try Corpus.logSourceTable()))
  }

  @Test func everyRuleLoadsWithoutADiagnostic() {
    #expect(diagnostics.isEmpty)
    #expect(rules.count >= 40)
    #expect(Set(rules.map(\.id)).count == rules.count)
  }

  @Test func everyRuleHasWhatItsReadersNeed() {
    for rule in rules {
      #expect(rule.level != nil && rule.status != nil, "\(rule.title)")
      #expect(!(rule.metadata.description ?? "").isEmpty, "\(rule.title)")
      #expect(rule.metadata.author != nil && !rule.metadata.falsePositives.isEmpty, "\(rule.title)")
      #expect(rule.tags.contains { $0.hasPrefix("attack.t") }, "\(rule.title)")
    }
  }

  @Test func everyRuleHitsAnEventAndNearlyHitsAnother() throws {
    let parsed = try events.map { try #require(try ReferenceEvent(json: $0.json)) }
    for rule in rules {
      #expect(parsed.contains { matcher.matches(rule, $0) }, "no event hits \(rule.title)")
      #expect(
        parsed.contains { !matcher.matches(rule, $0) && isNear(rule, $0) },
        "no event nearly hits \(rule.title)")
    }
  }

  /// Of the rule's log source, and some test of the rule holds; where one test alone makes the rule hold, it is enough
  /// that the event has a field to be tested.
  private func isNear(_ rule: Rule, _ event: ReferenceEvent) -> Bool {
    var loose = rule
    loose.condition = .any(rule.items.indices.map(Condition.item))
    if isOnlyChoice(rule.condition) {
      for index in loose.items.indices { loose.items[index].predicate.test = .present }
    }
    return matcher.matches(loose, event)
  }

  private func isOnlyChoice(_ condition: Condition) -> Bool {
    switch condition {
    case .item: true
    case .any(let parts): parts.allSatisfy(isOnlyChoice)
    case .all(let parts): parts.count == 1 && isOnlyChoice(parts[0])
    case .not: false
    }
  }

  @Test func theEventsAreHitAsTheFileOfHitsSays() throws {
    let hits = try events.flatMap { event in
      try matcher.matches(json: event.json).map { "\(event.file)\t\(event.line)\t\($0)" }
    }
    let file = Corpus.packageFolder.appending(path: "Corpus/Events/hits.tsv")
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(Set(hits).symmetricDifference(expected).sorted() == [])
    #expect(hits == expected)
  }

  @Test func theReverseShellOfTheSeedRuleIsFound() throws {
    let id = "edc2f8ae-2412-4dfd-b9d5-0c57727e70be"
    let hits = try events.filter { try matcher.matches(json: $0.json).contains(id) }
    #expect(hits.contains { $0.json.contains("Net.Sockets.TCPClient('198.51.100.9',4444)") })
  }
}
