import Foundation
import Testing
import TrawlTestSupport

/// `trawl query`, end to end.
struct QueryTests {
  private static func row(_ members: String) -> String { #"{"Type":"DeviceProcessEvents",\#(members)}"# }

  private static let rows = [
    row(
      #""TimeGenerated":"2026-03-01T10:00:00.1234567Z","DeviceName":"pc1","FileName":"cmd.exe","ProcessId":100,"AdditionalFields":{"a":{"b":[1,"x}"]}}"#
    ),
    row(
      #""TimeGenerated":"2026-03-01T11:00:00Z","DeviceName":"pc2","FileName":"net.exe","AdditionalFields":"{\"a\":7}""#
    ),
    row(#""TimeGenerated":"2026-03-01T12:00:00Z","DeviceName":"pc2","FileName":"cmd.exe","ProcessId":7"#),
    #"{"category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-03-01T13:00:00Z","DeviceName":"pc3","FileName":"cmd.exe","ProcessId":9}}"#,
    #"{"Channel":"Security","EventID":4688,"TimeCreated":"2026-03-01T14:00:00Z","Computer":"pc4","NewProcessName":"C:\\Windows\\cmd.exe","SubjectUserName":"ada"}"#,
  ].joined(separator: "\n")

  private func run(
    _ query: String, _ options: String..., rows: String = QueryTests.rows
  ) throws -> Workspace.Run {
    let workspace = try Workspace()
    try workspace.write("q.kql", query)
    try workspace.write("rows.jsonl", rows)
    return try workspace.run(["query", "q.kql", "rows.jsonl"] + options, environment: [:])
  }

  @Test func `rows of all sources are one table with typed columns`() throws {
    let run = try run(
      "DeviceProcessEvents | project Timestamp, DeviceName, FileName, ProcessId, AdditionalFields")
    #expect(run.status == 0, "\(run.error)")
    #expect(
      run.output == """
        {"Timestamp":"2026-03-01T10:00:00.1234567Z","DeviceName":"pc1","FileName":"cmd.exe","ProcessId":100,"AdditionalFields":{"a":{"b":[1,"x}"]}}}
        {"Timestamp":"2026-03-01T11:00:00.0000000Z","DeviceName":"pc2","FileName":"net.exe","ProcessId":null,"AdditionalFields":{"a":7}}
        {"Timestamp":"2026-03-01T12:00:00.0000000Z","DeviceName":"pc2","FileName":"cmd.exe","ProcessId":7,"AdditionalFields":null}
        {"Timestamp":"2026-03-01T13:00:00.0000000Z","DeviceName":"pc3","FileName":"cmd.exe","ProcessId":9,"AdditionalFields":null}
        {"Timestamp":"2026-03-01T14:00:00.0000000Z","DeviceName":"pc4","FileName":"cmd.exe","ProcessId":null,"AdditionalFields":null}

        """)
    #expect(run.error.contains("5 rows of 5 matching events"))
  }

  @Test func `a threshold is a table, and a scan has the events of the groups that pass`() throws {
    let query = """
      DeviceProcessEvents
      | where Timestamp > ago(7d)
      | summarize Hits = count(), Devices = make_set(DeviceName) by FileName
      | where Hits > 1
      """
    let run = try run(query, "--format", "csv")
    #expect(
      run.output
        == "FileName,Hits,Devices\r\ncmd.exe,4,\"[\"\"pc1\"\",\"\"pc2\"\",\"\"pc3\"\",\"\"pc4\"\"]\"\r\n")
    #expect(run.error.contains("time filter lifted"))
    let workspace = try Workspace()
    try workspace.write("q.kql", query)
    try workspace.write("rows.jsonl", QueryTests.rows)
    let scan = try workspace.trawl("scan", "-r", "q.kql", "rows.jsonl")
    #expect(scan.status == 0)
    #expect(scan.lines.count == 4, "\(scan.output)\(scan.error)")
    try workspace.write("count.kql", "DeviceProcessEvents | count")
    let whole = try workspace.trawl("scan", "-r", "count.kql", "rows.jsonl")
    #expect(whole.status == 3 && whole.error.contains("trawl query makes its table"), "\(whole.error)")
    let check = try workspace.trawl("check", "-r", "count.kql").output
    #expect(check.contains("1 full (1 as tables only)"))
  }

  @Test func `the columns that no row fills are named`() throws {
    let run = try run("DeviceProcessEvents | project FileName, SHA1, AccountUpn")
    #expect(run.error.contains("no row of DeviceProcessEvents had a value in AccountUpn, SHA1"))
    #expect(!run.error.contains("FileName,"))
  }

  @Test func `take ends the reading early`() throws {
    let run = try run("DeviceProcessEvents | take 1 | project DeviceName")
    #expect(run.output == "{\"DeviceName\":\"pc1\"}\n")
    #expect(run.error.contains("no further row could change the result"))
  }

