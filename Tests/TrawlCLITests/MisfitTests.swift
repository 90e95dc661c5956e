import Testing

/// Numbers and Booleans in columns that Defender's tables have as text.
@Suite struct MisfitTests {
  let workspace: Workspace
  private static let head = #"{"Type":"DeviceProcessEvents","ProcessId":7,"DeviceName":8,"#

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      "q.kql", "DeviceProcessEvents | where FileName == '7' or ProcessCommandLine has 'true'")
    let rows = [
      #""FileName":"a.exe"}"#, #""FileName":7}"#, #""FileName":"7","ProcessCommandLine":null}"#,
      #""FileName":7.5,"ProcessCommandLine":true}"#, #""FileName":["7"]}"#,
    ]
    try workspace.write("rows.json", rows.map { Self.head + $0 + "\n" }.joined())
  }

  private func told(_ line: String) throws -> [String] {
    let lines = try workspace.shell(line).error.split(separator: "\n")
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Types") }) else { return [] }
    return [String(lines[start])] + lines[(start + 1)...].prefix { $0.hasPrefix(" ") }.map(String.init)
  }

  private let expected = [
    "Types    3 numbers or Booleans in columns of text: read as text",
    "         FileName: 2, first in rows.json:2", "         ProcessCommandLine: 1, first in rows.json:4",
  ]

  @Test func theyAreCountedByColumnAndReadAsText() throws {
    #expect(try told("trawl scan -r q.kql rows.json") == expected)
    #expect(try workspace.shell("trawl scan -q -r q.kql rows.json").records() == [2, 3, 4, 5])
  }

  @Test func compiledRulesAndQueriesTellThemToo() throws {
    #expect(try told("trawl compile -q -r q.kql -o q.trawl && trawl scan -r q.trawl rows.json") == expected)
    #expect(try told("trawl query q.kql rows.json").contains("         DeviceName: 5, first in rows.json:1"))
  }

  @Test func onlyColumnsThatAQueryNamesAreLookedAt() throws {
    #expect(try told("trawl scan -r q.kql rows.json").allSatisfy { !$0.contains("DeviceName") })
    try workspace.write("other.kql", "DeviceProcessEvents | where ProcessId == 7 | project ProcessId")
    #expect(try told("trawl scan -r other.kql rows.json") == [])
    #expect(try told("trawl scan rows.json") == [], "Sigma's rules do not say what their fields are")
  }

  @Test func rowsInEnvelopesAreLookedAtAndOtherLogsAreNot() throws {
    try workspace.write(
      "hub.json", #"{"category":"AdvancedHunting-DeviceProcessEvents","properties":{"FileName":7}}"#)
    #expect(
      try told("trawl scan -r q.kql hub.json").last == "         properties.FileName: 1, first in hub.json:1")
    try workspace.write("DeviceProcessEvents.csv", "FileName,ProcessCommandLine,ProcessId\n7,true,7\n")
    #expect(try told("trawl scan -r q.kql DeviceProcessEvents.csv") == [])
    #expect(try workspace.shell("trawl scan -q -r q.kql DeviceProcessEvents.csv").records() == [2])
    try workspace.write(
      "other.json", #"{"Channel":"Security","EventID":4688,"FileName":7,"NewProcessName":7}"#)
    #expect(try told("trawl scan -r q.kql other.json") == [])
  }

  @Test func aScanThatGoesOnCountsThoseBefore() throws {
    let scan = "trawl scan -r q.kql --checkpoint point -o out.jsonl rows.json"
    #expect(try told(scan) == expected)
    try workspace.write("zz.json", Self.head + #""FileName":9}"# + "\n")
    #expect(try told(scan + " zz.json").contains("         FileName: 3, first in rows.json:2"))
  }
}
