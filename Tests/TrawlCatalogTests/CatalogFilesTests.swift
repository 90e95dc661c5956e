import Testing
import TrawlRules
import TrawlTestSupport

@testable import TrawlCatalog

struct CatalogFilesTests {
  private func rules() -> [CatalogRule] {
    let tags = ["attack.t1562.001", "attack.t1562"]
    var elastic = rule("e", .elastic, [ask("process.executable", "B.exe")], tags: tags)
    elastic.stages[0].text = "secret query"
    elastic.body = "secret query"
    let questions = [ask("Image", "b.exe"), ask("Image", "C", isNegated: true)]
    return [
      rule("a", .sigma, questions, tags: ["attack.t1059.001"]),
      rule(
        "b", .sigma, [ask("Image", "B.EXE")], tags: ["attack.t1059.001", "attack.t1685", "attack.t9999"]),
      elastic,
    ]
  }

  @Test func `the same rules in another order give the same bytes`() {
    let files = Catalog(rules()).files()
    #expect(Catalog(rules().reversed()).files() == files)
    #expect(files.keys.contains("rules/elastic/e.json"))
    #expect(files.values.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") })
  }

  @Test func `the catalogue lists the rules without their texts`() throws {
    let text = try #require(Catalog(rules()).files()["catalog.json"])
    let json = try JSONValue(parsing: text)
    #expect(json["version"] == .number("1") && json["generated_by"] == .string("trawl 0"))
    #expect(json["rules"]?.elements.map { $0["id"] } == [.string("a"), .string("b"), .string("e")])
    #expect(json["rules"]?.elements.first?["indicator_count"] == .number("2"))
    #expect(json["totals"]?["rules"]?["sigma"] == .number("2"))
    #expect(!text.contains("body a") && !text.contains("secret query"))
  }

  @Test func `the file of a rule has all of it, but for queries of Elastic`() throws {
    let files = Catalog(rules()).files()
    let json = try JSONValue(parsing: try #require(files["rules/sigma/a.json"]))
    #expect(json["body"] == .string("body a"))
    let first = try #require(json["indicators"]?.elements.first)
    #expect(first["counts"] == .object([.init("elastic", .number("1")), .init("sigma", .number("2"))]))
    #expect(first["total"] == .number("3") && first["others"] == .number("2"))
    #expect(json["indicators"]?.elements.last?["polarity"] == .array([.string("excluded")]))
    #expect(json["stages"]?.elements.first?["text"] == .string("text"))
    let elastic = try #require(files["rules/elastic/e.json"])
    #expect(!elastic.contains("secret query") && elastic.contains("\"value\":\"B.exe\""))
  }

  @Test func `indicators are lines sorted by field, kind and value, with the rules that have them`() throws {
    let lines = try #require(Catalog(rules()).files()["indicators.jsonl"]).split(separator: "\n")
    let values = try lines.map { try JSONValue(parsing: String($0)) }
    try #require(values.map { $0["value"] } == [.string("b.exe"), .string("C")])
    #expect(
      values[0]["rules"] == .array([.string("sigma/a"), .string("sigma/b"), .string("elastic/e")]))
    #expect(values[1]["excluded_only"] == .object([.init("sigma", .number("1"))]))
  }

  @Test func `a layer names techniques that are in use, and counts a rule once for each`() throws {
    let files = Catalog(rules()).files()
    let elastic = try JSONValue(parsing: try #require(files["navigator-elastic.json"]))
    #expect(
      elastic["versions"]?["layer"] == .string("4.5") && elastic["domain"] == .string("enterprise-attack"))
    #expect(elastic["techniques"]?.elements.map { $0["techniqueID"] } == [.string("T1685")])
    #expect(elastic["techniques"]?.elements.map { $0["score"] } == [.number("1")])
    let sigma = try JSONValue(parsing: try #require(files["navigator-sigma.json"]))
    #expect(
      sigma["techniques"]?.elements.map { $0["techniqueID"] } == [.string("T1059.001"), .string("T1685")])
    #expect(sigma["techniques"]?.elements.map { $0["score"] } == [.number("2"), .number("1")])
    #expect(files["navigator-splunk.json"] == nil)
  }
}
