import Testing
import TrawlHTML
import TrawlMatcher
import TrawlOutput

@Suite struct ReportTests {
  private func rule(_ number: Int, _ level: String, title: String = "Rule", tags: [String] = []) -> RuleInfo {
    RuleInfo(
      number: number, id: "id-\(number)", title: title, level: level, status: "test", tags: tags,
      language: "sigma",
      file: "r.yml", logSource: [], items: [], condition: [])
  }

  private func finding(
    _ rule: RuleInfo, time: String? = "2026-04-02T10:00:00Z", host: String? = "ws1", evidence: [Evidence] = []
  ) -> Finding {
    Finding(
      rule: rule, time: time.flatMap { DateText($0.utf8) }, computer: host, file: "logs/a.json", record: 3,
      offset: 9,
      evidence: evidence, event: nil)
  }

  /// What the page of some findings is, with the rows of each level.
  private func report(
    _ rules: [RuleInfo], _ findings: [Finding], _ context: ReportPage.Context = ReportPage.Context()
  ) -> (page: String, rows: [Int: String]) {
    var tally = ReportTally(rules: rules)
    var bytes: [UInt8] = []
    let format = ReportedFormat(JSONLines())
    for finding in findings { format.append(finding, to: &bytes) }
    var rows: [Int: String] = [:]
    for record in ReportedFormat.split(bytes).records {
      guard let (level, row) = tally.take(record) else { continue }
      rows[level, default: ""] += String(decoding: row, as: UTF8.self)
    }
    let page = ReportPage(tally, context)
    let middle = rows.sorted { $0.key < $1.key }.map(\.value).joined()
    return (
      String(decoding: page.beginning, as: UTF8.self) + middle + String(decoding: page.ending, as: UTF8.self),
      rows
    )
  }

  @Test func findingsKeepTheirFormBesideAReport() {
    let findings = [finding(rule(0, "high")), finding(rule(1, ""), time: nil, host: nil)]
    var plain: [UInt8] = []
    var both: [UInt8] = []
    for finding in findings {
      JSONLines().append(finding, to: &plain)
      ReportedFormat(JSONLines()).append(finding, to: &both)
    }
    let parts = ReportedFormat.split(both)
    #expect(parts.findings == plain)
    #expect(parts.records.count == 2)
    #expect(ReportedFormat(CSV()).header == CSV().header)
  }

  @Test func aRowHasTimeRuleHostFileAndPlace() {
    let rules = [rule(0, "high"), rule(1, "odd")]
    let (_, rows) = report(
      rules, [finding(rules[0]), finding(rules[1], time: nil, host: nil), finding(rules[0], host: "ws2")])
    #expect(rows[1] == "[1775124000000,0,0,0,3,9,[]],\n[1775124000000,0,1,0,3,9,[]],\n")
    #expect(rows[5] == "[null,1,null,0,3,9,[]],\n")
  }

