import Testing
import TrawlRules

@testable import TrawlCatalog

/// Files of the two collections, and what is taken from them.
struct CollectionTests {
  private func file(_ path: String, _ text: String) -> CollectionFile {
    CollectionFile(path: path, bytes: Array(text.utf8))
  }

  private let detection = """
    name: Odd Tool
    id: 11111111-2222-3333-4444-555555555555
    date: '2024-09-30'
    author: A. Body
    status: production
    type: TTP
    description: Finds it.
    data_source: [Sysmon EventID 1]
    search: '| tstats count from datamodel=Endpoint.Processes where `process_odd` by Processes.dest | `odd_filter`'
    known_false_positives: None known.
    references: [https://example.org]
    tags:
      analytic_story: [Odd Things]
      mitre_attack_id: [T1059.001]
    """

  private let macro = "name: process_odd\ndefinition: Processes.process_name=odd.exe\n"

  @Test func `a detection of Splunk has its facts, and its macros from the collection`() throws {
    let reading = SplunkCollection.rules([
      file("detections/endpoint/odd.yml", detection), file("macros/process_odd.yml", macro),
    ])
    #expect(reading.skipped.isEmpty)
    let rule = try #require(reading.rules.first)
    #expect(rule.id == "11111111-2222-3333-4444-555555555555")
    #expect([rule.title, rule.path, rule.language] == ["Odd Tool", "detections/endpoint/odd.yml", "spl"])
    #expect([rule.status, rule.type, rule.level, rule.date] == ["production", "TTP", nil, "2024-09-30"])
    #expect([rule.author, rule.description] == ["A. Body", "Finds it."])
    #expect(rule.references == ["https://example.org"])
    #expect(rule.falsePositives == ["None known."])
    #expect(rule.tags == ["attack.t1059.001", "Analytic Story: Odd Things"])
    #expect(rule.logSource.names == ["Sysmon EventID 1"])
    #expect(rule.stages.flatMap(\.predicates).map(\.line) == ["Processes.process_name eq odd.exe"])
    #expect(rule.diagnostics.isEmpty && !rule.isDeprecated)
    #expect(rule.body.contains("`process_odd`"))
  }

  @Test func `deprecated detections are marked, by folder and by status`() {
    let retired = detection.replacing("production", with: "deprecated").replacing(
      "1111-2222", with: "2222-2222")
    let reading = SplunkCollection.rules([
      file("detections/deprecated/odd.yml", detection), file("detections/web/odd.yml", retired),
      file("m.yml", macro),
    ])
    #expect(reading.rules.map(\.isDeprecated) == [true, true])
  }

