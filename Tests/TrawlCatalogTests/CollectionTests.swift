import Foundation
import Testing
import Trawl
import TrawlRules

@testable import TrawlCatalog

struct CollectionTests {
  private func sigma(_ id: String, _ value: String, more: String = "") -> String {
    """
    title: Rule \(id)
    id: \(id)
    level: high
    tags: [attack.t1059.001]
    logsource: {product: windows, category: process_creation}
    detection: {s: {Image: '\(value)'}, condition: s}
    \(more)
    """
  }

  private func catalog(_ folders: [Corpus: String], deprecated: Bool = false) throws -> Catalog {
    var request = CatalogRequest()
    request.folders = folders
    request.includesDeprecated = deprecated
    request.threads = 2
    return try request.catalog()
  }

  @Test func `a clone of SigmaHQ gives the rules of its folders for rules`() throws {
    let folder = try Folder()
    try folder.write("rules/windows/a.yml", sigma("a", "x"))
    try folder.write("rules-threat-hunting/b.yml", sigma("b", "x"))
    try folder.write("deprecated/c.yml", sigma("c", "x"))
    try folder.write("unsupported/d.yml", sigma("d", "x"))
    try folder.write("tests/e.yml", sigma("e", "x"))
    try folder.write("other/f.yml", sigma("f", "x"))
    try folder.write(".git/HEAD", "ref: refs/heads/main\n")
    try folder.write(
      ".git/packed-refs", "# x\n\(String(repeating: "ab", count: 20)) refs/heads/main\n")
    let root = folder.path("")
    let live = try catalog([.sigma: root])
    try #require(live.rules.map(\.id) == ["b", "a"])
    #expect(live.rules[0].indicators[0].counts.sigma == 2)
    #expect(live.rules[0].indicators[0].countsWithDeprecated.sigma == 3)
    #expect(live.corpora.first?.commit == String(repeating: "ab", count: 20))
    #expect(live.corpora.first?.root == root)
    #expect(try catalog([.sigma: root], deprecated: true).rules.map(\.id) == ["c", "b", "a"])
  }

  @Test func `any folder of rules will do`() throws {
    let folder = try Folder()
    try folder.write("mine/a.yml", sigma("a", "x"))
    try folder.write("b.yaml", sigma("b", "x"))
    #expect(try catalog([.sigma: folder.path("")]).rules.map(\.path) == ["b.yaml", "mine/a.yml"])
  }

  @Test func `a rule says all that its page shows`() throws {
    let folder = try Folder()
    let more = "author: Me\nstatus: test\nfalsepositives: [None]\n"
    try folder.write("a.yml", sigma("0A0B0C0D-0000-4000-8000-000000000001", "x", more: more))
    let rule = try #require(try catalog([.sigma: folder.path("")]).rules.first)
    #expect(rule.id == "0a0b0c0d-0000-4000-8000-000000000001" && rule.title.hasPrefix("Rule 0A"))
    #expect(rule.status == "test" && rule.level == "high")
    #expect(rule.author == "Me" && rule.falsePositives == ["None"])
    #expect(rule.logSource == RuleSource(product: "windows", category: "process_creation"))
    #expect(rule.attack.map { $0.technique?.id } == ["T1059.001"])
    #expect(rule.events.map(\.reference) == ["Sysmon 1"] && rule.events[0].title == "Process creation")
    #expect(rule.body.hasPrefix("title: Rule") && rule.stages.map(\.name) == ["condition", "s"])
    #expect(rule.contentHash.count == 64)
  }

  @Test(arguments: [
    ("{product: windows, service: security}", "EventID: 4688", ["Security 4688"]),
    ("{product: windows, service: security}", "Image: x", ["Security"]),
    ("{product: windows, category: ps_script}", "Image: x", ["PowerShell 4104"]),
    ("{product: windows, category: registry_event}", "EventID: 13", ["Sysmon 13"]),
    ("{product: windows, category: pipe_created}", "Image: x", ["Sysmon 17", "Sysmon 18"]),
    ("{product: windows, category: pipe_created, service: security}", "Image: x", []),
    ("{product: linux, category: process_creation}", "Image: x", []), ("{category: proxy}", "x: 1", []),
  ])
  func `a log source of Windows means events`(_ source: String, _ item: String, _ events: [String]) throws {
    let folder = try Folder()
    try folder.write(
      "a.yml",
      "title: t\nlogsource: \(source)\ndetection:\n    s:\n        \(item)\n    condition: s\n")
    #expect(try catalog([.sigma: folder.path("")]).rules[0].events.map(\.reference) == events)
  }

