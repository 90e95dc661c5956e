import Testing
import TrawlDecoding
import TrawlEvents
import TrawlRules
import TrawlTestSupport

@testable import TrawlCompiler
@testable import TrawlMatcher

/// Rows that are read as events of other names: which rules read them, and what is said of them.
@Suite struct MappedRowTests {
  private static let process = LogSource(product: "windows", category: "process_creation")

  private func rule(
    _ id: String, _ field: String?, _ pattern: TextPattern, _ source: LogSource = process
  ) -> Rule {
    let subject: Predicate.Subject = field.map { .field($0) } ?? .anyValue
    let item = Rule.Item(
      predicate: Predicate(subject, .text(pattern)), searchIdentifier: "s", field: field, modifiers: [],
      value: "")
    return Rule(
      id: id, title: "", location: Location(file: ""), logSource: source, items: [item],
      condition: .item(0))
  }

  private func row(_ members: [(String, JSONValue)], inEnvelope: Bool = false) -> String {
    let members = members.map { JSONValue.Member($0.0, $0.1) }
    let table = "DeviceProcessEvents"
    guard inEnvelope else {
      return JSONValue.object([JSONValue.Member("Type", .string(table))] + members).compactText
    }
    return JSONValue.object([
      JSONValue.Member("category", .string("AdvancedHunting-" + table)),
      JSONValue.Member("properties", .object(members)),
    ]).compactText
  }

  private static let members: [(String, JSONValue)] = [
    ("ActionType", .string("ProcessCreated")), ("FolderPath", .string("C:\\Windows")),
    ("FileName", .string("cmd.exe")), ("ProcessCommandLine", .string("cmd /c mimikatz")),
    ("ProcessId", .string("17")),
  ]

  @Test func theRulesOfARowAreInOrderAndEachIsThereOnce() throws {
    let own = LogSource(category: "deviceprocessevents")
    let rules = [
      rule("0", "Image", .endsWith("\\cmd.exe")), rule("1", "FolderPath", .contains("windows"), own),
      rule("2", "CommandLine", .contains("/c")), rule("3", "ProcessId", .equals("17")),
      rule("4", "FileName", .equals("cmd.exe"), own),
    ]
    var options = RulesetCompiler.Options()
    let twice = "rows\ttwice process_creation\tDeviceProcessEvents\tCommandLine=ProcessCommandLine"
    #expect(options.logSources.add(twice, file: "t").isEmpty)
    let engine = EngineUnderTest(try RulesetCompiler.compile(rules, options: options).ruleset)
    for inEnvelope in [false, true] {
      let event = row(Self.members, inEnvelope: inEnvelope)
      let all = ["0", "1", "2", "3", "4"]
      #expect(try engine.matches(event) == all)
      #expect(try engine.matches([event, "{}", event]) == [all, [], all])
      for hasDatabases in [true, false] {
        #expect(try engine.stored(databases: hasDatabases).matches(event) == all)
      }
    }
  }

  @Test func aRuleHasNoProgramForRows() throws {
    let rules = [rule("a", "Image", .endsWith("\\cmd.exe")), rule("b", "CommandLine", .contains("mimi"))]
    let engine = try EngineUnderTest(rules)
    // Its own, and that of the route audit4688.
    #expect(engine.report.programs == 4)
    #expect(engine.report.predicates == 3)
  }

  @Test func onlyRulesOfTheCategoryReadRows() throws {
    let rules = [
      rule("category", "CommandLine", .contains("mimi"), LogSource(category: "process_creation")),
      rule("product", "CommandLine", .contains("mimi"), LogSource(product: "windows")),
      rule("nothing", "CommandLine", .contains("mimi"), LogSource()),
      rule(
        "linux", "CommandLine", .contains("mimi"), LogSource(product: "linux", category: "process_creation")),
      rule(
        "service", "CommandLine", .contains("mimi"),
        LogSource(product: "windows", category: "process_creation", service: "sysmon")),
      rule("file", "CommandLine", .contains("mimi"), LogSource(product: "windows", category: "file_event")),
    ]
    #expect(try EngineUnderTest(rules).matches(row(Self.members)) == ["category"])
    let off = try EngineUnderTest(rules, withoutRoutes: ["defender_process"])
    #expect(try off.matches(row(Self.members)) == [])
  }

