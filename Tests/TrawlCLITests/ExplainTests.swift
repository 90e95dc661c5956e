import Foundation
import Testing

/// The command `trawl explain`.
@Suite struct ExplainTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write(
      "rules/filter.yml",
      """
      title: Evil Unless Known
      id: 22222222-2222-4333-8444-555555555555
      logsource: {category: process_creation, product: windows}
      detection:
        selection_img:
          Image|endswith: ['\\a.exe', '\\b.exe']
        filter_known:
          User|cased: KNOWN
        condition: selection_img and not 1 of filter_*
      """)
    try workspace.write(
      "log.json",
      Workspace.event() + "\n"
        + Workspace.event("calm", more: ",\"Image\":\"C:\\\\b.exe\",\"User\":\"KNOWN\"") + "\n")
    try workspace.write(
      "hunt.kql", "DeviceProcessEvents\n| where FileName has_any (\"a.exe\", \"b.exe\")\n| project FileName\n"
    )
  }

  @Test func `a rule is put into words with its events and literals`() throws {
    let run = try workspace.trawl("explain", "Evil Unless Known", "-r", "rules")
    #expect(run.status == 0)
    #expect(run.output.contains("- Windows, channel Microsoft-Windows-Sysmon/Operational, event 1\n"))
    #expect(run.output.contains("- Windows, channel Security, event 4688 (route audit4688)\n"))
    #expect(run.output.contains("there Image is NewProcessName\n"))
    #expect(run.output.contains("Holds for an event with selection_img and not filter_known.\n"))
    #expect(
      run.output.contains("selection_img: Wanted.\n    - Image ends with one of '\\a.exe', '\\b.exe'\n"))
    #expect(run.output.contains("filter_known: Excluded"))
    #expect(run.output.contains("- User is 'KNOWN' (case matters)\n"))
    #expect(run.output.contains("- '\\a.exe' in Image: a pattern of the database\n"))
    #expect(run.output.contains("leave events out:\n      - User: 'known'\n"))
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func `an event shows what held and what decided`() throws {
    let miss = try workspace.trawl("explain", "22222222", "-r", "rules", "--event", "log.json:2")
    #expect(miss.status == 0)
    #expect(miss.output.contains("✓ selection_img"))
    #expect(miss.output.contains("Image = C:»\\b.exe«\n"))
    #expect(
      miss.output.contains(
        "Verdict: the rule does not match this event:\n  - filter_known holds, which excludes the event\n"))
    let hit = try workspace.trawl("explain", "rules/evil.yml", "--event", "log.json:1")
    #expect(hit.output.contains("CommandLine = run »evil«.exe\n"))
    #expect(hit.output.contains("Verdict: the rule matches this event.\n"))
  }

  @Test func `an event of another log source says so`() throws {
    try workspace.write("other.json", "{\"Channel\":\"System\",\"EventID\":7045,\"CommandLine\":\"evil\"}\n")
    let run = try workspace.trawl("explain", "rules/evil.yml", "--event", "other.json:1")
    #expect(run.output.contains("✗ log source: Windows, channel System, event 7045"))
    #expect(run.output.contains("✓ CommandLine contains 'evil'"))
    #expect(run.output.contains("  - the event is of another log source\n"))
  }

  @Test func `a query is explained operator by operator`() throws {
    let run = try workspace.trawl("explain", "hunt.kql")
    #expect(run.output.contains("outcome   full: Which events match is exact. trawl query makes its table."))
    #expect(
      run.output.contains("- FileName has one of these as a whole term, in any case: 'a.exe', 'b.exe'\n"))
    #expect(run.output.contains("Leaves these columns: FileName.\n"))
    let event = try workspace.trawl("explain", "hunt.kql", "--event", "log.json:2")
    #expect(event.output.contains("Image = C:\\»b.exe«\n"))
    #expect(event.output.contains("Verdict: the query matches this event.\n"))
  }

  @Test func `a name that fits several or none is met with names`() throws {
    let several = try workspace.trawl("explain", "vil", "-r", "rules")
    #expect(several.status == 3)
    #expect(several.error.contains("11111111-2222-4333-8444-555555555555  Evil Command  rules/evil.yml"))
    #expect(several.error.contains("'vil' fits 2 rules"))
    let none = try workspace.trawl("explain", "Evil Comand", "-r", "rules")
    #expect(none.status == 3)
    #expect(none.error.contains("  Evil Command  "))
    #expect(none.error.contains("no rule has 'Evil Comand' as its id, title or file"))
    #expect(none.output.isEmpty)
  }

  @Test func `a rule that is refused shows its mistake`() throws {
    try workspace.write("bad.yml", Workspace.rule.replacing("|contains", with: "|containz"))
    let run = try workspace.trawl("explain", "bad.yml")
    #expect(run.status == 2)
    #expect(run.error.contains("bad.yml:9:17: error: unknown modifier 'containz'"))
  }

  @Test func `an event that is not there is an error`() throws {
    let beyond = try workspace.trawl("explain", "rules/evil.yml", "--event", "log.json:3")
    #expect(beyond.status == 3)
    #expect(beyond.error.contains("log.json has no event with the number 3; it has 2 events"))
    #expect(try workspace.trawl("explain", "rules/evil.yml", "--event", "nothing.json:3").status == 3)
    #expect(
      try workspace.trawl("explain", "rules/evil.yml", "--event", "log.json").error.contains("is not FILE:N"))
  }

  @Test func `a catalogue says how many other rules look for the same`() throws {
    try workspace.write(
      "rules/other.yml",
      """
      title: Other
      id: 33333333-2222-4333-8444-555555555555
      logsource: {product: windows}
      detection: {a: {CommandLine|contains: [EVIL, alone]}, condition: a}
      """)
    #expect(try workspace.trawl("catalog", "--sigma", "rules", "-o", "site").status == 0)
    let run = try workspace.trawl("explain", "rules/other.yml", "--catalog", "site/catalog.json")
    #expect(run.output.contains("  - CommandLine match 'EVIL': sigma 1\n"))
    #expect(run.output.contains("  - CommandLine match 'alone': this rule alone\n"))
    #expect(run.output.contains("Its page: rules/sigma/33333333-2222-4333-8444-555555555555.html\n"))
    let json = try workspace.trawl(
      "explain", "rules/other.yml", "--catalog", "site/catalog.json", "--format", "json")
    #expect(json.output.contains(#""value":"EVIL","excluded":false,"others":{"sigma":1}}"#))
    let none = try workspace.trawl("explain", "hunt.kql", "--catalog", "site/catalog.json")
    #expect(none.error.contains("site/catalog.json has no rule 'hunt.kql'"))
    let missing = try workspace.trawl("explain", "rules/other.yml", "--catalog", "absent.json")
    #expect(
      missing.status == 3 && missing.error.contains("absent.json: No such file or directory (--catalog)"))
  }

  @Test func `JSON has the members that the document names`() throws {
    let run = try workspace.trawl(
      "explain", "22222222", "-r", "rules", "--event", "log.json:2", "--format", "json")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    var names: Set<String> = []
    ExplainTests.collect(value, &names)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let document = try String(contentsOf: root.appending(path: "docs/explain.md"), encoding: .utf8)
    for name in names { #expect(document.contains("`\(name)`"), "\(name)") }
    #expect(run.lines.count == 1)
    #expect(
      run.output.contains("\"matches\":false,\"reasons\":[\"filter_known holds, which excludes the event\"]"))
    #expect(run.output.contains("\"found\":[{\"value\":\"C:\\\\b.exe\",\"offset\":2,\"length\":6}]"))
    #expect(run.output.contains("\"role\":\"database\""))
  }

  @Test func `in JSON a search identifier has the text that people see`() throws {
    let run = try workspace.trawl("explain", "22222222", "-r", "rules", "--format", "json")
    #expect(
      run.output.contains(
        #"{"name":"selection_img","text":"- Image ends with one of '\\a.exe', '\\b.exe'","sentence":"Wanted.""#
      ),
      "\(run.output)")
    let several = try workspace.trawl(
      "explain", "certutil fetches", "-r", "\(Self.root)/Corpus/Rules", "--format", "json")
    #expect(
      several.output.contains(
        #""text":"- one of:\n  - Image ends with '\\certutil.exe'\n  - OriginalFileName is 'CertUtil.exe'""#),
      "\(several.output)")
  }

  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path()

  /// The names of all members but those of `renamed` and `other`, which are the rule's own.
  private static func collect(_ value: Any, _ names: inout Set<String>) {
    if let object = value as? [String: Any] {
      for (name, member) in object {
        names.insert(name)
        if name != "renamed", name != "other" { collect(member, &names) }
      }
    }
    for member in value as? [Any] ?? [] { collect(member, &names) }
  }
}
