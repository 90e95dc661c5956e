import Foundation
import Testing
import TrawlCatalog

@Suite struct SiteTests {
  let catalog: Catalog
  let files: [String: String]

  init() throws {
    catalog = try SampleCatalog.catalog()
    files = CatalogSite(catalog).files()
  }

  private func page(_ path: String) throws -> String { try #require(files[path], "\(path) is missing") }

  private var shellPage: String {
    get throws { try page("rules/sigma/\(SampleCatalog.reverseShell).html") }
  }

  @Test func aRulePageHasTheHeadingsOfTheSeedInItsOrder() throws {
    let html = try shellPage
    var rest = html[...]
    let order = [
      "Detection rules", ">Sigma<", "<h1>Potential Powershell ReverseShell Connection", "<dt>Status",
      "<dt>Severity",
      "<dt>Log source", "<dt>Author", "<dt id=\"source\">Source", "<p class=\"lead\">",
      "MITRE ATT&amp;CK coverage",
      "T1059.001", "Command and Scripting Interpreter: PowerShell", "Event coverage", "Sysmon", "Event ID 1",
      "Process creation", "Rule body", "Stages and Predicates", "Stage 0: condition", "all of selection_*",
      "Stage 1: selection_img", "Stage 2: selection_cli", ">Indicators<", "CommandLine",
      "Net.Sockets.TCPClient",
      ">Image<", "ends_with", "\\powershell.exe", "OriginalFileName", "PowerShell.EXE", "Similar rules",
      "References",
      "False positives",
    ]
    for part in order {
      let found = try #require(rest.range(of: part), "\(part) is missing, or not in its place")
      rest = rest[found.upperBound...]
    }
  }

  @Test func aCorpusNumberCountsTheOtherRulesAndLeadsToThem() throws {
    let html = try shellPage
    let row = try #require(html.range(of: #"PowerShell.EXE</code>.*?</li>"#, options: .regularExpression))
    #expect(html[row].contains(">corpus 2</a> (splunk 1, elastic 1)"))
    let link = try #require(html[row].firstMatch(of: /href="\.\.\/\.\.\/(indicators\/[0-9a-f]+\.html)"/))
    let rules = try page(String(link.1))
    for title in ["Potential Powershell ReverseShell Connection", "Encoded PowerShell", "PowerShell Started"]
    {
      #expect(rules.contains(">\(title)</a>"))
    }
    let alone = try #require(html.range(of: #"\.GetStream\(</code>.*?</li>"#, options: .regularExpression))
    #expect(!html[alone].contains("corpus"))
    let excluded = try #require(html.range(of: #"\\pwsh\.exe</code>.*?</li>"#, options: .regularExpression))
    #expect(html[excluded].contains("(1 as exclusion)"))
  }

  @Test func aTechniqueAndAnEventLeadToTheirPages() throws {
    #expect(try shellPage.contains("<a href=\"../../techniques/t1059.001.html\">T1059.001</a>"))
    #expect(try shellPage.contains("<a href=\"../../events/sysmon-1.html\">Event ID 1</a>"))
    let event = try page("events/sysmon-1.html")
    #expect(event.contains("<h1>Sysmon Event ID 1: Process creation</h1>"))
    #expect(event.contains(">Potential Powershell ReverseShell Connection</a>"))
  }

  @Test func theBlankBeforeAValueIsOnItsPage() throws {
    #expect(try shellPage.contains("<span class=\"blank\"> </span>Net.Sockets.TCPClient"))
  }

  @Test func aHostileRuleHasNoMarkupOfItsOwnOnAnyPage() throws {
    for (path, text) in files where path.hasSuffix(".html") {
      #expect(!text.contains("alert(1)</script>"), "\(path)")
      #expect(!text.contains("<img"), "\(path)")
      #expect(!text.contains("javascript:alert(1)\""), "\(path)")
      #expect(!text.contains("\u{2028}") && !text.contains("\u{202E}"), "\(path)")
      for script in text.matches(of: /<script[^>]*>/) {
        #expect(
          String(script.0).wholeMatch(of: /<script src="[a-z.\/]+" defer>/) != nil, "\(path): \(script.0)")
      }
    }
    for path in ["data/rules.js", "data/indicators.js"] {
      let text = try page(path)
      #expect(!text.contains("<") && !text.contains("\u{2028}") && !text.contains("\u{202E}"), "\(path)")
    }
  }

