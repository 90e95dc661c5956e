import Foundation
import Testing

@Suite struct ExitCodeTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write("hit.json", Workspace.event() + "\n")
    try workspace.write("miss.json", Workspace.event("nothing") + "\n")
    try workspace.write("bad.yml", Workspace.rule.replacing("|contains", with: "|containz"))
  }

  @Test func aScanThatRanEndsWithZeroWhetherOrNotItFoundSomething() throws {
    #expect(try workspace.trawl("scan", "-r", "rules", "hit.json").status == 0)
    #expect(try workspace.trawl("scan", "-r", "rules", "miss.json").status == 0)
  }

  @Test func findingsEndWithOneWhenAskedTo() throws {
    #expect(try workspace.trawl("scan", "-r", "rules", "--fail-on-findings", "hit.json").status == 1)
    #expect(try workspace.trawl("scan", "-r", "rules", "--fail-on-findings", "miss.json").status == 0)
  }

  @Test func rulesThatCannotBeLoadedEndWithTwoWhenStrict() throws {
    let run = try workspace.trawl("scan", "-r", "rules", "-r", "bad.yml", "--strict", "hit.json")
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("bad.yml:9:17: error: unknown modifier 'containz'"))
    #expect(try workspace.trawl("scan", "-r", "rules", "-r", "bad.yml", "hit.json").status == 0)
    #expect(try workspace.trawl("check", "-r", "bad.yml", "--strict").status == 2)
    #expect(try workspace.trawl("check", "-r", "bad.yml").status == 0)
    #expect(try workspace.trawl("check", "-r", "rules", "--strict").status == 0)
  }

  @Test(arguments: [
    ["scan"], ["scan", "--bogus", "hit.json"], ["scan", "-r", "rules", "--level", "worst", "hit.json"],
    ["scan", "-r", "rules", "--min-level", "x", "hit.json"],
    ["scan", "-r", "rules", "--status", "x", "hit.json"],
    ["scan", "-r", "rules", "--format", "xml", "hit.json"],
    ["scan", "-r", "rules", "--event", "some", "hit.json"],
    ["scan", "-r", "rules", "--logsource", "aws", "hit.json"],
    ["scan", "-r", "rules", "--logsource", "host=a", "hit.json"],
    ["scan", "-r", "rules", "--logsource", "product=", "hit.json"],
    ["scan", "-r", "rules", "--no-route", "x", "hit.json"],
    ["scan", "-r", "rules", "-j", "0", "hit.json"], ["scan", "-r", "rules", "-j", "many", "hit.json"],
    ["scan", "-r", "rules", "--rule", "no such rule", "hit.json"], ["check", "more"], ["bogus"],
  ])
  func badUsageEndsWithThreeAndSaysWhy(_ arguments: [String]) throws {
    let run = try workspace.shell("trawl " + arguments.map { "'\($0)'" }.joined(separator: " "))
    #expect(run.status == 3)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("error: "))
  }

  @Test func whatIsMissingOrUnreadableEndsWithThreeAndIsNamed() throws {
    for arguments in [
      ["-r", "rules", "missing.json"], ["-r", "missing", "hit.json"],
      ["-r", "rules", "--placeholders", "missing", "hit.json"],
      ["-r", "rules", "--logsources", "missing", "hit.json"],
    ] {
      let run = try workspace.shell("trawl scan " + arguments.joined(separator: " "))
      #expect(run.status == 3)
      #expect(run.error.contains("missing"))
      #expect(run.error.contains("No such file or directory"))
    }
  }

  @Test func aMissingLogCostsThatLogOnly() throws {
    let run = try workspace.trawl("scan", "-r", "rules", "missing.json", "hit.json")
    #expect(run.status == 3)
    #expect(try run.records() == [1])
    #expect(run.error.contains("missing.json: No such file or directory"))
    let quiet = try workspace.trawl("scan", "-q", "-r", "rules", "missing.json", "hit.json")
    #expect(quiet.error == "error: missing.json: No such file or directory\n")
  }

  @Test func aFileThatIsNoLogIsSkippedInAFolderAndAnErrorWhenNamed() throws {
    try workspace.write("logs/notes.txt", "hello\n")
    try workspace.write("logs/a.json", Workspace.event())
    let folder = try workspace.trawl("scan", "-r", "rules", "logs")
    #expect(folder.status == 0)
    #expect(folder.error.contains("logs/notes.txt: no log that is known"))
    #expect(try workspace.trawl("scan", "-r", "rules", "logs/notes.txt").status == 3)
  }

  @Test func aFolderWithoutLogsEndsWithThree() throws {
    try FileManager.default.createDirectory(
      atPath: workspace.path("empty"), withIntermediateDirectories: true)
    let run = try workspace.trawl("scan", "-r", "rules", "empty")
    #expect(run.status == 3)
    #expect(run.error.contains("no logs in empty"))
    let rules = try workspace.trawl("scan", "-r", "empty", "hit.json")
    #expect(rules.status == 3)
    #expect(rules.error.contains("no rules here"))
  }

  @Test func rulesThatAllFailEndWithThree() throws {
    let run = try workspace.trawl("scan", "-r", "bad.yml", "hit.json")
    #expect(run.status == 3)
    #expect(run.error.contains("no rule could be loaded"))
  }

  @Test func aFullDiskEndsWithThreeAndNamesTheFile() throws {
    let file = try workspace.trawl("scan", "-r", "rules", "hit.json", "-o", "/dev/full")
    #expect(file.status == 3)
    #expect(file.error.contains("/dev/full: No space left on device"))
    let output = try workspace.shell("trawl scan -r rules hit.json > /dev/full")
    #expect(output.status == 3)
    #expect(output.error.contains("standard output: No space left on device"))
  }

  @Test func anOutputFileIsReplacedOnlyWhenAskedTo() throws {
    try workspace.write("hits.jsonl", "keep me\n")
    let run = try workspace.trawl("scan", "-r", "rules", "hit.json", "-o", "hits.jsonl")
    #expect(run.status == 3)
    #expect(run.error.contains("hits.jsonl exists"))
    #expect(try workspace.read("hits.jsonl") == "keep me\n")
    #expect(try workspace.trawl("scan", "-r", "rules", "hit.json", "-C", "-o", "hits.jsonl").status == 0)
    #expect(try workspace.read("hits.jsonl").hasPrefix("{\"timestamp\""))
  }

  @Test func aReaderThatGoesAwayIsNoError() throws {
    try workspace.write("many.json", String(repeating: Workspace.event() + "\n", count: 20_000))
    let run = try workspace.shell("trawl scan -r rules many.json | head -n 1; echo ${PIPESTATUS[0]}")
    #expect(run.lines.count == 2)
    #expect(run.lines.last == "0")
    #expect(run.error.isEmpty)
    let check = try workspace.shell("trawl check -r bad.yml | true; echo ${PIPESTATUS[0]}")
    #expect(check.output == "0\n")
    #expect(check.error.isEmpty)
  }

  @Test(arguments: [("INT", "130"), ("TERM", "143")])
  func anInterruptedScanHasWrittenWhatItFound(_ signal: String, _ code: String) throws {
    try workspace.write("a.json", Workspace.event() + "\n")
    // A writer that keeps the pipe open; the scan is interrupted once it has written its finding.
    let run = try workspace.shell(
      """
      set -m; mkfifo pipe; (cat a.json; exec sleep 60) > pipe & writer=$!
      $trawl scan -r rules - < pipe > out & scan=$!
      for i in {1..100}; do [ -s out ] && break; sleep 0.1; done
      kill -\(signal) $scan; wait $scan; echo "code $?"; kill -KILL $writer; cat out
      """)
    #expect(run.lines.count == 2)
    #expect(run.lines.first == "code \(code)")
    #expect(run.lines.last?.hasPrefix("{\"timestamp\"") == true)
    #expect(run.error.contains("stopped before the end"))
  }

  @Test func helpAndVersionGoToStandardOutput() throws {
    for arguments in [
      ["--help"], ["scan", "--help"], ["check", "--help"], ["bench", "--help"], ["help", "scan"],
      ["--version"],
    ] {
      let run = try workspace.shell("trawl " + arguments.joined(separator: " "))
      #expect(run.status == 0)
      #expect(!run.output.isEmpty)
      #expect(run.error.isEmpty)
      #expect(run.lines.allSatisfy { $0.count <= 80 }, "\(run.lines.filter { $0.count > 80 })")
    }
  }
}
