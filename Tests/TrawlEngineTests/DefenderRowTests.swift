import Testing
import TrawlRules
import TrawlSigma
import TrawlTestSupport

/// Sigma rules on rows of Defender's tables (kql.md 6.3).
@Suite struct DefenderRowTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var category: String
    var table: String
    var row: [(String, String)]
    /// Items of a detection that hold, and some that do not.
    var holds: [String]
    var fails: [String] = []
    var testDescription: String { "\(category) \(row)" }
  }

  static let examples = [
    Example(
      category: "process_creation", table: "DeviceProcessEvents",
      row: [
        ("ActionType", "ProcessCreated"), ("FolderPath", "C:\\Windows\\System32\\whoami.exe"),
        ("FileName", "whoami.exe"),
        ("ProcessCommandLine", "whoami /all"),
        ("InitiatingProcessFolderPath", "c:\\windows\\system32\\cmd.exe"),
        ("AccountName", "system"), ("ProcessIntegrityLevel", "System"), ("SHA256", "ab"),
        ("ProcessVersionInfoOriginalFileName", "whoami.exe"),
      ],
      holds: [
        "Image|endswith: '\\whoami.exe'", "CommandLine|contains: '/all'", "ParentImage|endswith: '\\cmd.exe'",
        "OriginalFileName: whoami.exe", "IntegrityLevel: System", "sha256: ab", "CurrentDirectory: null",
        "User: system",
      ], fails: ["Image|endswith: '\\cmd.exe'", "CurrentDirectory|contains: a"]),
    Example(
      category: "process_creation", table: "DeviceProcessEvents",
      row: [
        ("ActionType", "ProcessCreated"), ("FolderPath", "C:\\Windows\\System32"), ("FileName", "whoami.exe"),
        ("AccountDomain", "nt authority"), ("AccountName", "system"),
        ("InitiatingProcessFolderPath", "c:\\temp\\"), ("InitiatingProcessFileName", "CMD.exe"),
        ("InitiatingProcessAccountDomain", "corp"), ("InitiatingProcessAccountName", "anna"),
      ],
      holds: [
        "Image: 'C:\\Windows\\System32\\whoami.exe'", "User: 'NT AUTHORITY\\SYSTEM'",
        "User|contains: AUTHORI",
        "ParentImage: 'C:\\Temp\\cmd.exe'", "ParentUser: 'CORP\\anna'",
      ], fails: ["Image|endswith: '\\System32'", "User: system"]),
    Example(
      category: "process_creation", table: "DeviceProcessEvents",
      row: [
        ("ActionType", "ProcessCreated"), ("FolderPath", "C:\\Windows\\WHOAMI.exe"),
        ("FileName", "whoami.exe"),
        ("InitiatingProcessFileName", "cmd.exe"), ("Image", "C:\\own.exe"),
      ],
      holds: ["Image: 'C:\\Windows\\whoami.exe'", "ParentImage: cmd.exe", "User: null"],
      fails: ["Image: 'C:\\own.exe'"]),
    Example(
      category: "image_load", table: "DeviceImageLoadEvents",
      row: [
        ("ActionType", "ImageLoaded"), ("FolderPath", "C:\\a.dll"),
        ("InitiatingProcessFolderPath", "c:\\x.exe"),
      ],
      holds: ["ImageLoaded|endswith: '\\a.dll'", "Image|endswith: '\\x.exe'"],
      fails: ["Image|endswith: '\\a.dll'"]),
    Example(
      category: "file_event", table: "DeviceFileEvents",
      row: [
        ("ActionType", "FileCreated"), ("FolderPath", "C:\\w.aspx"),
        ("InitiatingProcessFolderPath", "c:\\w3wp.exe"),
      ],
      holds: ["TargetFilename|endswith: .aspx", "Image|endswith: w3wp.exe"]),
    Example(
      category: "file_event", table: "DeviceFileEvents",
      row: [("ActionType", "FileDeleted"), ("FolderPath", "C:\\w.aspx")], holds: [],
      fails: ["TargetFilename|endswith: .aspx"]),
    Example(
      category: "network_connection", table: "DeviceNetworkEvents",
      row: [
        ("ActionType", "ConnectionSuccess"), ("RemoteIP", "8.8.8.8"), ("RemotePort", "443"),
        ("LocalIP", "10.0.0.1"),
      ],
      holds: [
        "DestinationIp: 8.8.8.8", "DestinationPort: 443", "Initiated: 'true'", "SourceIp|cidr: 10.0.0.0/8",
      ],
      fails: ["Initiated: 'false'"]),
    Example(
      category: "network_connection", table: "DeviceNetworkEvents",
      row: [("ActionType", "InboundConnectionAccepted"), ("RemoteIP", "8.8.8.8"), ("LocalPort", "3389")],
      holds: ["SourceIp: 8.8.8.8", "DestinationPort: 3389", "Initiated: 'false'"],
      fails: ["DestinationIp: 8.8.8.8"]),
  ]

  static let registryExamples = [
    Example(
      category: "registry_set", table: "DeviceRegistryEvents",
      row: [
        ("ActionType", "RegistryValueSet"),
        ("RegistryKey", "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\x"),
        ("RegistryValueName", "Start"), ("RegistryValueData", "4"), ("RegistryValueType", "Dword"),
        ("InitiatingProcessFolderPath", "c:\\windows\\system32\\reg.exe"),
        ("InitiatingProcessAccountDomain", "corp"), ("InitiatingProcessAccountName", "anna"),
      ],
      holds: [
        "TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\x\\Start'", "Details: DWORD (0x00000004)",
        "EventType: SetValue", "Image|endswith: '\\reg.exe'", "User: 'CORP\\Anna'",
      ], fails: ["TargetObject|endswith: '\\x'", "Details: '4'", "EventType: RegistryValueSet"]),
    Example(
      category: "registry_set", table: "DeviceRegistryEvents",
      row: [
        ("ActionType", "RegistryValueSet"),
        ("RegistryKey", "HKEY_CURRENT_USER\\S-1-5-21-7\\Software\\open\\command"),
        ("RegistryValueName", ""), ("RegistryValueData", ""), ("RegistryValueType", "String"),
      ],
      holds: [
        "TargetObject: 'HKU\\S-1-5-21-7\\Software\\open\\command\\(Default)'", "Details: (Empty)",
        "TargetObject|endswith: '\\(Default)'",
      ], fails: ["Details: null", "TargetObject|endswith: '\\command'"]),
    Example(
      category: "registry_event", table: "DeviceRegistryEvents",
      row: [
        ("ActionType", "RegistryValueSet"), ("RegistryKey", "HKEY_USERS\\S-1-5-18\\Run"),
        ("RegistryValueName", "a"), ("RegistryValueData", "00ff"), ("RegistryValueType", "Binary"),
      ],
      holds: ["TargetObject: 'HKU\\S-1-5-18\\Run\\a'", "Details: Binary Data", "EventType: SetValue"],
      fails: ["NewName|contains: a"]),
    Example(
      category: "registry_delete", table: "DeviceRegistryEvents",
      row: [("ActionType", "RegistryKeyDeleted"), ("RegistryKey", "HKEY_LOCAL_MACHINE\\SOFTWARE\\X")],
      holds: ["TargetObject: 'HKLM\\SOFTWARE\\X'", "EventType: DeleteKey", "Details: null"],
      fails: ["EventType: DeleteValue"]),
    Example(
      category: "registry_delete", table: "DeviceRegistryEvents",
      row: [
        ("ActionType", "RegistryValueDeleted"), ("RegistryKey", "HKEY_LOCAL_MACHINE\\SOFTWARE\\X"),
        ("RegistryValueName", "v"),
      ],
      holds: ["TargetObject: 'HKLM\\SOFTWARE\\X\\v'", "EventType: DeleteValue"],
      fails: ["TargetObject: 'HKLM\\SOFTWARE\\X'"]),
    Example(
      category: "registry_event", table: "DeviceRegistryEvents",
      row: [
        ("ActionType", "RegistryKeyRenamed"), ("RegistryKey", "HKEY_CLASSES_ROOT\\New"),
        ("PreviousRegistryKey", "HKEY_CLASSES_ROOT\\Old"),
      ],
      holds: ["TargetObject: 'HKCR\\Old'", "NewName: 'HKCR\\New'", "EventType: RenameKey"],
      fails: ["TargetObject: 'HKCR\\New'"]),
    Example(
      category: "registry_add", table: "DeviceRegistryEvents",
      row: [("ActionType", "RegistryValueSet"), ("RegistryKey", "HKEY_CLASSES_ROOT\\New")], holds: [],
      fails: ["TargetObject|contains: New", "TargetObject: null"]),
  ]

  private func matches(_ example: Example, _ item: String) throws -> [Bool] {
    let rule = """
      title: T
      id: 11111111-2222-4333-8444-555555555555
      logsource: {product: windows, category: \(example.category)}
      detection:
        s:
          \(item)
        condition: s
      """
    let rules = SigmaParser().parse(rule, file: "t.yml").rules
    let engine = try EngineUnderTest(rules)
    let members = example.row.map { JSONValue.Member($0.0, .string($0.1)) }
    let flat = JSONValue.object([JSONValue.Member("Type", .string(example.table))] + members)
    let envelope = JSONValue.object([
      JSONValue.Member("category", .string("AdvancedHunting-\(example.table)")),
      JSONValue.Member("properties", .object(members)),
    ])
    return try [flat, envelope].map { try !engine.matches($0.compactText).isEmpty }
  }

  @Test(arguments: examples + registryExamples)
  func aSigmaRuleReadsRowsOfItsTable(_ example: Example) throws {
    for item in example.holds { #expect(try matches(example, item) == [true, true], "\(item)") }
    for item in example.fails { #expect(try matches(example, item) == [false, false], "\(item)") }
  }
}
