import Testing

@testable import TrawlCatalog

struct AttackTests {
  private let table = AttackTable.standard

  private func text(_ entries: [AttackEntry]) -> [String] {
    entries.map { entry in
      entry.tactics.map(\.name).joined(separator: ", ") + " | " + (entry.technique?.id ?? "")
    }
  }

  @Test func `a technique has its name, its parent's, and its tactics, the rule's own first`() throws {
    let entries = table.entries(tags: [
      "attack.persistence", "attack.t1053.005", "cve.2021-1", "attack.s0029",
    ])
    #expect(text(entries) == ["Persistence, Execution, Privilege Escalation | T1053.005"])
    #expect(entries.first?.technique?.name == "Scheduled Task")
    #expect(entries.first?.technique?.parentName == "Scheduled Task/Job")
  }

  @Test func `a tactic that no technique of the rule serves stands alone`() {
    let tags = ["attack.T1059", "attack.impact", "attack.impact", "attack.t1059"]
    #expect(text(table.entries(tags: tags)) == ["Execution | T1059", "Impact | "])
  }

  @Test func `a retired technique leads to what took its place`() throws {
    let old = table.technique("t1562.001")
    #expect(old.id == "T1562.001" && old.name == "Disable or Modify Tools" && old.successor == "T1685")
    #expect(table.tactics(of: "T1562.001").map(\.id) == ["TA0112"])
    #expect(table.technique("T1086").successor == "T1059.001")
    #expect(table.technique("T1064").name == "Scripting" && table.technique("T1064").successor == nil)
  }

  @Test func `an id that ATT&CK never had keeps its id`() {
    let technique = table.technique("T9999")
    #expect(technique.id == "T9999" && technique.name == nil && table.tactics(of: "T9999").isEmpty)
  }

  @Test(arguments: ["defense-evasion", "Defense_Evasion", "stealth", "TA0005", "Defense Evasion"])
  func `a tactic is known by all its names`(_ name: String) {
    #expect(table.tactic(name)?.id == "TA0005")
  }

  @Test func `the table is of version 19 and whole`() {
    #expect(table.version.hasPrefix("v19"))
    #expect(table.tactics.count == 15 && table.techniqueIDs.count == 697)
    #expect(table.techniqueIDs.allSatisfy { !table.tactics(of: $0).isEmpty && AttackTable.isTechnique($0) })
    #expect(table.techniqueIDs.allSatisfy { !$0.contains(".") || table.technique($0).parentName != nil })
  }

  @Test(arguments: ["t1", "t10590", "t1059.1", "t1059.001.2", "s0029", "t", "t1059."])
  func `other tags are no techniques`(_ text: String) {
    #expect(!AttackTable.isTechnique(text))
  }
}

struct EventTests {
  private let table = EventTable.standard

  @Test func `events have the short name of their provider and a title`() {
    let event = table.entry(channel: "Microsoft-Windows-Sysmon/Operational", eventID: 1)
    #expect(
      event.provider == "Sysmon" && event.title == "Process creation" && event.reference == "Sysmon 1")
    let other = table.entry(channel: "Microsoft-Windows-Made-Up/Admin", eventID: nil)
    #expect(other.provider == "Made-Up" && other.title == nil && other.reference == "Made-Up")
  }

  @Test func `data sources of Splunk name events`() {
    #expect(table.entries(dataSource: "Sysmon EventID 1").map(\.reference) == ["Sysmon 1"])
    #expect(
      table.entries(dataSource: "Windows Event Log Security 4688")
        == [table.entry(channel: "Security", eventID: 4688)])
    #expect(
      table.entries(dataSource: "Sysmon EventID 1 AND Sysmon EventID 3").map(\.reference)
        == ["Sysmon 1", "Sysmon 3"])
    #expect(
      table.entries(dataSource: "Powershell Script Block Logging 4104").first?.title
        == "Text of a script block")
    #expect(table.entries(dataSource: "AWS CloudTrail").isEmpty)
  }

  @Test func `an event id is of Elastic's only index that has event ids`() {
    var one = rule("a", .elastic, [ask("event.code", "4688"), ask("event.code", "1", isNegated: true)])
    one.logSource.names = ["logs-system.security*", "winlogbeat-*"]
    var two = rule("b", .elastic, [ask("event.code", "1")])
    two.logSource.names = ["logs-system.security*", "logs-windows.sysmon_operational-*"]
    let catalog = Catalog([one, two])
    #expect(catalog.rule("a")?.events.map(\.reference) == ["Security 4688"])
    #expect(catalog.rule("b")?.events.isEmpty == true)
  }
}
