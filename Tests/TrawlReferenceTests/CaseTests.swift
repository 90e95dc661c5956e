import Testing
import TrawlSigma
import TrawlTestSupport

@Suite struct CaseTests {
  @Test(arguments: try Corpus.cases())
  func aCaseAgreesWithTheReferenceMatcher(_ example: CorpusCase) throws {
    let documents = example.load()
    if let word = example.refused {
      #expect(documents.rules.isEmpty, "loaded: \(example.title)")
      let messages = documents.diagnostics.map { "\($0.message) \($0.excerpt ?? "") \($0.advice ?? "")" }
      #expect(messages.contains { $0.contains(word) }, "\(example.title): \(messages)")
      return
    }
    #expect(documents.diagnostics.filter { $0.severity == .error }.isEmpty, "\(example.title)")
    let rule = try #require(documents.rules.first, "\(example.title)")
    let sources = ReferenceLogSources(
      table: try Corpus.logSourceTable(), withoutRoutes: example.withoutRoutes)
    let matcher = ReferenceMatcher(rules: [rule], logSources: sources, givenLogSource: example.given)
    for expectation in example.expectations {
      let hits = try !matcher.matches(json: expectation.json).isEmpty
      #expect(hits == expectation.hits, "\(example.title): \(expectation.json)")
    }
  }

  @Test func everyPointOfTheSemanticsHasACase() throws {
    let points = Set(try Corpus.cases().map(\.point))
    #expect(points.symmetricDifference(1...24).isEmpty)
  }

  @Test func namesOfCasesAreUnique() throws {
    let names = try Corpus.cases().map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func everyCaseHasAHitAndAMissUnlessItsRuleIsRefused() throws {
    for example in try Corpus.cases() where example.refused == nil {
      #expect(example.expectations.contains { !$0.hits }, "\(example.title)")
      #expect(example.expectations.contains { $0.hits } || example.point == 22, "\(example.title)")
    }
  }
}
