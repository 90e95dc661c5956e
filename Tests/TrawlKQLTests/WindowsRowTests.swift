import Testing
import TrawlKQL
import TrawlTestSupport

/// Windows events as rows of Defender's tables (6.4), and what the seed query says of them (cases 58 to 61).
struct WindowsRowTests {
  private static func event(_ channel: String, _ id: Int, _ fields: [(String, String)]) -> String {
    let data = fields.map { JSONValue.Member($0.0, .string($0.1)) }
    return JSONValue.object(
      [JSONValue.Member("Channel", .string(channel)), JSONValue.Member("EventID", .number("\(id)"))] + data
    ).compactText
  }

  private static let sysmon = "Microsoft-Windows-Sysmon/Operational"
  private static let shell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"

  private func matches(_ query: String, _ event: String) throws -> Bool {
    let engine = try QueryEngine(loadedQuery(query))
    return try engine.matches([event]) == [true]
  }

  @Test(
    "the seed query reads process creations of Windows",
    arguments: [
      (event(sysmon, 1, [("Image", shell), ("CommandLine", seedPhrase)]), true),
      (event("Security", 4688, [("NewProcessName", shell), ("CommandLine", "")]), false),
      (
        event("Microsoft-Windows-PowerShell/Operational", 4104, [("ScriptBlockText", seedPhrase)]), false
      ),
      (
        event("Security", 4688, [("NewProcessName", "\\\\srv\\s\\cmd.exe"), ("CommandLine", seedPhrase)]),
        true
      ),
      (event(sysmon, 1, [("Image", "C:\\cmd.exe\\calc.exe"), ("CommandLine", seedPhrase)]), false),
      (event(sysmon, 3, [("Image", shell), ("CommandLine", seedPhrase)]), false),
    ])
  func seed(event: String, expected: Bool) throws { #expect(try matches(seedQuery, event) == expected) }

  @Test(
    "what is computed reads the fields that a Windows event has for the columns",
    arguments: [
      ("strcat(FileName, \"|\", ActionType) == \"powershell.exe|ProcessCreated\"", true),
      ("FolderPath endswith strcat(\"\\\\\", FileName)", true), ("FolderPath has FileName", true),
      ("ActionType == FileName", false), ("strlen(FileName) == 14", true),
      ("Timestamp > datetime(2024-02-29)", true), ("TimeGenerated < datetime(2024-02-29)", false),
      ("hourofday(Timestamp) == 12", true),
      ("tolower(strcat(RemoteUrl, ProcessCommandLine)) has \"tcpclient\"", true),
      ("isnull(ProcessId + 1)", true), ("extract(@'(\\w+)\\.exe', 1, FolderPath) == \"powershell\"", true),
    ])
  func computed(condition: String, expected: Bool) throws {
    let event = Self.event(
      Self.sysmon, 1,
      [("Image", Self.shell), ("CommandLine", seedPhrase), ("UtcTime", "2024-02-29 12:30:00.123")])
    #expect(try matches("DeviceProcessEvents\n| where \(condition)", event) == expected)
  }

  @Test(
    "a file name is what stands behind the last separator, whatever the operator",
    arguments: [
      ("FileName == \"powershell.exe\"", true), ("FileName =~ \"POWERSHELL.EXE\"", true),
      ("FileName startswith \"power\"", true), ("FileName contains \"v1.0\"", false),
      ("FileName endswith \"shell.exe\"", true), ("FileName has \"system32\"", false),
      ("FileName matches regex \"^power\"", true), ("FileName in~ (\"cmd.exe\", \"PowerShell.exe\")", true),
      ("FileName != \"powershell.exe\"", false), ("FileName startswith \"po\"", true),
      ("FileName startswith \"C:\"", false), ("FolderPath startswith \"C:\"", true),
      ("FileName in (\"a\")", false),
      ("isnotempty(FileName)", true), ("isempty(FileName)", false),
      ("ActionType == \"ProcessCreated\"", true), ("ActionType =~ \"processcreated\"", true),
      ("ActionType != \"ProcessCreated\"", false), ("ActionType has \"process\"", false),
      ("ActionType in (\"FileCreated\", \"ProcessCreated\")", true), ("isempty(ActionType)", false),
      ("ActionType matches regex \"^Process\"", true),
      ("not(ActionType startswith \"File\")", true), ("AccountName == \"ada\"", true),
      ("isempty(SHA256)", true),
    ])
  func fileNames(condition: String, expected: Bool) throws {
    let event = Self.event(Self.sysmon, 1, [("Image", Self.shell), ("User", "LAB\\ada")])
    #expect(try matches("DeviceProcessEvents\n| where \(condition)", event) == expected)
  }
}
