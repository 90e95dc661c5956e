import Testing
import TrawlRules

@testable import TrawlCatalog

struct CountingTests {
  private func indicator(_ catalog: Catalog, _ id: String, _ value: String) throws -> Indicator {
    try #require(catalog.rule(id)?.indicators.first { $0.value == value })
  }

  @Test func `a rule counts once for a key, whatever its case and however often it has it`() throws {
    let catalog = Catalog([
      rule("a", .sigma, [ask("Image", "A.exe"), ask("Image", "a.EXE"), ask("Image", "ä")]),
      rule("b", .sigma, [ask("Image", "a.exe"), ask("Image", "Ä")]),
      rule("c", .splunk, [ask("process_path", "A.EXE"), ask("Processes.process_path", "a.exe")]),
    ])
    let found = try indicator(catalog, "a", "A.exe")
    #expect(found.counts.sigma == 2 && found.counts.splunk == 1 && found.total == 3)
    #expect(found.others(for: .sigma).total == 2 && found.others(for: .sigma).sigma == 1)
    #expect(try indicator(catalog, "b", "Ä").total == 2)
    #expect(catalog.rule("a")?.indicators.map(\.value) == ["A.exe", "ä"])
  }

  @Test func `regular expressions mind case`() throws {
    let catalog = Catalog([
      rule("a", .sigma, [ask("Image", "\\S", .regularExpression)]),
      rule("b", .sigma, [ask("Image", "\\s", .regularExpression)]),
    ])
    #expect(try indicator(catalog, "a", "\\S").total == 1)
  }

  @Test func `a key that a rule has both ways counts as matched, one that it only excludes is named so`()
    throws
  {
    let questions = [
      ask("Image", "x", isNegated: true), ask("Image", "y", isNegated: true), ask("Image", "y"),
    ]
    let catalog = Catalog([
      rule("a", .sigma, questions), rule("b", .elastic, [ask("process.executable", "X", isNegated: true)]),
      rule("c", .sigma, [ask("Image", "x")]),
    ])
    let excluded = try indicator(catalog, "a", "x")
    #expect(excluded.isExcluded && !excluded.isMatched)
    #expect(excluded.excludedOnly.sigma == 1 && excluded.excludedOnly.elastic == 1)
    #expect(excluded.counts.sigma == 2 && excluded.counts.elastic == 1)
    let both = try indicator(catalog, "a", "y")
    #expect(both.isMatched && both.isExcluded && both.excludedOnly.total == 0)
  }

  @Test func `a search identifier that is wanted and unwanted counts both ways, an unused one not at all`()
    throws
  {
    let catalog = Catalog([
      rule("a", .sigma, [ask("Image", "x")], polarity: .both),
      rule("b", .sigma, [ask("Image", "x")], polarity: .unused),
    ])
    let found = try indicator(catalog, "a", "x")
    #expect(found.isMatched && found.isExcluded && found.total == 1)
    #expect(catalog.rule("b")?.indicators.isEmpty == true)
  }

  @Test func `a command of a query that holds questions of both kinds keeps each as it is`() throws {
    let questions = [ask("FileName", "x"), ask("FileName", "y", isNegated: true)]
    let catalog = Catalog([rule("a", .kql, questions, polarity: .both)])
    #expect(try !indicator(catalog, "a", "x").isExcluded)
    #expect(try !indicator(catalog, "a", "y").isMatched)
  }

  @Test func `deprecated rules are counted apart unless they are asked for`() throws {
    var old = rule("old", .sigma, [ask("Image", "x")])
    old.isDeprecated = true
    let rules = [rule("a", .sigma, [ask("Image", "x")]), old]
    let without = try indicator(Catalog(rules), "a", "x")
    #expect(without.total == 1 && without.countsWithDeprecated.sigma == 2)
    #expect(Catalog(rules).rules.map(\.id) == ["a"])
    let with = Catalog(rules, includesDeprecated: true)
    #expect(with.rules.map(\.id) == ["a", "old"])
    #expect(try indicator(with, "a", "x").total == 2)
    #expect(try indicator(with, "a", "x").countsWithDeprecated.sigma == 2)
  }

