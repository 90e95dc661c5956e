import Foundation
import Testing

/// Queries that look into tables of events, for which the logs are read once before.
@Suite struct TwoPassTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    func process(_ device: String, _ name: String) -> String {
      "{\"Type\":\"DeviceProcessEvents\",\"DeviceId\":\"\(device)\",\"FileName\":\"\(name)\"}\n"
    }
    func connection(_ device: String, _ port: Int) -> String {
      "{\"Type\":\"DeviceNetworkEvents\",\"DeviceId\":\"\(device)\",\"RemotePort\":\(port)}\n"
    }
    try workspace.write(
      "a.json", process("a", "cmd.exe") + process("b", "cmd.exe") + process("c", "sh") + connection("x", 443))
    try workspace.write("b.json", connection("b", 443) + connection("c", 80) + process("b", "net.exe"))
    try workspace.write(
      "list.kql",
      """
      let talkers = DeviceNetworkEvents | where RemotePort == 443 | distinct DeviceId;
      DeviceProcessEvents | where DeviceId in (talkers)
      """)
    try workspace.write(
      "join.kql",
      """
      DeviceProcessEvents
      | join kind=leftanti (DeviceNetworkEvents | where RemotePort == 443) on DeviceId
      | project FileName
      """)
    try workspace.write("plain.kql", "DeviceProcessEvents | where FileName == 'sh'")
  }

  private func findings(_ options: String) throws -> [String] {
    try workspace.shell("trawl scan -q \(options)").lines.map { line in
      let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let rule = finding?["rule"] as? [String: Any]
      let source = finding?["source"] as? [String: Any]
      return "\(rule?["title"] ?? "") \(source?["file"] ?? ""):\(source?["record"] ?? 0)"
    }
  }

  @Test func `an event matches by what is in another file`() throws {
    #expect(try findings("-r list.kql a.json b.json") == ["list a.json:2", "list b.json:3"])
    #expect(try findings("-r join.kql a.json b.json") == ["join a.json:1", "join a.json:3"])
    #expect(try findings("-r list.kql a.json") == [])
  }

  @Test func `where a query filters on counts, the events of the groups that pass match`() throws {
    try workspace.write(
      "count.kql",
      """
      DeviceProcessEvents | where FileName != "x" | summarize N = count(), Names = make_set(FileName) by DeviceId, L = LogonId
      | where N > 1 | where DeviceId != "q" | project DeviceId, Names
      """)
    try workspace.write(
      "extreme.kql",
      "DeviceProcessEvents | summarize arg_max(ProcessId, *) by DeviceId | where FileName == 'sh'")
    #expect(try findings("-r count.kql a.json b.json") == ["count a.json:2", "count b.json:3"])
    let run = try workspace.shell("trawl query -q count.kql a.json b.json")
    #expect(run.output == "{\"DeviceId\":\"b\",\"Names\":[\"cmd.exe\",\"net.exe\"]}\n")
    #expect(!(try workspace.trawl("query", "count.kql", "a.json").error.contains("read once before")))
    let extreme = try workspace.trawl("check", "-r", "extreme.kql").output
    #expect(extreme.contains("1 full (1 as tables only)"), "\(extreme)")
  }

  @Test func `queries of both kinds run beside each other`() throws {
    let both = try findings("-r list.kql -r plain.kql a.json b.json")
    #expect(both == ["list a.json:2", "plain a.json:3", "list b.json:3"])
  }

  @Test func `trawl query makes the same rows`() throws {
    let run = try workspace.shell("trawl query -q join.kql a.json b.json --format csv")
    #expect(run.output == "FileName\r\ncmd.exe\r\nsh\r\n")
  }

  @Test func `the first pass is told, and made for rules that are used only`() throws {
    let told = "the logs are read once before, for 1 table that queries look into"
    #expect(try workspace.trawl("scan", "-r", "list.kql", "a.json").error.contains(told))
    let other = try workspace.shell("trawl scan --strict -r list.kql -r plain.kql --rule plain a.json")
    #expect(!other.error.contains("read once before"))
    #expect(other.status == 0 && !other.error.contains("refused"), "\(other.error)")
  }

  @Test(arguments: ["--one-pass a.json b.json", "- < a.json"])
  func `where the logs are read once those queries are refused, and the others run`(logs: String) throws {
    let run = try workspace.shell("trawl scan -r list.kql -r plain.kql \(logs)")
    #expect(run.status == 0)
    #expect(try run.records() == [3])
    #expect(run.error.contains("1 refused"), "\(run.error)")
    let alone = try workspace.shell("trawl scan -r list.kql \(logs)")
    #expect(alone.error.contains("the logs must be read twice"))
  }

  @Test func `a query over standard input, and compiled rules, say that they cannot`() throws {
    let run = try workspace.shell("trawl query list.kql - < a.json")
    #expect(run.status == 3)
    #expect(run.error.contains("reads the logs twice, which standard input cannot be"))
    let compiled = try workspace.shell("trawl compile -r list.kql -r plain.kql -o rules.trawl")
    #expect(compiled.error.contains("1 refused"), "\(compiled.error)\(compiled.output)")
    #expect(try findings("-r rules.trawl a.json b.json") == ["plain a.json:3"])
  }

  @Test func `check counts them, and explain says so`() throws {
    #expect(
      try workspace.trawl("check", "-r", "list.kql").output.contains("and 1 query that reads the logs twice"))
    let text = try workspace.trawl("explain", "-r", "list.kql", "list.kql").output
    #expect(text.contains("It looks into tables of events"), "\(text)")
  }
}