  @Test func hitsAreSetOffInTheirValue() {
    let items = [
      evidence("b", in: "äbcb", at: 2..<3), evidence("c", in: "äbcb", at: 3..<4),
      evidence("b", in: "äbcb", at: 2..<3),
      evidence("x", in: nil, field: nil),
    ]
    let row = report([rule(0, "low")], [finding(rule(0, "low"), evidence: items)]).rows[3] ?? ""
    #expect(
      row.hasSuffix(
        #"[["CommandLine",["ä","bc","b"],[["selection","contains","b"],["selection","contains","c"],"#
          + #"["selection","contains","b"]],0,0],[null,[],[["selection","contains","x"]],0,0]]],"# + "\n"))
  }

  @Test func aLongValueIsCutAroundItsFirstHitAndSaysSo() {
    let value = String(repeating: "ä", count: 5000) + "HIT" + String(repeating: "b", count: 9000)
    let row =
      report(
        [rule(0, "low")], [finding(rule(0, "low"), evidence: [evidence("HIT", in: value, at: 10000..<10003)])]
      )
      .rows[3] ?? ""
    #expect(row.utf8.count < 1500)
    #expect(row.contains(#"ä","HIT","b"#))
    #expect(row.hasSuffix(",9840,8563]]],\n"))
    let many = (0..<40).map { evidence("p\($0)", in: "v\($0)", field: "f\($0)") }
    let short = report([rule(0, "low")], [finding(rule(0, "low"), evidence: many)]).rows[3] ?? ""
    #expect(short.hasSuffix("],30]],\n"))
  }

  @Test func nothingOfALogOrRuleIsMarkupInTheReport() throws {
    let hostile = "</script><script>alert(1)</script><img src=x>\"'\u{2028}\u{202E}"
    let rules = [rule(0, hostile, title: hostile)]
    var context = ReportPage.Context()
    (context.title, context.summary) = (hostile, hostile)
    context.links = ["id-0": "javascript:alert(1)//\"><script>"]
    context.attack.tactics = [hostile]
    context.attack.entries = [0: [.init(id: hostile, name: hostile, parentName: nil, tactics: [hostile])]]
    let item = evidence(hostile, in: hostile, at: 0..<9, field: hostile, modifiers: [hostile], of: hostile)
    let page = report(rules, [finding(rules[0], host: hostile, evidence: [item])], context).page
    #expect(!page.contains("<script>alert") && !page.contains("<img"))
    #expect(!page.contains("\u{2028}") && !page.contains("\u{202E}"))
    #expect(!page.contains("javascript:"))
    #expect(page.matches(of: /<script/).count == 3)
    #expect(page.matches(of: /<\/script>/).count == 3)
  }

  @Test func thePolicyAllowsTheOneScriptAndTheOneStyle() throws {
    let page = report([rule(0, "high")], [finding(rule(0, "high"))]).page
    let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)).1
    #expect(policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
      let start = try #require(page.firstRange(of: open)).upperBound
      let end = try #require(page[start...].firstRange(of: close)).lowerBound
      #expect(policy.contains("'sha256-\(SHA256.digest(Array(page[start..<end].utf8)).base64)'"))
    }
    #expect(!page.contains(" style="))
  }

  @Test func figuresCountAllFindings() {
    let rules = [rule(0, "critical", title: "One"), rule(1, "low", title: "Two")]
    let times = ["2026-04-02T10:00:00Z", "2026-04-02T10:00:00Z", "2026-04-03T11:30:00Z"]
    let findings = [
      finding(rules[0], time: times[0]), finding(rules[1], time: times[1]), finding(rules[1], time: times[2]),
    ]
    let page = report(rules, findings).page
    #expect(
      page.contains("3 findings of 2 rules on 1 host, from 2026-04-02 10:00:00 to 2026-04-03 11:30:00 UTC."))
    #expect(page.contains("<b>1</b> critical") && page.contains("<b>2</b> low"))
    #expect(page.contains("A bar is 1 hour"))
    #expect(page.contains("<title>2026-04-02 10:00: 2</title>"))
    #expect(report(rules, []).page.contains("Nothing was found."))
  }

  @Test func aTechniqueStandsUnderItsTacticsWithTheSumOfItsFindings() throws {
    let rules = [rule(0, "high"), rule(1, "high")]
    var context = ReportPage.Context()
    context.attack.tactics = ["Execution", "Stealth"]
    context.attack.entries = [
      0: [
        .init(id: "T1059", name: "Interpreter", parentName: nil, tactics: ["Execution"]),
        .init(id: "T1059.001", name: "PowerShell", parentName: "Interpreter", tactics: ["Execution"]),
      ],
      1: [.init(id: "T1059.003", name: "Shell", parentName: "Interpreter", tactics: ["Execution"])],
    ]
    let page = report(rules, [finding(rules[0]), finding(rules[1]), finding(rules[1])], context).page
    #expect(page.contains("<h3>Execution <span class=\"count\">3</span></h3>"))
    #expect(page.contains("</span> Interpreter</a> <span class=\"count\">3</span>"))
    #expect(page.contains(">PowerShell</a> <span class=\"count\">1</span>"))
    #expect(!page.contains("Stealth"))
    #expect(page.contains(#"["Rule",1,["T1059","T1059.003"],null,"high"]"#))
  }

  @Test func theRoomOfAPageEndsWithARow() {
    var room = ReportRoom(rows: 3, bytes: 1000)
    #expect(room.take(Array("a\nb".utf8)) == Array("a\nb".utf8)[...])
    #expect(Array(room.take(Array("c\nd\ne\n".utf8))) == Array("c\nd\n".utf8))
    #expect(room.take(Array("f\n".utf8)).isEmpty)
    var small = ReportRoom(rows: 100, bytes: 4)
    #expect(Array(small.take(Array("aaaaaa\nb\n".utf8))) == Array("aaaaaa\n".utf8))
    #expect(small.take(Array("c\n".utf8)).isEmpty)
  }

  @Test(arguments: [
    (["2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z"], "1 second"),
    (["2026-01-01T00:00:00Z", "2026-01-01T00:10:00Z"], "10 seconds"),
    (["2026-01-01T00:00:00Z", "2026-01-20T00:00:00Z"], "6 hours"),
    (["1970-01-02T00:00:00Z", "2026-01-20T00:00:00Z"], "52 weeks"),
  ])
  func barsAreAsWideAsTheTimeNeeds(_ times: [String], _ width: String) {
    let page = report([rule(0, "low")], times.map { finding(rule(0, "low"), time: $0) }).page
    #expect(page.contains("A bar is \(width)"))
  }

  @Test func noMoreThanSoManyStepsOfTimeAreKept() {
    // 20,000 seconds apart: more steps than a timeline keeps, and the sums stay.
    let times = (0..<9000).map { DateText(microseconds: Int64($0) * 20_000_000_000) }
    let low = rule(0, "low")
    let findings = times.map { time in
      var finding = finding(low)
      finding.time = time
      return finding
    }
    let page = report([low], findings).page
    let counts = page.matches(of: /<title>[0-9: -]+: ([0-9,]+)<\/title>/).compactMap {
      Int($0.1.filter { $0 != "," })
    }
    #expect(counts.reduce(0, +) == 9000)
    #expect(counts.count < 120)
  }
}
