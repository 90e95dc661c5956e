import Foundation
import Testing

@Suite struct OutputTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write(
      "rules/low.yml",
      """
      title: Any Process
      id: 22222222-2222-4333-8444-555555555555
      status: experimental
      level: low
      tags: [attack.discovery]
      logsource: {category: process_creation, product: windows}
      detection:
        selection: {CommandLine|contains: run}
        condition: selection
      """)
    try workspace.write("log.json", Workspace.event() + "\n" + Workspace.event("run it") + "\n")
  }

  private func titles(_ options: String...) throws -> [String] {
    try workspace.shell("trawl scan -q -r rules log.json " + options.joined(separator: " ")).findings().map(
      \.rule.title)
  }

  @Test func nothingButFindingsGoesToStandardOutput() throws {
    try workspace.write("bad.yml", "title: x\n")
    let run = try workspace.trawl("scan", "-r", "rules", "-r", "bad.yml", "log.json")
    #expect(try run.findings().count == 3)
    #expect(run.error.contains("3 findings: 1 high, 2 low"))
    #expect(run.error.contains("1 refused"))
  }

  @Test func quietSaysNothing() throws {
    let run = try workspace.trawl("scan", "-q", "-r", "rules", "log.json")
    #expect(run.error.isEmpty)
    #expect(run.lines.count == 3)
  }

  @Test func rulesAreSelectedByLevelStatusTagAndName() throws {
    let (evil, any) = ("Evil Command", "Any Process")
    // Both rules hold for the first event, and one for the second.
    #expect(try Set(titles()) == [evil, any])
    #expect(try titles("--min-level medium") == [evil])
    #expect(try titles("--level low") == [any, any])
    #expect(try titles("--level low,high").count == 3)
    #expect(try titles("--level crit --level high") == [evil])
    #expect(try titles("--status experimental") == [any, any])
    #expect(try titles("--tag attack.t1059") == [evil])
    #expect(try titles("--tag attack.discovery,attack.execution").count == 3)
    #expect(try titles("--rule 'evil*'") == [evil])
    #expect(try titles("--rule 22222222-2222-4333-8444-555555555555") == [any, any])
    #expect(try titles("--exclude-rule '*process'") == [evil])
  }

  @Test func aMisspelledNameIsWarnedOf() throws {
    let run = try workspace.trawl("scan", "-r", "rules", "--exclude-rule", "evill*", "log.json")
    #expect(run.error.contains("warning: no rule has 'evill*'"))
  }

  @Test func aFileCalledCSVIsCSV() throws {
    #expect(try workspace.trawl("scan", "-r", "rules", "log.json", "-o", "hits.csv").output.isEmpty)
    let lines = try workspace.read("hits.csv").components(separatedBy: "\r\n")
    #expect(lines[0].hasPrefix("timestamp,level,title"))
    #expect(lines.count == 5)
    let named = try workspace.trawl("scan", "-r", "rules", "log.json", "-o", "hits.txt")
    #expect(named.status == 0)
    #expect(named.error.contains("Output   hits.txt"))
    #expect(try workspace.read("hits.txt").hasPrefix("{"))
  }

  @Test func csvHasItsHeaderWhenNothingIsFound() throws {
    try workspace.write("miss.json", Workspace.event("x") + "\n")
    #expect(try workspace.trawl("scan", "-r", "rules", "miss.json", "--format", "csv").lines.count == 1)
  }

  @Test func aTableIsWrittenWithoutColoursIntoAPipe() throws {
    let run = try workspace.shell(
      "trawl scan -r rules log.json --format table", environment: ["COLUMNS": "90"])
    #expect(run.lines.count == 4)
    #expect(run.lines[0].hasPrefix("TIME (UTC)"))
    #expect(!run.output.contains("\u{1B}"))
    #expect(run.lines.allSatisfy { $0.count <= 90 })
  }

  @Test func onATerminalThereIsATableWithColoursAndASummary() throws {
    try #require(FileManager.default.isExecutableFile(atPath: "/usr/bin/script"))
    let line = "'\(Workspace.command.path())' scan -r rules log.json"
    let coloured = try workspace.shell("script -qec \"\(line)\" /dev/null")
    #expect(coloured.output.contains("\u{1B}[31mhigh"))
    #expect(coloured.output.contains("3 findings"))
    let plain = try workspace.shell("NO_COLOR=1 script -qec \"\(line)\" /dev/null")
    #expect(!plain.output.contains("\u{1B}[3"))
  }

  @Test func noControlCharacterOfALogReachesTheTerminal() throws {
    let name = "l\u{1B}[2Jog\u{202E}.json"
    try workspace.write(
      name, Workspace.event("evil \\u001b[31m \u{202E} \u{9B}31m \\u0007") + "\nbad \u{1B}[2J\n")
    try workspace.write(
      "rules/title.yml",
      Workspace.rule.replacing("Evil Command", with: "\"Evil \\e[31m\"").replacing("1111", with: "3333"))
    for format in ["table", "jsonl", "csv"] {
      let run = try workspace.trawl(
        "scan", "-r", "rules", name, "missing\u{1B}.json", "--format", format, "--why", "--event", "full")
      for scalar in ["\u{1B}", "\u{202E}", "\u{9B}", "\u{7}"] as [Unicode.Scalar] {
        #expect(!run.output.unicodeScalars.contains(scalar), "\(format)")
        #expect(!run.error.unicodeScalars.contains(scalar), "\(format)")
      }
      #expect(run.error.contains("missing\\x1b.json"))
    }
    let usage = try workspace.trawl("scan", "-r", "rules", "--bogus\u{1B}[2J", "log.json")
    #expect(!usage.error.contains("\u{1B}"))
  }

  @Test func whyNamesTheValueAndWhereItWasFound() throws {
    let run = try workspace.trawl(
      "scan", "-q", "-r", "rules", "--rule", "evil*", "--why", "--event", "matched", "log.json")
    #expect(
      run.output.contains(
        #""evidence":[{"search_identifier":"selection","field":"CommandLine","modifiers":["contains"],"pattern":"evil","#
          + #""value":"run evil.exe","offset":4,"length":4}],"event":{"CommandLine":"run evil.exe"}}"#))
  }

  @Test func theBuiltInRulesAreUsedWithoutAnyAndItIsSaid() throws {
    let run = try workspace.trawl("scan", "log.json")
    #expect(run.status == 0)
    #expect(run.error.contains("rules that come with Trawl"))
    #expect(try workspace.trawl("check").status == 0)
  }

  @Test func eventsThatNoRuleLooksAtAreCounted() throws {
    try workspace.write(
      "other.json", "{\"a\":1}\n{\"Channel\":\"Application\",\"EventID\":1}\n" + Workspace.event() + "\n")
    let run = try workspace.trawl("scan", "-r", "rules", "other.json")
    #expect(run.error.contains("1 event of unknown log source"))
    #expect(run.error.contains("--logsource product=aws,service=cloudtrail"))
    #expect(run.error.contains("1 event of log sources that no rule is about"))
  }

  @Test func theLogSourceOfEventsMayBeGiven() throws {
    try workspace.write(
      "rules/aws.yml",
      Workspace.rule.replacing(
        "category: process_creation, product: windows", with: "product: aws, service: cloudtrail"))
    try workspace.write("aws.json", "{\"CommandLine\":\"evil\"}\n")
    #expect(try workspace.trawl("scan", "-r", "rules", "aws.json").lines.isEmpty)
    #expect(
      try workspace.trawl("scan", "-r", "rules", "--logsource", "product=aws, service=cloudtrail", "aws.json")
        .lines.count == 1)
  }

  @Test func placeholdersAndLogSourcesComeFromFiles() throws {
    try workspace.write(
      "expand.yml",
      Workspace.rule.replacing("contains: evil", with: "contains|expand: '%bad%'").replacing(
        "process_creation", with: "my_source"))
    try workspace.write("bad.yml", "bad: [evil, worse]\n")
    try workspace.write("sources.tsv", "category\tmy_source\tMicrosoft-Windows-Sysmon/Operational\t1\n")
    let without = try workspace.trawl("check", "-r", "expand.yml", "--strict")
    #expect(without.status == 2)
    #expect(without.output.contains("%bad%"))
    let run = try workspace.trawl(
      "scan", "-r", "expand.yml", "--placeholders", "bad.yml", "--logsources", "sources.tsv", "log.json")
    #expect(try run.records() == [1])
    try workspace.write("sources.tsv", "categoryy\tx\n")
    let bad = try workspace.trawl("scan", "-r", "rules", "--logsources", "sources.tsv", "log.json")
    #expect(bad.status == 3)
    #expect(bad.error.contains("sources.tsv:1: error: unknown kind of entry 'categoryy'"))
  }

  @Test func theOutputFileIsNotScanned() throws {
    try workspace.write("logs/a.json", Workspace.event() + "\n")
    #expect(try workspace.trawl("scan", "-r", "rules", "logs", "-o", "logs/hits.json").status == 0)
    let again = try workspace.trawl("scan", "-r", "rules", "logs", "-C", "-o", "logs/hits.json")
    #expect(again.status == 0)
    #expect(again.error.contains("1 file,"))
  }
}