  @Test func `formats`() throws {
    let query = "DeviceProcessEvents | summarize N = count() by DeviceName | top 2 by N"
    let json = try run(query, "--format", "json").output
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(document.count == 1 && (document[0]["rows"] as? [[String: Any]])?.count == 2)
    #expect((document[0]["columns"] as? [[String: String]])?.last == ["name": "N", "type": "long"])
    #expect(
      try run(query, "--format", "markdown").output
        == "| DeviceName | N |\n| --- | ---: |\n| pc2 | 2 |\n| pc1 | 1 |\n")
    #expect(
      try run(query, "--format", "table").output
        == "DeviceName  N\n──────────  ─\npc2         2\npc1         1\n")
  }

  @Test func `text of a log is harmless in every format`() throws {
    let rows = QueryTests.row(#""DeviceName":"=cmd|' \u001b[31m\n| x","FileName":"a""#)
    for format in ["table", "csv", "json", "jsonl", "markdown"] {
      let output = try run("DeviceProcessEvents | project DeviceName", "--format", format, rows: rows).output
      #expect(!output.contains("\u{1B}"), "\(format)")
    }
    #expect(
      try run("DeviceProcessEvents | project DeviceName", "--format", "csv", rows: rows).output.contains(
        "\r\n'=cmd"))
  }

  @Test func `queries of a file run in one pass, and a file of CSV holds one`() throws {
    let text =
      "DeviceProcessEvents | count;\nDeviceProcessEvents | where FileName == 'net.exe' | project DeviceName"
    let all = try run(text)
    #expect(
      all.output == "{\"@query\":\"q.kql#1\",\"Count\":5}\n{\"@query\":\"q.kql#2\",\"DeviceName\":\"pc2\"}\n")
    let csv = try run(text, "--format", "csv")
    #expect(csv.status == 3 && csv.error.contains("choose one with --query: q.kql#1, q.kql#2"))
    #expect(try run(text, "--format", "csv", "--query", "q.kql#1").output == "Count\r\n5\r\n")
    #expect(try run(text, "--query", "q.kql#9").status == 3)
  }

  @Test func `a query without a table says why and what to do`() throws {
    let run = try run("DeviceProcessEvents | evaluate bag_unpack(AdditionalFields)")
    #expect(run.status == 3)
    #expect(
      run.error.contains("'evaluate' is not supported") && run.error.contains("trawl scan -r"))
    #expect(run.output.isEmpty)
  }

  @Test func `more memory than allowed is an error, and no half of a table`() throws {
    let rows = (0..<20_000).map { QueryTests.row("\"DeviceName\":\"a long name of device \($0)\"") }
      .joined(separator: "\n")
    let run = try run("DeviceProcessEvents | distinct DeviceName | count", "--max-memory", "1", rows: rows)
    #expect(run.status == 3 && run.output.isEmpty)
    #expect(run.error.contains("'distinct' would take more than 1 MiB (--max-memory)"), "\(run.error)")
  }

  @Test func `a table of log sources says which other events are rows`() throws {
    let workspace = try Workspace()
    try workspace.write(
      "rows.jsonl", #"{"Channel":"Contoso","EventID":7,"Exe":"C:\\Tools\\a.exe","Computer":"pc1"}"#)
    try workspace.write(
      "more.tsv",
      "route\tcontoso_process DeviceProcessEvents\tContoso\t7\tonly FileName=basename(Exe) DeviceName=Computer\n"
    )
    let query = "DeviceProcessEvents | project FileName, DeviceName"
    #expect(try workspace.trawl("query", "-e", query, "rows.jsonl").output.isEmpty)
    let run = try workspace.trawl("query", "-e", query, "--logsources", "more.tsv", "rows.jsonl")
    #expect(run.output == #"{"FileName":"a.exe","DeviceName":"pc1"}"# + "\n", "\(run.error)")
    try workspace.write("bad.tsv", "rout\tx\n")
    let bad = try workspace.trawl("query", "-e", query, "--logsources", "bad.tsv", "rows.jsonl")
    #expect(bad.status == 3 && bad.error.contains("bad.tsv:1: error: unknown kind of entry 'rout'"))
  }

  @Test func `the same rows come whatever the number of threads`() throws {
    let rows = (0..<5_000).map { QueryTests.row("\"DeviceName\":\"d\($0 % 97)\",\"ProcessId\":\($0)") }
      .joined(separator: "\n")
    let query =
      "DeviceProcessEvents | summarize arg_max(ProcessId, DeviceName), make_list(ProcessId, 3) by N = ProcessId % 7"
    #expect(try run(query, "-j1", rows: rows).output == run(query, "-j4", rows: rows).output)
    #expect(try run(query, rows: rows).lines.count == 7)
  }

  @Test func `a query from the command line, and strict times`() throws {
    let workspace = try Workspace()
    try workspace.write("rows.jsonl", QueryTests.rows)
    let query = "DeviceProcessEvents | where Timestamp > ago(90m) | count"
    let lifted = try workspace.trawl("query", "-e", query, "rows.jsonl")
    #expect(lifted.output == "{\"Count\":5}\n")
    let strict = try workspace.trawl(
      "query", "-e", query, "--kql-time", "strict", "--kql-now", "2026-03-01T13:20:00Z", "rows.jsonl")
    #expect(strict.output == "{\"Count\":3}\n", "\(strict.error)")
    #expect(try workspace.trawl("query", "-e", "DeviceProcessEvents | wher x", "rows.jsonl").status == 3)
    #expect(try workspace.trawl("query", "-e", query).status == 3)
  }
}
