import Foundation
import Testing

/// `trawl catalog`, `trawl catalog diff` and `trawl scan --navigator`.
@Suite struct CatalogCommandTests {
  private static let page = "site/rules/sigma/11111111-2222-4333-8444-555555555555"

  @Test func aCatalogueIsBuiltAndBuiltAnewWithTheSameBytes() throws {
    let workspace = try Workspace.withRule()
    let run = try workspace.trawl("catalog", "--sigma", "rules", "-o", "site")
    #expect(run.status == 0 && run.output.isEmpty)
    #expect(run.error.hasPrefix("1 rule catalogued\nsigma    1 rule in 1 file\n"))
    let first = try workspace.read("site/catalog.json")
    #expect(try workspace.read(CatalogCommandTests.page + ".html").contains("Evil Command"))
    #expect(try workspace.read(CatalogCommandTests.page + ".json").contains("\"evil\""))
    #expect(try workspace.trawl("catalog", "--sigma", "rules", "-o", "site").status == 3)
    let again = try workspace.trawl("catalog", "-C", "-q", "--sigma", "rules", "-o", "site")
    #expect(again.status == 0 && again.error.isEmpty)
    #expect(try workspace.read("site/catalog.json") == first)
  }

  @Test func aFolderWithSomethingElseIsLeftAlone() throws {
    let workspace = try Workspace.withRule()
    let run = try workspace.trawl("catalog", "-C", "--sigma", "rules", "-o", "rules")
    #expect(run.status == 3 && run.error.contains("holds something else than a catalogue"))
    #expect(try workspace.read("rules/evil.yml") == Workspace.rule)
  }

  @Test func withoutACollectionThereIsNothingToDo() throws {
    let workspace = try Workspace.withRule()
    let none = try workspace.trawl("catalog", "-o", "site")
    #expect(none.status == 3 && none.error.contains("name a collection"))
    let missing = try workspace.trawl("catalog", "--splunk", "nowhere", "-o", "site")
    #expect(missing.status == 3 && missing.error.contains("nowhere: No such file"))
  }

  @Test func aRuleThatIsNotUnderstoodEndsAStrictRunWithCode2() throws {
    let workspace = try Workspace.withRule()
    try workspace.write("rules/odd.yml", Workspace.rule.replacing("|contains", with: "|containz"))
    let run = try workspace.trawl("catalog", "--strict", "--sigma", "rules", "-o", "site")
    #expect(run.status == 2 && run.error.contains("not understood as a whole"))
    #expect(try workspace.trawl("catalog", "-C", "--sigma", "rules", "-o", "site").status == 0)
  }

  @Test func aDiffSaysWhatBecameOfTheRules() throws {
    let workspace = try Workspace.withRule()
    #expect(try workspace.trawl("catalog", "-q", "--sigma", "rules", "-o", "old").status == 0)
    try workspace.write("rules/evil.yml", Workspace.rule.replacing("contains: evil", with: "contains: worse"))
    #expect(try workspace.trawl("catalog", "-q", "--sigma", "rules", "-o", "new").status == 0)
    let text = try workspace.trawl("catalog", "diff", "old/catalog.json", "new/catalog.json")
    #expect(text.status == 0)
    #expect(text.output.contains("    + CommandLine match 'worse'\n    - CommandLine match 'evil'\n"))
    let json = try workspace.trawl(
      "catalog", "diff", "--format", "json", "old/catalog.json", "new/catalog.json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["changed"] as? [Any])?.count == 1)
    #expect((object?["added"] as? [Any])?.isEmpty == true)
    let bad = try workspace.trawl("catalog", "diff", "old/catalog.json", "rules/evil.yml")
    #expect(bad.status == 3 && bad.error.contains("rules/evil.yml: catalog.json, byte 0"))
  }

  @Test func aLayerNamesTheTechniquesOfWhatWasFound() throws {
    let workspace = try Workspace.withRule()
    let events = [Workspace.event(), Workspace.event(), Workspace.event("calm")]
    try workspace.write("a.json", events.joined(separator: "\n") + "\n")
    let run = try workspace.trawl("scan", "-q", "-r", "rules", "--navigator", "layer.json", "a.json")
    #expect(run.status == 0 && run.lines.count == 2)
    let layer = try JSONSerialization.jsonObject(with: Data(try workspace.read("layer.json").utf8))
    let techniques = (layer as? [String: Any])?["techniques"] as? [[String: Any]]
    #expect(techniques?.map { $0["techniqueID"] as? String } == ["T1059.001"])
    #expect(techniques?.first?["score"] as? Int == 2)
    #expect(techniques?.first?["comment"] as? String == "Evil Command: 2 findings")
    let again = try workspace.trawl("scan", "-q", "-r", "rules", "--navigator", "layer.json", "a.json")
    #expect(again.status == 3 && again.output.isEmpty && again.error.contains("layer.json exists"))
  }
}