  @Test func everyPageForbidsWhatIsNotOfTheSite() {
    for (path, text) in files where path.hasSuffix(".html") {
      let policy = text.firstMatch(of: /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/)
      #expect(policy?.1.hasPrefix("default-src 'none'; ") == true, "\(path)")
      #expect(policy?.1.contains("unsafe") == false, "\(path)")
      if path.hasPrefix("rules/") { #expect(policy?.1.contains("script-src") == false, "\(path)") }
      #expect(!text.contains(" style=") && !text.contains("<style"), "\(path)")
    }
  }

  @Test func filesStayInTheFolderAndHavePlainNames() {
    for path in files.keys {
      #expect(path.wholeMatch(of: /[a-z]+(\/[a-z]+)?(\/[a-z0-9_-][a-z0-9._-]*)?\.?[a-z]*/) != nil, "\(path)")
      #expect(!path.contains(".."), "\(path)")
    }
  }

  @Test func everyLinkLeadsToAPageOrToTheWeb() {
    for (path, text) in files where path.hasSuffix(".html") {
      let base = URL(string: "file:///site/\(path)")
      for match in text.matches(of: /(?:href|src)="([^"]*)"/) {
        let target = match.1.split(separator: "#", omittingEmptySubsequences: false)[0]
        if target.isEmpty || target.hasPrefix("https://") { continue }
        let found = URL(string: String(target), relativeTo: base)?.absoluteURL.standardized.path() ?? ""
        #expect(files[String(found.dropFirst("/site/".count))] != nil, "\(path): \(target)")
      }
      for match in text.matches(of: /href="#([^"]*)"/) {
        #expect(text.contains("id=\"\(match.1)\""), "\(path): #\(match.1)")
      }
    }
  }

  @Test func theSameRulesGiveTheSameBytes() throws {
    #expect(CatalogSite(try SampleCatalog.catalog()).files() == files)
  }

  @Test func textsOfElasticArePrintedOnlyWhenAskedFor() throws {
    let path = "rules/elastic/e-1.html"
    #expect(try !page(path).contains("process where"))
    #expect(try !page(path).contains("A text of Elastic"))
    #expect(try page(path).contains("OriginalFileName"))
    #expect(try !page(path).contains("process: process"))
    var options = CatalogSite.Options()
    options.printsElasticTexts = true
    let printed = try #require(CatalogSite(catalog, options: options).files()[path])
    #expect(printed.contains("process where") && printed.contains("A text of Elastic"))
  }

  @Test func twoIdsThatNameOneFileGiveTwoPages() throws {
    let rules = ["A/b", "a-b", "A-B", "index", "."].map { id in
      CatalogRule(corpus: .sigma, id: id, title: id, path: id, language: "sigma", body: "")
    }
    let site = CatalogSite(Catalog(rules))
    #expect(Set(site.rulePages).count == 5)
    let pages = site.files()
    for (rule, path) in zip(site.rulePages.indices, site.rulePages) {
      #expect(pages[path]?.contains("<code>\(Catalog(rules).rules[rule].id)</code>") == true)
    }
    #expect(pages["rules/sigma/index.html"]?.contains("<h1>Sigma</h1>") == true)
  }

  /// The page as it was when it was last looked at; `Golden/rule.html` is what is written here when it differs.
  @Test func thePageOfTheReverseShellRuleIsAsItWas() throws {
    let golden = SampleCatalog.root.appending(path: "Tests/TrawlSiteTests/Golden/rule.html")
    let page = try shellPage
    let earlier = try String(contentsOf: golden, encoding: .utf8)
    guard page != earlier else { return }
    let new = FileManager.default.temporaryDirectory.appending(path: "rule.html")
    try page.write(to: new, atomically: true, encoding: .utf8)
    Issue.record("the page differs from Golden/rule.html; the new one is \(new.path())")
  }
}
