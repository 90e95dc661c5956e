import Foundation
import Testing

@Suite struct ReportTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write("log.json", Workspace.event() + "\n" + Workspace.event("run </script> evil") + "\n")
  }

  @Test func theReportComesBesideTheFindings() throws {
    let plain = try workspace.trawl("scan", "-q", "-r", "rules", "log.json")
    let run = try workspace.trawl("scan", "-q", "-r", "rules", "--report", "hits.html", "log.json")
    #expect(run.status == 0)
    #expect(run.output == plain.output)
    let page = try workspace.read("hits.html")
    #expect(page.contains("2 findings of 1 rule on 1 host"))
    #expect(page.contains("run \\u003c/script\\u003e "))
    #expect(page.contains("T1059") && page.contains("Command and Scripting Interpreter"))
    #expect(page.hasSuffix("</html>\n"))
    let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path())
    #expect(left.filter { $0.hasPrefix("hits.html") } == ["hits.html"])
  }

  @Test func aReportThatExistsIsReplacedOnlyOnDemand() throws {
    try workspace.write("hits.html", "mine")
    let refused = try workspace.trawl("scan", "-q", "-r", "rules", "--report", "hits.html", "log.json")
    #expect(refused.status == 3)
    #expect(refused.error.contains("hits.html exists"))
    #expect(try workspace.read("hits.html") == "mine")
    let run = try workspace.trawl("scan", "-q", "-r", "rules", "-C", "--report", "hits.html", "log.json")
    #expect(run.status == 0)
    #expect(try workspace.read("hits.html").hasPrefix("<!doctype html>"))
  }

  @Test func rulesAreLinkedToTheirPagesInACatalogue() throws {
    let build = try workspace.trawl("catalog", "--sigma", "rules", "-o", "a site")
    #expect(build.status == 0)
    let run = try workspace.trawl(
      "scan", "-q", "-r", "rules", "--report", "hits.html", "--catalog", "a site/catalog.json", "log.json")
    #expect(run.status == 0, "\(run.error)")
    let page = "rules/sigma/11111111-2222-4333-8444-555555555555.html"
    #expect(try workspace.read("hits.html").contains("href=\"a%20site/\(page)\""))
    #expect(try workspace.read("a site/\(page)").contains("Evil Command"))
    try FileManager.default.createDirectory(
      atPath: workspace.path("out"), withIntermediateDirectories: true)
    _ = try workspace.trawl(
      "scan", "-q", "-r", "rules", "--report", "out/hits.html", "--catalog", "a site/catalog.json", "log.json"
    )
    #expect(try workspace.read("out/hits.html").contains("href=\"../a%20site/\(page)\""))
  }

  @Test func whatDoesNotGoTogetherIsSaid() throws {
    for options in [["--catalog", "x.json"], ["--report", "r.html", "--checkpoint", "p", "-o", "o.jsonl"]] {
      let run = try workspace.run(["scan", "-r", "rules", "log.json"] + options, environment: [:])
      #expect(run.status == 3)
      #expect(run.error.contains("--report"))
    }
    let run = try workspace.trawl(
      "scan", "-q", "-r", "rules", "--report", "hits.html", "--catalog", "none.json", "log.json")
    #expect(run.status == 3)
    #expect(run.error.contains("none.json") && run.error.contains("--catalog"))
  }

  @Test func aDifferenceOfCataloguesIsAPage() throws {
    _ = try workspace.trawl("catalog", "--sigma", "rules", "-o", "old")
    try workspace.write(
      "rules/evil.yml", Workspace.rule.replacingOccurrences(of: "contains: evil", with: "contains: '<b>'"))
    _ = try workspace.trawl("catalog", "--sigma", "rules", "-o", "new")
    let run = try workspace.trawl(
      "catalog", "diff", "--format", "html", "old/catalog.json", "new/catalog.json")
    #expect(run.status == 0)
    #expect(run.output.contains("1 changed"))
    #expect(run.output.contains("<code>&lt;b&gt;</code>") && run.output.contains("<code>evil</code>"))
    #expect(run.output.contains("href=\"rules/sigma/11111111-2222-4333-8444-555555555555.html\""))
  }

  private static let hasChromium = ["chromium", "chromium-browser", "google-chrome"].contains {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  /// `Tests/Tools/browse.py` knows what must hold.
  @Test(.enabled(if: hasChromium, "no Chromium is installed"))
  func aBrowserShowsAndFiltersTheFindings() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    _ = try workspace.trawl(
      "scan", "-q", "--report", "hits.html", "-o", "hits.jsonl", root.appending(path: "Corpus/Events").path())
    let script = root.appending(path: "Tests/Tools/browse.py").path()
    let run = try workspace.shell("python3 '\(script)' report hits.html")
    #expect(run.status == 0, "\(run.output)\(run.error)")
  }
}
