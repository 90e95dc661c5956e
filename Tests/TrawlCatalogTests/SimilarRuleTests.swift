import Testing
import TrawlRules

@testable import TrawlCatalog

struct SimilarRuleTests {
  private func rules(_ keys: [String: String]) -> Catalog {
    Catalog(
      keys.sorted { $0.key < $1.key }.map { id, values in
        rule(id, .sigma, values.split(separator: " ").map { ask("Image", String($0)) })
      })
  }

  private func similar(_ catalog: Catalog, _ id: String) -> [String] {
    (catalog.rule(id)?.similar ?? []).map {
      "\(catalog.rules[$0.rule].id) \($0.relation.rawValue) \($0.shared)"
    }
  }

  @Test func `relations follow from which keys two rules share`() {
    let catalog = rules(["a": "x y z", "b": "x y", "c": "z y x", "d": "x y z w", "e": "x y v", "f": "u"])
    #expect(Set(similar(catalog, "a")) == ["b wider 2", "c same 3", "d narrower 3", "e overlapping 2"])
    #expect(similar(catalog, "a").first == "c same 3")
    #expect(similar(catalog, "f").isEmpty)
  }

  @Test func `one shared key of several is no likeness, unless it is all that one of them has`() {
    let catalog = rules(["a": "x y", "b": "x z", "c": "x"])
    #expect(similar(catalog, "a") == ["c wider 1"])
    #expect(Set(similar(catalog, "c")) == ["a narrower 1", "b narrower 1"])
  }

  @Test func `what both exclude does not make them alike`() {
    let excluded = [ask("Image", "x", isNegated: true), ask("Image", "y", isNegated: true)]
    let catalog = Catalog([
      rule("a", .sigma, excluded + [ask("Image", "1")]), rule("b", .sigma, excluded + [ask("Image", "2")]),
    ])
    #expect(similar(catalog, "a").isEmpty)
  }

  @Test func `a rare key weighs more than a common one`() {
    let catalog = rules([
      "a": "rare1 rare2 common1 common2", "z": "rare1 rare2 b1 b2", "c": "common1 common2 c1 c2",
      "d": "common1 common2 d1 d2", "e": "common1 common2 e1 e2",
    ])
    #expect(similar(catalog, "a").first == "z overlapping 2")
  }

  @Test func `at most ten are named, and a key that every rule has names none`() {
    var keys: [String: String] = [:]
    for number in 0..<30 { keys["r\(100 + number)"] = "x y n\(number)" }
    #expect(similar(rules(keys), "r100").count == 10)
    for number in 0..<600 { keys["r\(100 + number)"] = "x y" }
    #expect(similar(rules(keys), "r100").isEmpty)
  }

  @Test func `of a list that many rules share only so much is compared`() {
    // 400 rules of a key, 600 keys: the bound is reached behind 500 of them.
    let keys = Array(repeating: Array(0..<600), count: 400)
    var comparison = Comparison(keys, rules: 400)
    #expect(comparison.similar(to: 0).map(\.shared) == Array(repeating: 500, count: 10))
  }
}
