import Testing
import TrawlKQL
import TrawlTestSupport

/// Windows events as rows of Defender's tables, spelled as Defender spells them (6.4).
struct MappingTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var channel: String
    var id: Int
    var fields: [(String, String)]
    var table: String
    /// Conditions that hold of the row, and some that do not.
    var holds: [String]
    var fails: [String] = []
    var testDescription: String { "\(channel) \(id) \(table)" }
  }

  static let sysmon = "Microsoft-Windows-Sysmon/Operational"

  static let processes = [
    Example(
      channel: sysmon, id: 1,
      fields: [
        ("Image", "C:\\Tools\\a.exe"), ("User", "LAB\\Ada"), ("LogonId", "0x3e7"),
        ("ParentImage", "C:\\P.EXE"),
        ("Hashes", "SHA1=AB,MD5=CD,SHA256=EF,IMPHASH=00"), ("Computer", "WS01.lab"),
      ], table: "DeviceProcessEvents",
      holds: [
        "AccountName == \"ada\"", "AccountDomain == \"lab\"", "SHA256 == \"ef\"", "SHA1 =~ \"AB\"",
        "MD5 has \"cd\"", "LogonId == 999", "LogonId > 998", "InitiatingProcessFolderPath == @\"c:\\p.exe\"",
        "InitiatingProcessFileName == \"P.EXE\"", "DeviceName == \"WS01.lab\"", "DeviceName has \"ws01\"",
        "AccountName matches regex \"^a\"", "isnotempty(SHA256)", "AccountName in (\"ada\", \"bob\")",
      ],
      fails: ["AccountName == \"Ada\"", "SHA256 == \"EF\"", "SHA256 has \"00\"", "AccountName has \"lab\""]),
    Example(
      channel: "Security", id: 4688,
      fields: [
        ("NewProcessName", "C:\\a.exe"), ("NewProcessId", "0x1a2c"), ("ProcessId", "0x4"),
        ("TokenElevationType", "%%1937"), ("MandatoryLabel", "S-1-16-12288"), ("SubjectUserName", "ADA"),
      ], table: "DeviceProcessEvents",
      holds: [
        "ProcessId == 6700", "ProcessId between (6000 .. 7000)", "InitiatingProcessId == 4",
        "ProcessTokenElevation == \"TokenElevationTypeFull\"", "ProcessIntegrityLevel == \"High\"",
        "AccountName == \"ada\"", "isempty(SHA1)", "SHA1 != \"x\"",
      ], fails: ["ProcessId == 4", "isnotempty(SHA1)", "SHA1 == \"x\""]),
  ]

  static let connections = [
    Example(
      channel: sysmon, id: 3,
      fields: [
        ("Initiated", "true"), ("SourceIp", "10.0.0.5"), ("SourcePort", "50000"),
        ("DestinationIp", "8.8.8.8"),
        ("DestinationPort", "443"), ("Protocol", "tcp"), ("DestinationHostname", "dns.google"),
      ], table: "DeviceNetworkEvents",
      holds: [
        "ActionType == \"ConnectionSuccess\"", "RemoteIP == \"8.8.8.8\"", "RemotePort == 443",
        "LocalIPType == \"Private\"", "RemoteIPType == \"Public\"", "Protocol == \"Tcp\"",
        "RemoteUrl has \"google\"", "not(ipv4_is_private(RemoteIP))",
      ], fails: ["ActionType == \"InboundConnectionAccepted\"", "Protocol == \"tcp\"", "RemoteIP has \"10\""]),
    Example(
      channel: sysmon, id: 3,
      fields: [
        ("Initiated", "false"), ("SourceIp", "10.0.0.5"), ("DestinationIp", "127.0.0.1"),
        ("DestinationPort", "3389"),
      ],
      table: "DeviceNetworkEvents",
      holds: [
        "ActionType == \"InboundConnectionAccepted\"", "RemoteIP == \"10.0.0.5\"", "LocalPort == 3389",
        "LocalIPType == \"Loopback\"",
      ], fails: ["ActionType == \"ConnectionSuccess\"", "RemotePort == 3389"]),
    Example(
      channel: "Security", id: 5156,
      fields: [
        ("Direction", "%%14593"), ("SourceAddress", "10.0.0.5"), ("DestAddress", "1.1.1.1"),
        ("Protocol", "17"),
      ],
      table: "DeviceNetworkEvents",
      holds: ["ActionType == \"ConnectionSuccess\"", "RemoteIP == \"1.1.1.1\"", "Protocol == \"Udp\""]),
    Example(
      channel: "Security", id: 5157, fields: [("DestAddress", "1.1.1.1")], table: "DeviceNetworkEvents",
      holds: ["ActionType == \"ConnectionFailed\""], fails: ["ActionType has \"Success\""]),
  ]

  static let registry = [
    Example(
      channel: sysmon, id: 13,
      fields: [
        ("EventType", "SetValue"),
        ("TargetObject", "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\evil"),
        ("Details", "DWORD (0x0000000f)"),
      ], table: "DeviceRegistryEvents",
      holds: [
        "ActionType == \"RegistryValueSet\"", "RegistryKey endswith @\"\\CurrentVersion\\Run\"",
        "RegistryKey startswith @\"HKEY_LOCAL_MACHINE\\Software\"", "RegistryValueName == \"evil\"",
        "RegistryValueData == \"15\"", "RegistryKey has \"HKEY_LOCAL_MACHINE\"",
        "RegistryKey has @\"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\"",
        "RegistryKey matches regex @\"^HKEY_LOCAL_MACHINE\\\\SOFTWARE\"",
        "RegistryKey == @\"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\"",
      ], fails: ["RegistryKey has \"evil\"", "RegistryKey has \"HKLM\"", "RegistryValueData has \"DWORD\""]),
    Example(
      channel: sysmon, id: 12,
      fields: [("EventType", "CreateKey"), ("TargetObject", "HKU\\S-1-5-21-1\\Software\\x")],
      table: "DeviceRegistryEvents",
      holds: [
        "ActionType == \"RegistryKeyCreated\"", "RegistryKey == @\"HKEY_USERS\\S-1-5-21-1\\Software\\x\"",
        "isempty(RegistryValueName)",
      ], fails: ["ActionType == \"RegistryValueDeleted\""]),
    Example(
      channel: sysmon, id: 12, fields: [("EventType", "DeleteValue"), ("TargetObject", "HKLM\\a\\b")],
      table: "DeviceRegistryEvents",
      holds: [
        "ActionType == \"RegistryValueDeleted\"", "RegistryValueName == \"b\"",
        "RegistryKey endswith @\"\\a\"",
      ],
      fails: ["ActionType startswith \"RegistryKey\""]),
    Example(
      channel: "Security", id: 4657,
      fields: [
        ("ObjectName", "\\REGISTRY\\MACHINE\\SOFTWARE\\a"), ("ObjectValueName", "v"),
        ("OperationType", "%%1905"),
        ("NewValue", "n"), ("OldValue", "o"),
      ], table: "DeviceRegistryEvents",
      holds: [
        "RegistryKey == @\"HKEY_LOCAL_MACHINE\\SOFTWARE\\a\"", "ActionType == \"RegistryValueSet\"",
        "PreviousRegistryValueData == \"o\"",
      ]),
  ]

  static let others = [
    Example(
      channel: "Security", id: 4624,
      fields: [
        ("LogonType", "10"), ("TargetUserName", "Ada"), ("TargetDomainName", "LAB"),
        ("IpAddress", "10.1.1.1"), ("TargetLogonId", "0xff"),
      ],
      table: "DeviceLogonEvents",
      holds: [
        "LogonType == \"RemoteInteractive\"", "LogonType has \"Remote\" or false", "AccountName == \"ada\"",
        "RemoteIPType == \"Private\"", "ActionType == \"LogonSuccess\"", "LogonId == 255",
        "LogonType in (\"Network\", \"RemoteInteractive\")",
      ].filter { !$0.contains(" or false") }, fails: ["LogonType == \"10\"", "LogonType == \"Interactive\""]),
    Example(
      channel: "Security", id: 4625, fields: [("LogonType", "3")], table: "DeviceLogonEvents",
      holds: ["ActionType == \"LogonFailed\"", "LogonType == \"Network\""]),
    Example(
      channel: sysmon, id: 22, fields: [("QueryName", "evil.example.com"), ("Image", "C:\\a.exe")],
      table: "DeviceEvents",
      holds: [
        "ActionType == \"DnsQueryResponse\"", "AdditionalFields has \"example\"",
        "AdditionalFields contains \"evil.\"", "isnotempty(AdditionalFields)",
        "InitiatingProcessFileName == \"a.exe\"",
      ], fails: ["AdditionalFields has \"exam\"", "ActionType == \"NamedPipeEvent\""]),
    Example(
      channel: sysmon, id: 17, fields: [("PipeName", "\\msagent_1")], table: "DeviceEvents",
      holds: ["ActionType == \"NamedPipeEvent\"", "AdditionalFields has \"msagent\""]),
    Example(
      channel: sysmon, id: 8, fields: [("SourceImage", "C:\\s.exe"), ("TargetImage", "C:\\t.exe")],
      table: "DeviceEvents",
      holds: [
        "ActionType has \"CreateRemoteThreadApiCall\"", "FileName == \"t.exe\"",
        "InitiatingProcessFileName == \"s.exe\"",
      ]),
    Example(
      channel: "System", id: 7045, fields: [("ImagePath", "C:\\svc.exe"), ("ServiceName", "x")],
      table: "DeviceEvents",
      holds: ["ActionType == \"ServiceInstalled\"", "FolderPath endswith \"svc.exe\""]),
    Example(
      channel: "Security", id: 4720, fields: [("TargetUserName", "Eve")], table: "DeviceEvents",
      holds: ["ActionType == \"UserAccountCreated\"", "AccountName == \"eve\""]),
    Example(
      channel: "Microsoft-Windows-PowerShell/Operational", id: 4104,
      fields: [("ScriptBlockText", "Invoke-Thing -x")],
      table: "DeviceEvents",
      holds: ["ActionType == \"PowerShellCommand\"", "AdditionalFields contains \"invoke-thing\""]),
    Example(
      channel: "Security", id: 4688,
      fields: [("NewProcessName", "C:\\x\\net.exe"), ("CommandLine", "net user")],
      table: "SecurityEvent",
      holds: [
        "EventID == 4688", "Process == \"net.exe\"", "CommandLine has \"user\"",
        "NewProcessName endswith \"net.exe\"",
      ],
      fails: ["EventID == 4624"]),
    Example(
      channel: "Application", id: 1000, fields: [("Provider_Name", "App")], table: "Event",
      holds: ["EventID == 1000", "Source == \"App\"", "EventLog == \"Application\""]),
  ]

  static func event(_ example: Example) -> String {
    let data = example.fields.map { JSONValue.Member($0.0, .string($0.1)) }
    return JSONValue.object(
      [
        JSONValue.Member("Channel", .string(example.channel)),
        JSONValue.Member("EventID", .number("\(example.id)")),
      ]
        + data
    ).compactText
  }

  @Test(arguments: processes + connections + registry + others)
  func anEventIsARow(_ example: Example) throws {
    for (conditions, expected) in [(example.holds, true), (example.fails, false)] {
      for condition in conditions {
        let query = try loadedQuery("\(example.table)\n| where \(condition)")
        let engine = try QueryEngine(query)
        #expect(try engine.matches([Self.event(example)]) == [expected], "\(condition)")
        let negated = try loadedQuery("\(example.table)\n| where not(\(condition))")
        let other = try QueryEngine(negated)
        #expect(try other.matches([Self.event(example)]) == [!expected], "not(\(condition))")
      }
    }
  }

  @Test func anEventIsARowOfItsTableOnly() throws {
    for example in Self.processes + Self.connections + Self.registry {
      for table in ["DeviceFileEvents", "DeviceImageLoadEvents", "DeviceEvents"] {
        let engine = try QueryEngine(loadedQuery("\(table)\n| where DeviceName != \"x\""))
        #expect(try engine.matches([Self.event(example)]) == [false], "\(example.testDescription) \(table)")
      }
    }
  }
}
