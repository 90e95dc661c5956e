import Foundation
import Testing

/// Logs that are not JSON, by the command.
@Suite struct FormatTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write(
      "rules/linux.yml",
      """
      title: Evil Login
      id: 33333333-2222-4333-8444-555555555555
      level: low
      logsource: {product: linux, service: sshd}
      detection:
        keywords: [evil]
        condition: keywords
      """)
    try workspace.write(
      "rules/audit.yml",
      """
      title: Evil Argument
      id: 44444444-2222-4333-8444-555555555555
      level: low
      logsource: {product: linux, service: auditd}
      detection:
        selection: {type: EXECVE, a1|contains: evil}
        condition: selection
      """)
  }

  private static let xml = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1</EventID>
    <TimeCreated SystemTime='2026-01-02T03:04:05.678Z'/><EventRecordID>77</EventRecordID>
    <Channel>Microsoft-Windows-Sysmon/Operational</Channel></System><EventData>
    <Data Name='CommandLine'>run &quot;evil&quot;</Data></EventData></Event></Events>
    """

  private static let csv = """
    Channel,EventID,CommandLine
    Microsoft-Windows-Sysmon/Operational,1,"run ""it"",
    again"
    Microsoft-Windows-Sysmon/Operational,1,run evil.exe
    """

  private static let auditd = """
    type=CWD msg=audit(1767323045.678:1): cwd="/evil"
    type=EXECVE msg=audit(1767323045.678:1): argc=2 a0="run" a1=6576696C2E736820

    """

  private static let syslog = """
    Jan  2 03:04:05 ws1 cron[7]: evil
    Jan  2 03:04:06 ws1 sshd[8]: Failed password for evil from 192.0.2.1

    """

  private func scan(_ data: Data, _ options: String...) throws -> Workspace.Run {
    try workspace.write("log", data)
    return try workspace.run(["scan", "-r", "rules", "--format", "jsonl", "log"] + options, environment: [:])
  }

  private func findings(_ text: String, _ options: String...) throws -> [String] {
    try workspace.write("log", text)
    let run = try workspace.run(
      ["scan", "-q", "-r", "rules", "--format", "jsonl", "log"] + options, environment: [:])
    return try run.findings().map { "\($0.rule.title) \($0.source.record) \($0.timestamp ?? "-")" }
  }

  @Test func aLogIsRecognisedByItsContent() throws {
    #expect(try findings(FormatTests.xml) == ["Evil Command 77 2026-01-02T03:04:05.678Z"])
    #expect(try findings(FormatTests.csv) == ["Evil Command 4 -"])
    #expect(try findings(FormatTests.auditd) == ["Evil Argument 2 2026-01-02T03:04:05.678Z"])
    #expect(try findings(FormatTests.syslog) == ["Evil Login 2 -"])
  }

  @Test func theUserMaySayWhatItIs() throws {
    #expect(try findings(FormatTests.xml, "--input-format", "xml").count == 1)
    #expect(try findings(FormatTests.csv, "--input-format", "csv").count == 1)
    #expect(try findings(FormatTests.auditd, "--input-format", "auditd").count == 1)
    #expect(try findings(FormatTests.syslog, "--input-format", "syslog").count == 1)
    let text = ["--input-format", "text", "--logsource", "product=linux,service=sshd"]
    try workspace.write("log", "nothing\nan evil line\n")
    let run = try workspace.run(
      ["scan", "-q", "-r", "rules", "--format", "jsonl", "log"] + text, environment: [:])
    #expect(try run.records() == [2])
    let json = try scan(Data("not json".utf8), "--input-format", "json")
    #expect(json.error.contains("Unread   1 record: 1 not a JSON object"), "\(json.error)")
  }

  @Test func plainLinesNeedALogSource() throws {
    let run = try scan(Data("evil\n".utf8), "--input-format", "text")
    #expect(run.status == 3)
    #expect(run.error.contains("--input-format text needs --logsource"))
    let skipped = try scan(Data("evil\n".utf8))
    #expect(skipped.status == 3)
    #expect(skipped.error.contains("log: no log that is known"))
  }

  @Test func theWholeEventIsWrittenAsJSON() throws {
    for (text, wanted) in [
      (FormatTests.xml, "\"CommandLine\":\"run \\\"evil\\\"\""), (FormatTests.csv, "\"EventID\":\"1\""),
      (FormatTests.auditd, "\"a1\":\"evil.sh \""), (FormatTests.syslog, "\"ProgramName\":\"sshd\""),
    ] {
      let run = try scan(Data(text.utf8), "--event", "full")
      let line = try #require(run.lines.first)
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(event?["event"] is [String: Any], "\(line)")
      #expect(line.contains(wanted), "\(line)")
    }
  }

  @Test func textOfTwoBytesACharacterIsRead() throws {
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
      let mark = encoding == .utf16LittleEndian ? Data([0xFF, 0xFE]) : Data([0xFE, 0xFF])
      for text in [FormatTests.xml, FormatTests.csv, Workspace.event("evil ä𝄞") + "\n"] {
        let data = try #require(text.data(using: encoding))
        let run = try scan(mark + data, "--event", "full")
        #expect(run.lines.count == 1, "\(run.error)")
        if text.contains("𝄞") { #expect(run.output.contains("evil ä𝄞")) }
      }
    }
  }

  @Test func aTableIsOneAlsoInAnArchiveAndInPieces() throws {
    let rows = (1...30_000).map {
      "Microsoft-Windows-Sysmon/Operational,1,\"run\n\($0 % 1000 == 0 ? "evil" : "it")\""
    }
    try workspace.write("t.csv", "Channel,EventID,CommandLine\n" + rows.joined(separator: "\n") + "\n")
    let run = try workspace.shell("gzip -k t.csv; trawl scan -q -r rules --format jsonl t.csv t.csv.gz")
    let wanted = (1...30).map { $0 * 2000 }
    #expect(try run.records() == wanted + wanted)
    #expect(
      try run.findings().map(\.source.file) == wanted.map { _ in "t.csv" } + wanted.map { _ in "t.csv.gz" })
  }
}
