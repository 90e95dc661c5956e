import Foundation
import Testing
import Trawl
import TrawlTestSupport

/// What the compiler reports of how a rule is found, and finding the event that findings name.
struct PlanTests {
  /// The plan of a rule with this detection, compiled alone.
  private func plan(_ detection: String, logSource: String = "product: corpus") throws -> RulePlan {
    let text = """
      title: Planned
      id: 33333333-2222-4333-8444-555555555555
      logsource: {\(logSource)}
      detection:
      \(detection)
        condition: selection
      """
    let rule = try #require(SigmaParser().parse(text, file: "r.yml").rules.first)
    var options = RulesetCompiler.Options()
    options.explained = [rule.id]
    return try #require(try RulesetCompiler.compile([rule], options: options).report.plans.first)
  }

  private func items(_ selection: String) throws -> [String] {
    try plan("  selection:\n" + selection).programs[0].items.map { item in
      "\(item.literal ?? "-") \(item.role.rawValue)\(item.isConfirmed ? " confirmed" : "")"
    }
  }

  @Test(arguments: [
    ("    f|contains: EVIL\u{20}word", ["evil word database"]),
    ("    f|cased|contains: Evil word", ["evil word database confirmed"]),
    ("    f: Evil", ["evil equality"]),
    ("    f|contains: ab", ["ab check confirmed"]),
    ("    f|re: 'evil[0-9]+wordy'", ["wordy database confirmed"]),
    ("    f|re: '[0-9]+'", ["- check confirmed"]),
    ("    f|endswith: 'a*word-two'", ["word-two database confirmed"]),
    (
      "    f|contains: rare-long-literal\n    g|contains: other",
      ["rare-long-literal database", "other compared confirmed"]
    ),
    (
      "    f|contains: rare-long-literal\n    g|neq: other",
      ["rare-long-literal database", "other excluding confirmed"]
    ),
  ]) func `an item has the part that the compiler gave it`(_ selection: String, _ expected: [String]) throws {
    #expect(try items(selection) == expected)
  }

  @Test func `keywords open a gate and are confirmed`() throws {
    let program = try plan("  selection: [evil keyword]").programs[0]
    #expect(program.items.map(\.role) == [.gate] && program.items[0].isConfirmed && !program.isAlways)
  }

  @Test func `many hashes are a family`() throws {
    let hashes = (0..<20).map { "      - 'MD5=\(String(1_000_000 + $0 * 7919))'" }.joined(separator: "\n")
    let program = try plan("  selection:\n    Hashes|contains:\n" + hashes).programs[0]
    #expect(Set(program.items.map(\.role)) == [.family])
  }

  @Test func `a rule without a literal is always evaluated`() throws {
    let program = try plan("  selection:\n    f: null").programs[0]
    #expect(program.isAlways && program.items.map(\.role) == [.compared])
  }

  @Test func `routes have programs of their own, with the names of their fields`() throws {
    let programs = try plan(
      "  selection:\n    Image|endswith: \\evil.exe",
      logSource: "product: windows, category: process_creation"
    ).programs
    let own = try #require(programs.first)
    #expect(own.route == nil && own.fields == ["Image"] && own.renamed.isEmpty)
    #expect(own.events.windows.map(\.channel) == ["Microsoft-Windows-Sysmon/Operational"])
    #expect(own.events.windows.map(\.eventIDs) == [["1"]])
    let route = try #require(programs.first { $0.route == "audit4688" })
    #expect(route.fields == ["NewProcessName"])
    #expect(route.renamed.map(\.source) == ["NewProcessName"])
  }
}

/// Events by the numbers that findings show.
struct RecordSearchTests {
  /// Lines of `Corpus/Samples/hits.tsv`: a log, the number and the rule's id.
  private static let hits = Result {
    let file = Corpus.packageFolder.appending(path: "Corpus/Samples/hits.tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t")
    }
  }

  @Test func `each finding in the samples is explained as a match`() throws {
    let rules = try Corpus.rules().rules
    let hits = try Self.hits.get()
    #expect(hits.count > 10)
    for hit in hits {
      let rule = try #require(rules.first { $0.id == hit[2] })
      let path = Corpus.packageFolder.appending(path: "Corpus/Samples/\(hit[0])").path()
      let record = try #require(Int(hit[1]))
      let question = try EventQuestion(Explanation(sigma: rule), options: RulesetCompiler.Options())
      let event = try question.ask(RecordSearch(path: path, record: record)).event
      #expect(event?.matches == true, "\(hit)")
    }
  }

  @Test func `an event log is searched by the records' own numbers`() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "a.evtx")
    try Data(EVTXFile(Written.numbered(chunks: 3, records: 10)).bytes).write(to: path)
    let rule = try #require(
      SigmaParser().parse(
        "title: Numbers\nlogsource: {product: windows}\ndetection: {s: {v: '24'}, condition: s}",
        file: "r.yml"
      ).rules.first)
    let question = try EventQuestion(Explanation(sigma: rule), options: RulesetCompiler.Options())
    #expect(try question.ask(RecordSearch(path: path.path(), record: 24)).event?.matches == true)
    #expect(try question.ask(RecordSearch(path: path.path(), record: 23)).event?.matches == false)
    guard case .missing(30, let logs) = try question.ask(RecordSearch(path: path.path(), record: 99)).outcome
    else {
      Issue.record("record 99 is not there")
      return
    }
    #expect(logs.isEmpty)
  }

  @Test func `an archive names its logs, and a file that is not there is unreadable`() throws {
    let rule = try #require(try Corpus.rules().rules.first)
    let question = try EventQuestion(Explanation(sigma: rule), options: RulesetCompiler.Options())
    let archive = Corpus.packageFolder.appending(path: "Corpus/Samples/ws01.zip").path()
    guard case .missing(_, let logs) = try question.ask(RecordSearch(path: archive, record: 1)).outcome,
      case .unreadable = try question.ask(RecordSearch(path: archive + ".nothing", record: 1)).outcome
    else {
      Issue.record("neither is a log")
      return
    }
    #expect(!logs.isEmpty && logs.allSatisfy { $0.hasPrefix(archive + "/") })
  }
}
