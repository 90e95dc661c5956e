import Foundation
import Testing
import TrawlRules
import TrawlTestSupport

/// The project's own rules, events and cases by the engine.
@Suite struct CorpusTests {
  @Test(arguments: try Corpus.cases())
  func aCaseAgreesWithTheEngine(_ example: CorpusCase) throws {
    guard example.refused == nil else { return }
    let rule = try #require(example.load().rules.first, "\(example.title)")
    let engine = try EngineUnderTest([rule], given: example.given, withoutRoutes: example.withoutRoutes)
    for capacity in [1 << 15, 0, 1] {
      let found = try engine.matches(example.expectations.map(\.json), memoCapacity: capacity)
      for (index, expectation) in example.expectations.enumerated() {
        #expect(
          !found[index].isEmpty == expectation.hits, "\(example.title), memo \(capacity): \(expectation.json)"
        )
      }
    }
  }

  @Test(arguments: [1 << 15, 0, 1])
  func theEventsAreHitAsTheFileOfHitsSays(_ memoCapacity: Int) throws {
    let events = try Corpus.events()
    let engine = try EngineUnderTest(Corpus.rules().rules)
    let found = try engine.matches(events.map(\.json), memoCapacity: memoCapacity)
    let hits = zip(events, found).flatMap { event, ids in ids.map { "\(event.file)\t\(event.line)\t\($0)" } }
    let file = Corpus.packageFolder.appending(path: "Corpus/Events/hits.tsv")
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(hits == expected)
  }
}