  @Test func `files of Splunk without a detection are listed with the reason`() {
    let reading = SplunkCollection.rules([
      file("a.yml", detection), file("b.yml", detection), file("c.yml", "name: x"), file("d.yml", "a: [b"),
      file("e.yml", "a: &b c"), file("f.yml", String(repeating: "[", count: 100_000)),
      file("g.yml", "search: x\ntype: Baseline"), CollectionFile(path: "h.yml", bytes: [0xFF]),
    ])
    #expect(reading.rules.map(\.path) == ["a.yml"])
    #expect(
      Set(reading.skipped.map(\.path)) == ["b.yml", "c.yml", "d.yml", "e.yml", "f.yml", "g.yml", "h.yml"])
    #expect(reading.skipped.allSatisfy { !$0.reason.isEmpty })
    #expect(reading.skipped.contains { $0.path == "b.yml" && $0.reason.contains("already that of a.yml") })
  }

  private let rule = #"""
    [metadata]
    creation_date = "2024/03/14"
    maturity = "production"
    updated_date = "2026/04/27"

    [rule]
    author = ["Elastic", "B. Body"]
    description = """
    Finds it.
    """
    false_positives = ["""
    None known.
    """]
    index = ["logs-endpoint.events.process-*"]
    language = "eql"
    name = "Odd Tool"
    references = ["https://example.org"]
    rule_id = "22222222-2222-3333-4444-555555555555"
    severity = "medium"
    tags = ["OS: Windows"]
    type = "eql"
    query = '''
    process where process.name : "odd*"
    '''

    [[rule.filters]]
    [rule.filters.meta]
    negate = true

    [[rule.threat]]
    framework = "MITRE ATT&CK"
    [[rule.threat.technique]]
    id = "T1059"
    name = "x"
    [[rule.threat.technique.subtechnique]]
    id = "T1059.001"
    [rule.threat.tactic]
    id = "TA0006"
    name = "Credential Access"

    [[rule.threat]]
    framework = "Another"
    [rule.threat.tactic]
    name = "Nothing"
    """#

  @Test func `a rule of Elastic has its facts`() throws {
    let reading = ElasticCollection.rules([file("rules/windows/odd.toml", rule)])
    #expect(reading.skipped.isEmpty)
    let found = try #require(reading.rules.first)
    #expect(found.id == "22222222-2222-3333-4444-555555555555")
    #expect([found.title, found.path, found.language] == ["Odd Tool", "rules/windows/odd.toml", "eql"])
    #expect([found.status, found.level, found.type] == ["production", "medium", "eql"])
    #expect([found.author, found.date, found.modified] == ["Elastic, B. Body", "2024-03-14", "2026-04-27"])
    #expect([found.description] + found.falsePositives == ["Finds it.", "None known."])
    #expect(found.references == ["https://example.org"])
    #expect(found.tags == ["attack.credential-access", "attack.t1059", "attack.t1059.001", "OS: Windows"])
    #expect(found.logSource.names == ["logs-endpoint.events.process-*"])
    #expect(found.stages.map(\.name) == ["process", "filter"])
    #expect(found.stages.last?.text.contains("negate = true") == true)
    #expect(found.stages.flatMap(\.predicates).map(\.line) == ["process.name starts_with odd"])
    #expect(found.diagnostics.isEmpty && !found.isDeprecated)
  }

  @Test func `a rule of ES|QL looks where its query says`() {
    let text = rule.replacing("\"eql\"", with: "\"esql\"").replacing(
      "index = [\"logs-endpoint.events.process-*\"]", with: ""
    )
    .replacing(
      "process where process.name : \"odd*\"", with: "from logs-a-*, logs-b | where process.name == \"odd\"")
    let found = ElasticCollection.rules([file("rules/_deprecated/odd.toml", text)]).rules
    #expect(found.map(\.logSource.names) == [["logs-a-*", "logs-b"]])
    #expect(found.map(\.isDeprecated) == [true])
  }

  @Test func `a query in Lucene's language has a page that says so`() {
    let found = ElasticCollection.rules([file("a.toml", rule.replacing("\"eql\"", with: "\"lucene\""))]).rules
    #expect(found.map(\.diagnostics) == [["queries in the language 'lucene' are not read"]])
  }

  @Test func `files of Elastic without a query are listed with the reason`() {
    let learning = rule.replacing("type = \"eql\"", with: "type = \"machine_learning\"")
    let deep = "[" + String(repeating: "a.", count: 100_000) + "a]"
    let reading = ElasticCollection.rules([
      file("a.toml", rule), file("b.toml", rule), file("c.toml", learning), file("d.toml", "x = 1"),
      file("e.toml", "x = "),
      file("f.toml", deep), file("g.toml", "x = " + String(repeating: "[", count: 100_000)),
      file("h.toml", "x = \"\u{0}\""), file("j.toml", "[\u{3}from ru"),
      CollectionFile(path: "i.toml", bytes: [0x61, 0xFF]),
    ])
    #expect(reading.rules.map(\.path) == ["a.toml"])
    #expect(
      reading.skipped.map(\.path).sorted()
        == ["b", "c", "d", "e", "f", "g", "h", "i", "j"].map { $0 + ".toml" })
    #expect(reading.skipped.contains { $0.path == "c.toml" && $0.reason.contains("machine learning") })
    #expect(reading.skipped.contains { $0.path == "e.toml" && $0.reason.hasPrefix("line 1: ") })
  }
}
