import Testing
import TrawlKQL
import TrawlQuery
import TrawlRows

/// Joins, and tables within conditions, by the pages of learn.microsoft.com on them, with rows of our own.
struct JoinTests {
  private static func process(_ device: String, _ id: Int64?, _ name: String) -> SampleRow {
    SampleRow(
      [
        "DeviceId": .string(device), "ProcessId": id.map { .integer($0) } ?? .null(.long),
        "FileName": .string(name),
      ], table: "DeviceProcessEvents")
  }

  private static func connection(_ device: String, _ id: Int64?, _ port: Int64) -> SampleRow {
    SampleRow([
      "DeviceId": .string(device), "InitiatingProcessId": id.map { .integer($0) } ?? .null(.long),
      "RemotePort": .integer(port),
    ])
  }

  private let events = [
    process("a", 1, "cmd"), process("a", 2, "net"), process("b", 1, "sh"), process("b", nil, "ps"),
    process("a", 1, "cmd2"),
    connection("a", 1, 443), connection("a", 1, 80), connection("b", 1, 22), connection("c", 9, 53),
    connection("b", nil, 1),
  ]

  private func check(
    _ query: String, _ expected: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    let found = lines(try result(of: query, events, at: location))
    #expect(found == expected, "\(found)", sourceLocation: location)
  }

  private func check(
    kind: String, _ expected: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    try check(
      """
      DeviceProcessEvents
      | join kind=\(kind) (DeviceNetworkEvents | project DeviceId, Id = InitiatingProcessId, RemotePort)
          on DeviceId, $left.ProcessId == $right.Id
      | project-keep DeviceId, ProcessId, FileName, RemotePort, DeviceId1
      """, expected, at: location)
  }

  @Test func `inner pairs each row with each partner, and the second column of a name gets a number`() throws
  {
    try check(
      kind: "inner",
      [
        "DeviceId|FileName|ProcessId|DeviceId1|RemotePort", "a|cmd|1|a|443", "a|cmd|1|a|80", "b|sh|1|b|22",
        "a|cmd2|1|a|443", "a|cmd2|1|a|80",
      ])
  }

  @Test func `without a kind one left row of a key takes part, the first`() throws {
    try check(
      kind: "innerunique",
      [
        "DeviceId|FileName|ProcessId|DeviceId1|RemotePort", "a|cmd|1|a|443", "a|cmd|1|a|80", "b|sh|1|b|22",
      ])
    try check(
      """
      DeviceProcessEvents | project DeviceId, FileName
      | join (DeviceNetworkEvents | where RemotePort == 443) on DeviceId | project FileName
      """, ["FileName", "cmd"])
  }

  @Test func `outer joins keep what has no partner, and null has none`() throws {
    try check(
      kind: "leftouter",
      [
        "DeviceId|FileName|ProcessId|DeviceId1|RemotePort", "a|cmd|1|a|443", "a|cmd|1|a|80", "a|net|2||-",
        "b|sh|1|b|22", "b|ps|-||-", "a|cmd2|1|a|443", "a|cmd2|1|a|80",
      ])
    try check(
      kind: "rightouter",
      [
        "DeviceId|FileName|ProcessId|DeviceId1|RemotePort", "a|cmd|1|a|443", "a|cmd|1|a|80", "b|sh|1|b|22",
        "a|cmd2|1|a|443", "a|cmd2|1|a|80", "||-|c|53", "||-|b|1",
      ])
    try check(
      kind: "fullouter",
      [
        "DeviceId|FileName|ProcessId|DeviceId1|RemotePort", "a|cmd|1|a|443", "a|cmd|1|a|80", "a|net|2||-",
        "b|sh|1|b|22", "b|ps|-||-", "a|cmd2|1|a|443", "a|cmd2|1|a|80", "||-|c|53", "||-|b|1",
      ])
  }

  @Test(arguments: [
    ("leftsemi", ["cmd", "sh", "cmd2"]), ("leftanti", ["net", "ps"]), ("anti", ["net", "ps"]),
    ("leftantisemi", ["net", "ps"]),
  ])
  func `semi and anti joins give rows of the left side`(kind: String, expected: [String]) throws {
    try check(
      """
      DeviceProcessEvents
      | join kind=\(kind) (DeviceNetworkEvents)
          on $left.DeviceId == $right.DeviceId and $right.InitiatingProcessId == $left.ProcessId
      | project FileName
      """, ["FileName"] + expected)
  }

