import Testing
import Trawl
import TrawlKQL
import TrawlSigma
import TrawlTestSupport

/// Queries over recordings of attacks hit what Sigma rules hit that ask the same (../shared/data, not part of the project).
@Suite(
  .enabled(if: SharedData.folder != nil, "no ../shared/data: set TRAWL_SHARED to the folder that holds data"))
struct QueryAgreementTests {
  struct Pair: Sendable {
    var name: String
    var query: String
    /// The log source and the detection's items, in YAML's short form.
    var source: String
    var items: [String]
    var fewest: Int
  }

  /// What stands in expressions for the edges of a term. The recordings have no other letters beside these terms.
  private static let edges = ("(?<![0-9A-Za-z])", "(?![0-9A-Za-z])")
  private static let processes = "category: process_creation, product: windows"

  static let pairs = [
    Pair(
      name: "seed",
      query: """
        DeviceProcessEvents
        | where FileName has_any ("cmd.exe", "powershell.exe", "PowerShell_ISE.exe")
        | where ProcessCommandLine contains "$client = New-Object System.Net.Sockets.TCPClient"
        """, source: processes,
      items: [
        "Image|re: '(?i)\(edges.0)(cmd|powershell|powershell_ise)\\.exe\(edges.1)[^\\\\/]*$'",
        "CommandLine|contains: '$client = New-Object System.Net.Sockets.TCPClient'",
      ], fewest: 0),
    Pair(
      name: "shape",
      query: """
        DeviceProcessEvents
        | where FileName has_any ("cmd.exe", "powershell.exe", "PowerShell_ISE.exe")
        | where ProcessCommandLine contains "new-object"
        """, source: processes,
      items: [
        "Image|re: '(?i)\(edges.0)(cmd|powershell|powershell_ise)\\.exe\(edges.1)[^\\\\/]*$'",
        "CommandLine|contains: 'New-Object'",
      ], fewest: 5),
    Pair(
      name: "words",
      query: """
        let Shells = dynamic(["cmd", "powershell"]);
        DeviceProcessEvents
        | where FileName has_any (Shells) and ProcessCommandLine has_all ("cmd", "c")
        """, source: processes,
      items: [
        "Image|re: '(?i)\(edges.0)(cmd|powershell)\(edges.1)[^\\\\/]*$'",
        "CommandLine|re: '(?i)\(edges.0)cmd\(edges.1)'", "CommandLine|re|i: '\(edges.0)c\(edges.1)'",
      ], fewest: 5),
    Pair(
      name: "equals", query: "DeviceProcessEvents\n| where FileName =~ \"POWERSHELL.EXE\"", source: processes,
      items: ["Image|re: '(?i)(^|[\\\\/])powershell\\.exe$'"], fewest: 10),
    Pair(
      name: "list",
      query: "DeviceProcessEvents\n| where FileName in~ (\"cmd.exe\", \"Net.exe\", \"whoami.exe\")",
      source: processes, items: ["Image|re: '(?i)(^|[\\\\/])(cmd|net|whoami)\\.exe$'"], fewest: 10),
    Pair(
      name: "terms",
      query: "DeviceProcessEvents\n| where ProcessCommandLine has_any (\"whoami\", \"rundll32\", \"http\")",
      source: processes, items: ["CommandLine|re: '(?i)\(edges.0)(whoami|rundll32|http)\(edges.1)'"],
      fewest: 10),
    Pair(
      name: "parents",
      query: "DeviceProcessEvents\n| where InitiatingProcessFolderPath endswith @\"\\cmd.exe\"",
      source: processes, items: ["ParentImage|endswith: '\\cmd.exe'"], fewest: 10),
    Pair(
      name: "registry",
      query:
        "DeviceRegistryEvents\n| where ActionType == \"RegistryValueSet\" and RegistryKey has \"CurrentVersion\"",
      source: "category: registry_set, product: windows",
      items: ["TargetObject|re: '(?i)\(edges.0)CurrentVersion\(edges.1)[^\\\\]*\\\\'"], fewest: 5),
    Pair(
      name: "network",
      query:
        "DeviceNetworkEvents\n| where ActionType == \"ConnectionSuccess\" and RemoteIPType == \"Private\"",
      source: "category: network_connection, product: windows",
      items: [
        "Initiated: 'true'",
        "DestinationIp|cidr: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 'fc00::/7', 'fe80::/10']",
      ],
      fewest: 5),
    Pair(
      name: "logons",
      query: "DeviceLogonEvents\n| where LogonType == \"Network\" and ActionType == \"LogonSuccess\"",
      source: "product: windows, service: security", items: ["EventID: 4624", "LogonType: 3"], fewest: 5),
    Pair(
      name: "loads", query: "DeviceImageLoadEvents\n| where FileName =~ \"samlib.dll\"",
      source: "category: image_load, product: windows",
      items: ["ImageLoaded|re: '(?i)(^|[\\\\/])samlib\\.dll$'"],
      fewest: 1),
  ]

  /// A pair's query and rule; the query's id is its name behind `kql-`, the rule's behind `sigma-`.
  static func rules(_ pair: Pair) throws -> [Rule] {
    let sigma = """
      title: \(pair.name)
      id: sigma-\(pair.name)
      logsource: {\(pair.source)}
      detection:
        s:
      \(pair.items.map { "    \($0)\n" }.joined())
        condition: s
      """
    let queries = KQLLoader().load(pair.query, file: "kql-\(pair.name)").queries
    let rules = SigmaParser().parse(sigma, file: "sigma").rules + queries.flatMap { $0.rules() }
    try #require(rules.count == 2)
    return rules
  }

  @Test func queriesAndRulesThatAskTheSameHitTheSameRecords() throws {
    var options = RulesetCompiler.Options()
    // Sigma's network_connection is Sysmon's alone.
    options.disabledRoutes = ["security_network_out", "security_network_in", "security_network_blocked"]
    let ruleset = try RulesetCompiler.compile(Self.pairs.flatMap(Self.rules), options: options).ruleset
    let hits = try SharedData.scan(ruleset, archive: "evtx-attack-samples.tar.zst", "*.evtx").hits
    for pair in Self.pairs {
      func places(_ language: String) -> Set<String> {
        Set(hits.filter { $0.rule == "\(language)-\(pair.name)" }.map { "\($0.file):\($0.record)" })
      }
      let (sigma, kql) = (places("sigma"), places("kql"))
      #expect(kql.subtracting(sigma).sorted().prefix(3) == [], "\(pair.name): only the query")
      #expect(sigma.subtracting(kql).sorted().prefix(3) == [], "\(pair.name): only the rule")
      // The seed query hits nothing there; SeedAgreementTests has rows that it hits.
      #expect(kql.count >= pair.fewest, "\(pair.name): \(kql.count)")
      #expect(pair.fewest > 0 || pair.name == "seed")
    }
  }
}