  @Test func `hunting queries are counted, but not among the others of vendors`() throws {
    let catalog = Catalog([
      rule("a", .sigma, [ask("CommandLine", "x")]), rule("q", .kql, [ask("ProcessCommandLine", "x")]),
    ])
    let found = try indicator(catalog, "a", "x")
    #expect(found.total == 1 && found.counts.kql == 1 && found.others(for: .sigma).total == 0)
    #expect(try indicator(catalog, "q", "x").others(for: .kql).total == 1)
    #expect(catalog.totals.keys == 1 && catalog.totals.keysInTwo == 0)
  }

  @Test(arguments: [
    (Corpus.splunk, "Processes.process", "CommandLine"), (.splunk, "DNS.query", "QueryName"),
    (.splunk, "processes.process_name", "process_name"),
    (.splunk, "query", "query"), (.splunk, "EventCode", "EventID"),
    (.splunk, "requestParameters.x", "requestParameters.x"),
    (.elastic, "process.name.caseless", "process_name"),
    (.elastic, "winlog.event_data.ServiceName", "ServiceName"),
    (.elastic, "file.path.text", "TargetFilename"), (.elastic, "event.code", "EventID"),
    (.elastic, "process.args", "process.args"), (.elastic, "winlog.event_data.", "winlog.event_data."),
    (.sigma, "process.name", "process.name"), (.kql, "RemoteIP", "DestinationIp"),
  ])
  func `fields that mean the same have Sigma's name`(_ corpus: Corpus, _ written: String, _ name: String) {
    #expect(CanonicalField.name(written, in: corpus) == name)
  }

  @Test func `indicators stand by field and kind, their values in the order of the rule`() {
    let questions = [
      ask("image", "2"), ask("CommandLine", "z", .endsWith), ask("Image", "b"), ask(nil, "k", .contains),
      ask("Image", "a"), ask("CommandLine", "y", .contains),
    ]
    let indicators = Catalog([rule("a", .sigma, questions)]).rules[0].indicators
    #expect(
      indicators.map { "\($0.field) \($0.kind) \($0.value)" } == [
        "(keyword) match k", "CommandLine ends_with z", "CommandLine match y", "Image eq b", "Image eq a",
        "image eq 2",
      ])
  }

  @Test func `two rules of one id are two, and the second says so`() {
    var second = rule("a", .sigma)
    second.path = "rules/z.yml"
    let catalog = Catalog([second, rule("a", .sigma), rule("a", .splunk)])
    #expect(catalog.rules.map(\.reference) == ["sigma/a", "sigma/a~2", "splunk/a"])
    #expect(catalog.rules[1].diagnostics.count == 1)
  }

  @Test func `totals count rules and keys`() {
    let tags = ["attack.execution", "attack.t1059.001"]
    let catalog = Catalog([
      rule("a", .sigma, [ask("Image", "x"), ask("Image", "y")], tags: tags),
      rule("b", .splunk, [ask("process_path", "x"), ask("process_path", "y")], tags: ["attack.t1059.001"]),
      rule("c", .elastic, [ask("process.executable", "x"), ask("user.name", "z"), ask("user.name", "w")]),
    ])
    let totals = catalog.totals
    #expect(totals.keys == 4 && totals.keysInTwo == 1 && totals.keysInThree == 1)
    #expect(totals.rulesWithSharedKey == 3)
    #expect(totals.techniques.map(\.name) == ["T1059.001"] && totals.techniques[0].counts.total == 2)
    #expect(totals.tactics.map(\.name) == ["TA0002"] && totals.tactics[0].counts.splunk == 1)
    #expect(totals.fields.map(\.name) == ["Image", "user.name"] && totals.fields[0].counts.total == 3)
  }

  @Test func `the summary of a collection says how many rules are understood`() {
    var odd = rule("b", .sigma)
    odd.diagnostics = ["what"]
    let catalog = Catalog(
      [rule("a", .sigma), odd], corpora: [CorpusSummary(corpus: .sigma, root: "x", files: 3)])
    #expect(catalog.corpora[0].rules == 2 && catalog.corpora[0].parsed == 1 && catalog.corpora[0].files == 3)
  }
}