  @Test(arguments: [("rightsemi", ["443", "80", "22"]), ("rightanti", ["53", "1"])])
  func `or of the right side, each once`(kind: String, expected: [String]) throws {
    try check(
      """
      DeviceProcessEvents
      | join kind=\(kind) (DeviceNetworkEvents)
          on DeviceId, $left.ProcessId == $right.InitiatingProcessId
      | project RemotePort
      """, ["RemotePort"] + expected)
  }

  @Test func `lookup keeps all rows and does not repeat the key`() throws {
    try check(
      """
      DeviceProcessEvents | project DeviceId, FileName
      | lookup (DeviceNetworkEvents | where RemotePort in (443, 53) | project DeviceId, RemotePort) on DeviceId
      """, ["DeviceId|FileName|RemotePort", "a|cmd|443", "a|net|443", "b|sh|-", "b|ps|-", "a|cmd2|443"])
  }

  @Test func `a summarized side and a datatable can be joined`() throws {
    try check(
      """
      DeviceProcessEvents | summarize Names = dcount(FileName) by DeviceId
      | join kind=inner (DeviceNetworkEvents | summarize Ports = count() by DeviceId) on DeviceId
      | project DeviceId, Names, Ports
      """, ["DeviceId|Names|Ports", "a|3|2", "b|2|2"])
    try check(
      """
      let names = datatable(FileName: string, Note: string) ["net", "n", "cmd", "c"];
      DeviceProcessEvents | join kind=inner names on FileName | project Note, ProcessId
      """, ["Note|ProcessId", "c|1", "n|2"])
  }

  @Test func `a list may be a column of another table, and of a table that looks into a third`() throws {
    try check(
      """
      let https = DeviceNetworkEvents | where RemotePort == 443 | distinct DeviceId;
      let names = DeviceProcessEvents | where DeviceId in (https) | project FileName;
      DeviceProcessEvents | where FileName !in (names) | project FileName
      """, ["FileName", "sh", "ps"])
    try check(
      """
      DeviceProcessEvents
      | where DeviceId in~ ((DeviceNetworkEvents | where RemotePort == 22 | project toupper(DeviceId)))
      | project FileName
      """, ["FileName", "sh", "ps"])
  }

  @Test func `tables that are summarized stand behind each other in a union`() throws {
    try check(
      """
      let a = DeviceProcessEvents | summarize N = count() by DeviceId;
      let b = DeviceNetworkEvents | summarize N = count(), Ports = make_set(RemotePort) by DeviceId;
      union a, b | where N > 1 | sort by DeviceId asc, N asc | project DeviceId, N, Ports
      """, ["DeviceId|N|Ports", "a|2|[443,80]", "a|3|-", "b|2|-", "b|2|[22,1]"])
    try check(
      """
      DeviceProcessEvents | project FileName | where FileName startswith "c"
      | union (DeviceProcessEvents | top 1 by ProcessId | project FileName, ProcessId)
      """, ["FileName|ProcessId", "cmd|-", "cmd2|-", "net|2"])
  }

  @Test func `toscalar is the first value, or null of its type where there is no row`() throws {
    try check(
      """
      let most = toscalar(DeviceNetworkEvents | summarize max(RemotePort));
      DeviceProcessEvents | extend most | project most | take 1
      """, ["most", "443"])
    try check(
      """
      let none = toscalar(DeviceNetworkEvents | where RemotePort == 7 | project RemotePort);
      DeviceProcessEvents | where isnull(none) | take 1 | project FileName, none
      """, ["FileName|none", "cmd|-"])
    try check(
      """
      let ports = toscalar(DeviceNetworkEvents | summarize make_set(RemotePort));
      DeviceProcessEvents | where ProcessId in (ports) | project FileName
      """, ["FileName", "cmd", "sh", "cmd2"])
  }

  @Test func `long lists are looked up and find what short ones find`() throws {
    let long = (0..<5000).map { "'x\($0)'" } + ["'net'", "'SH'"]
    try check(
      "DeviceProcessEvents | where FileName in (\(long.joined(separator: ","))) | project FileName",
      ["FileName", "net"])
    try check(
      "DeviceProcessEvents | where FileName in~ (\(long.joined(separator: ","))) | project FileName",
      ["FileName", "net", "sh"])
    try check(
      "DeviceProcessEvents | where FileName !in~ (\(long.joined(separator: ","))) | project FileName",
      ["FileName", "cmd", "ps", "cmd2"])
  }

  @Test func `a join that keeps too much is given up`() throws {
    let limit = MemoryBudget(limit: 200)
    #expect(throws: QueryLimit.self) {
      _ = try result(
        of: "DeviceProcessEvents | join (DeviceNetworkEvents) on DeviceId | project FileName", events,
        budget: limit)
    }
  }
}