  @Test func `what holds no rule is listed with the reason, a rule with a mistake has a page`() throws {
    let folder = try Folder()
    try folder.write("a.yml", sigma("a", "x"))
    try folder.write("b.yml", "title: [")
    try folder.write("c.yml", sigma("c", "x").replacing("Image:", with: "Image|containz:"))
    try folder.write("d.txt", "no rule")
    let catalog = try catalog([.sigma: folder.path("")])
    try #require(catalog.corpora[0].skipped.map(\.path) == ["b.yml"])
    #expect(catalog.corpora[0].skipped[0].reason.contains("malformed YAML"))
    #expect(
      catalog.corpora[0].files == 3 && catalog.corpora[0].rules == 2 && catalog.corpora[0].parsed == 1)
    #expect(catalog.rule("c")?.indicators.isEmpty == true)
    #expect(catalog.rule("c")?.diagnostics.first?.contains("unknown modifier 'containz'") == true)
  }

  private static let splunk = """
    name: B
    id: b
    data_source: [Sysmon EventID 1]
    search: '| tstats count from datamodel=Endpoint.Processes where Processes.process_path="X"'
    """

  private static let elastic = """
    [rule]
    name = "C"
    rule_id = "c"
    type = "eql"
    language = "eql"
    query = "process where process.executable : \\"x\\""
    """

  @Test func `vendors and hunting queries are read into one catalogue`() throws {
    let folder = try Folder()
    try folder.write("sigma/a.yml", sigma("a", "x"))
    try folder.write("splunk/detections/b.yml", CollectionTests.splunk)
    try folder.write("splunk/stories/s.yml", "name: S\n")
    try folder.write("elastic/rules/c.toml", CollectionTests.elastic)
    try folder.write("kql/d.kql", "DeviceProcessEvents | where ProcessCommandLine has \"evil\"")
    try folder.write("kql/notes.md", "no query here")
    let catalog = try catalog([
      .sigma: folder.path("sigma"), .splunk: folder.path("splunk/"), .elastic: folder.path("elastic"),
      .kql: folder.path("kql"),
    ])
    #expect(catalog.rules.map(\.reference) == ["sigma/a", "splunk/b", "elastic/c", "kql/d.kql"])
    #expect(catalog.rule("a")?.indicators.first?.others(for: .sigma).total == 2)
    #expect(catalog.rule("b")?.events.map(\.reference) == ["Sysmon 1"])
    #expect(catalog.rule("d.kql")?.logSource.names == ["DeviceProcessEvents"])
    #expect(catalog.rule("d.kql")?.indicators.map(\.field) == ["CommandLine"])
    #expect(catalog.corpora.flatMap(\.skipped).isEmpty)
  }

  @Test func `a folder that is not there, is a file or holds no rule is an error`() throws {
    let folder = try Folder()
    try folder.write("a.txt", "x")
    for path in ["nowhere", "a.txt", ""] {
      #expect(throws: InputProblem.self) { try catalog([.sigma: folder.path(path)]) }
    }
  }

  @Test func `a catalogue is written over a catalogue only`() throws {
    let folder = try Folder()
    var first = try CatalogFolder(folder.path("new"), replacing: false)
    try first.write("catalog.json", [1])
    try first.write("rules/sigma/old.html", [2, 3])
    #expect(first.files == 2 && first.bytes == 3)
    #expect(throws: InputProblem.self) { try CatalogFolder(folder.path("new"), replacing: false) }
    _ = try CatalogFolder(folder.path("new/"), replacing: true)
    #expect(!FileManager.default.fileExists(atPath: folder.path("new/rules/sigma/old.html")))
    try folder.write("other/a.html", "mine")
    #expect(throws: InputProblem.self) { try CatalogFolder(folder.path("other"), replacing: true) }
    #expect(FileManager.default.fileExists(atPath: folder.path("other/a.html")))
  }
}