  @Test(arguments: [false, true])
  func keywordsAreLookedForInEveryValueOfARow(_ inEnvelope: Bool) throws {
    let engine = try EngineUnderTest([rule("k", nil, .contains("mimikatz"))])
    #expect(try engine.matches(row(Self.members, inEnvelope: inEnvelope)) == ["k"])
    #expect(try engine.matches(row(Array(Self.members.prefix(3)), inEnvelope: inEnvelope)) == [])
    let hidden = row(Self.members, inEnvelope: inEnvelope).replacing("mimikatz", with: "mimi\\u006batz")
    #expect(try engine.matches(hidden) == ["k"])
  }

  @Test(arguments: [false, true])
  func theEvidenceNamesTheColumnsOfTheRow(_ inEnvelope: Bool) throws {
    let engine = try EngineUnderTest([
      rule("a", "Image", .endsWith("\\cmd.exe")), rule("b", "CommandLine", .contains("mimi")),
    ])
    let lines = LineBuffer([row(Self.members, inEnvelope: inEnvelope)])
    var decoder = JSONDecoder(fields: engine.ruleset.fields)
    var matcher = try Matcher(engine.ruleset)
    var batch = EventBatch()
    lines.decode(with: &decoder, into: &batch)
    matcher.match(batch)
    let matches = (0..<matcher.matches.count).map { matcher.matches[$0] }
    let evidence = matches.flatMap { matcher.evidence(for: $0, in: batch) }
    let prefix = inEnvelope ? "properties." : ""
    #expect(
      evidence.map(\.field) == ["\(prefix)FolderPath, \(prefix)FileName", "\(prefix)ProcessCommandLine"])
    #expect(evidence.map(\.value) == ["C:\\Windows\\cmd.exe", "cmd /c mimikatz"])
    #expect(evidence.map(\.range) == [10..<18, 7..<11])
  }

  @Test(arguments: [
    "rows\tx process_creation\tT\tImage=path(A)", "rows\tx process_creation\tT\tImage=path(A,B,C)",
    "rows\tx process_creation\tT\tImage=path(A,lower(B))", "rows\tx process_creation\tT\tImage=path('a',B)",
    "rows\tx process_creation\tT\tImage=join(A,B)", "rows\tx process_creation\tT\tImage=holding(A)",
    "route\tx process_creation\tSecurity\t4688\tImage=path(A,B)",
  ])
  func columnsThatAreNotWellJoinedAreReported(_ line: String) {
    var table = LogSourceTable.standard
    let before = table.mappedRows(disabledRoutes: []).count
    let diagnostics = table.add("# a comment\n" + line, file: "t.tsv")
    #expect(diagnostics.map(\.location.line) == [2])
    #expect(diagnostics.first?.message.contains("not understood") == true)
    #expect(table.mappedRows(disabledRoutes: []).count == before)
  }

  @Test func pathsAreMadeOfWhateverTheColumnsHold() throws {
    var random = SplitMix64(seed: 5)
    let folders: [JSONValue] = [
      .null, .string(""), .string("C:"), .string("C:\\a\\"), .string("C:\\a\\É.exe"), .string("c/é.EXE"),
      .number("7"), .string("é.exe"), .string("\\"),
    ]
    let names: [JSONValue] = [.null, .string(""), .string("é.exe"), .string("a"), .number("7")]
    for folder in folders {
      for name in names.shuffled(using: &random) {
        let expected = Self.filePath(folder, name)
        let event = row([
          ("FileName", name), ("ActionType", .string("ProcessCreated")), ("FolderPath", folder),
        ])
        let engine = try EngineUnderTest([rule("x", "Image", .equals(expected ?? "", isCased: true))])
        #expect(try engine.matches(event) == (expected == nil ? [] : ["x"]), "\(event)")
      }
    }
  }

  /// What `filepath` means; nil where there is no text at all.
  private static func filePath(_ folder: JSONValue, _ name: JSONValue) -> String? {
    let (path, file) = (folder.scalarText, name.scalarText ?? "")
    guard let path, !path.isEmpty else { return file.isEmpty ? path : file }
    let last = path.split(omittingEmptySubsequences: false) { $0 == "\\" || $0 == "/" }.last ?? ""
    if file.isEmpty || last.lowercased() == file.lowercased() { return path }
    return path.hasSuffix("\\") ? path + file : path + "\\" + file
  }
}
