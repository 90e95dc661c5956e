import Testing
import Trawl
import TrawlRules

@testable import TrawlCatalog

struct CatalogDiffTests {
  private let old = Catalog([
    rule("a", .sigma, [ask("Image", "x"), ask("Image", "y")]), rule("b", .sigma, [ask("Image", "gone")]),
    rule("c", .splunk, [ask("process_path", "x")]), rule("same", .sigma, [ask("Image", "x")]),
  ])

  private func new() -> Catalog {
    var changed = rule("a", .sigma, [ask("Image", "X"), ask("Image", "z\u{1B}")])
    changed.body = "another"
    var reworded = rule("c", .splunk, [ask("process_path", "x")])
    reworded.body = "reworded"
    return Catalog([
      changed, rule("n", .elastic, [ask("user.name", "x")]), reworded,
      rule("same", .sigma, [ask("Image", "x")]),
    ])
  }

  @Test func `rules are added, removed and changed, and indicators gained and lost`() throws {
    let diff = CatalogDiff(from: try old.snapshot(), to: try new().snapshot())
    #expect(diff.added.map(\.reference) == ["elastic/n"] && diff.removed.map(\.reference) == ["sigma/b"])
    try #require(diff.changed.map(\.rule.reference) == ["sigma/a", "splunk/c"])
    #expect(
      diff.changed[0].gained.map(\.value) == ["z\u{1B}"] && diff.changed[0].lost.map(\.value) == ["y"])
    #expect(diff.changed[1].gained.isEmpty && diff.changed[1].lost.isEmpty)
    #expect(diff.gained.map(\.value) == ["z\u{1B}", "x"] && diff.lost.map(\.value) == ["gone", "y"])
  }

  @Test func `a rule whose text is the same but of which more is understood has changed`() throws {
    let less = [ask("Image", "x"), ask("Image", "y")]
    let diff = CatalogDiff(
      from: try Catalog([rule("a", .sigma, less)]).snapshot(),
      to: try Catalog([rule("a", .sigma, less + [ask("Image", "more")])]).snapshot())
    #expect(diff.changed.map { $0.gained.map(\.value) } == [["more"]])
  }

  @Test func `a catalogue does not differ from itself`() throws {
    let diff = CatalogDiff(from: try old.snapshot(), to: try old.snapshot())
    #expect(diff.isEmpty && diff.text(.plain) == "No difference\n")
  }

  @Test func `without their list indicators are not compared, and the text says so`() throws {
    let diff = CatalogDiff(from: try old.snapshot(withKeys: false), to: try new().snapshot())
    #expect(!diff.comparesKeys && diff.gained.isEmpty && diff.changed.map(\.rule.id) == ["a", "c"])
    #expect(diff.text(.plain).contains("not compared"))
  }

  @Test func `the text names every difference and cannot move a cursor`() throws {
    let text = CatalogDiff(from: try old.snapshot(), to: try new().snapshot()).text(.plain)
    #expect(text.hasPrefix("1 rule added, 1 removed, 2 changed; 2 indicators gained, 2 lost in all\n"))
    #expect(
      text.contains(
        "Changed\n  Rule a  sigma/a\n    + Image eq 'z\\x1b'\n    - Image eq 'y'\n  Rule c"))
    #expect(!text.unicodeScalars.contains("\u{1B}"))
  }

  @Test(arguments: [
    "", "[]", "{\"version\":2,\"rules\":[]}", "{\"version\":1,\"rules\":[{\"id\":\"a\"}]}", "{\"version\":1}",
  ])
  func `what is no catalogue of this version is refused`(_ text: String) {
    #expect(throws: SnapshotProblem.self) { try CatalogSnapshot(Array(text.utf8), indicators: nil) }
  }

  @Test func `a damaged list of indicators is refused with its line`() throws {
    let catalog = Array((old.files()["catalog.json"] ?? "").utf8)
    let indicators = "{\"field\":\"a\",\"kind\":\"eq\",\"value\":\"\"}\n{\n"
    let problem = #expect(throws: SnapshotProblem.self) {
      try CatalogSnapshot(catalog, indicators: Array(indicators.utf8))
    }
    #expect(problem?.message.hasPrefix("indicators.jsonl, line 2, byte") == true)
  }
}
