import Foundation
import Testing

@Suite struct BenchTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write("log.json", [hit, miss, hit, miss, miss].joined(separator: "\n"))
  }

  let hit = Workspace.event()
  let miss = Workspace.event("nothing")

  private func bench(_ arguments: String) throws -> Workspace.Run {
    try workspace.shell("trawl bench -r rules --no-cache \(arguments)", environment: ["COLUMNS": "80"])
  }

  /// The row of a table that begins with a name, as words.
  private func row(_ name: String, _ run: Workspace.Run) throws -> [Substring] {
    let line = try #require(run.lines.first { $0.hasPrefix(name + " ") }, "\(name)")
    return line.dropFirst(name.count).split(separator: " ")
  }

  private static func number(_ text: Substring) -> Double? { Double(text.replacing(",", with: "")) }

  @Test func everyStepIsMeasuredAndCounted() throws {
    let run = try bench("--runs 2 log.json")
    #expect(run.status == 0)
    #expect(run.error.isEmpty)
    #expect(run.output.contains("5 events in 1 file, \(hit.utf8.count * 2 + miss.utf8.count * 3 + 4) bytes"))
    #expect(run.output.contains("best of 2 runs, one thread"))
    for name in ["floor", "decoding", "matching", "whole scan"] {
      let row = try row(name, run)
      let speeds = row.prefix(3).compactMap(BenchTests.number)
      #expect(speeds.count == 3 && speeds[0] > 0 && speeds[2] > 0, "\(row)")
    }
    #expect(try row("floor", run).contains("100"))
    // Of each event the channel, the id and the command line at most.
    #expect(run.output.contains(" keys that rules name"))
    #expect(try row("matching", run).suffix(2) == ["2", "matches"])
    #expect(try row("whole scan", run).suffix(2) == ["2", "findings"])
  }

  @Test func theCountsAreThoseOfTheScan() throws {
    // Shorter literals are not in the database.
    let rule = Workspace.rule.replacing("contains: evil", with: "contains: evil.exe")
    try workspace.write("rules/evil.yml", rule)
    let run = try bench("--runs 1 log.json")
    func figure(_ text: String) throws -> String {
      let line = try #require(run.lines.first { $0.contains(text) }, "\(text)")
      return String(line.split(separator: " ")[0])
    }
    // Two values are distinct; the rule is announced where it holds, and evaluated once.
    #expect(try figure("values looked up in the memo") == "1.00")
    #expect(run.output.contains("memo, 60.0 % of them seen before"))
    #expect(try figure("values scanned by the database") == "0.40")
    #expect(run.output.contains("of 9.5 bytes on average"))
    #expect(try figure("patterns that it reported") == "0.20")
    #expect(try figure("gates opened") == "0.00")
    #expect(try figure("candidates: rules announced") == "0.40")
    #expect(try figure("candidates evaluated") == "0.20")
    #expect(try figure("  findings") == "0.40")
  }

  @Test func archivesAreReadAsByTheScan() throws {
    try workspace.write(
      "t.csv", "Channel,EventID,CommandLine\nMicrosoft-Windows-Sysmon/Operational,1,run evil\n")
    #expect(try workspace.shell("gzip -k log.json; tar cf logs.tar log.json log.json.gz t.csv").status == 0)
    let run = try bench("logs.tar")
    #expect(run.output.contains("11 events in 3 files"), "\(run.error)")
    #expect(try row("whole scan", run).contains("5"))
    #expect(try bench("--exclude '*.gz' logs.tar").output.contains("6 events in 2 files"))
    #expect(try bench("--input-format csv t.csv").output.contains("1 event in 1 file"))
  }

  @Test(arguments: ["lines", "array", "pretty", "records"])
  func everyLayoutGivesTheSameCounts(_ layout: String) throws {
    let events = [hit, miss, hit, miss, miss]
    let text =
      switch layout {
      case "array": "[" + events.joined(separator: ",\n") + "]"
      case "pretty": events.map { $0.replacing(",\"", with: ",\n  \"") }.joined(separator: "\n")
      case "records": "{\"Records\": [" + events.joined(separator: ",") + "]}"
      default: events.joined(separator: "\n")
      }
    try workspace.write("log.json", text)
    let run = try bench("--runs 1 log.json")
    #expect(run.status == 0)
    #expect(run.output.contains("5 events in 1 file"))
    #expect(try row("whole scan", run).suffix(2) == ["2", "findings"])
    // The number of keys that rules name.
    try workspace.write("lines.json", events.joined(separator: "\n"))
    #expect(try row("floor", run).suffix(5) == row("floor", bench("--runs 1 lines.json")).suffix(5))
    #expect(try row("floor", run).suffix(4) == ["keys", "that", "rules", "name"])
    #expect(!run.output.contains("it counts"))
  }

  @Test func brokenRecordsAreSaidAndCostNothingElse() throws {
    try workspace.write("log.json", "\(hit)\n{\"a\":\n12\n\(hit)\n")
    let run = try bench("--runs 1 log.json")
    #expect(run.status == 0)
    #expect(run.output.contains("2 events in 1 file"))
    #expect(run.output.contains("Unread   2 records"))
    #expect(run.output.contains("log.json:2: "))
    #expect(!run.output.contains("it counts"))
  }

  @Test func aFloorOfOtherEventsIsSaidToBeOne() throws {
    // simdjson On-Demand does not look at values that nobody asks for.
    try workspace.write("log.json", "\(hit)\n{\"a\":tru}\n\(hit)\n")
    let run = try bench("--runs 1 log.json")
    #expect(run.output.contains("2 events in 1 file"))
    #expect(run.output.contains("Floor    it counts 3 events in the same bytes"))
  }

  // MARK: what rules cost

  private func writeCostlyRules() throws {
    func rule(_ title: String, _ selection: String) -> String {
      Workspace.rule.replacing("Evil Command", with: title)
        .replacing("11111111", with: title == "Never Holds" ? "22222222" : "33333333")
        .replacing("CommandLine|contains: evil", with: selection)
    }
    // Announced by the command line, decided by the user.
    try workspace.write(
      "rules/vain.yml",
      rule("Never Holds", "CommandLine|contains: ' runs-often'\n    User|contains: zz"))
    try workspace.write("rules/image.yml", rule("Another", "Image|contains: something-else"))
    let lines = ["1 runs-often", "1 runs-often", "2 runs-often", "3 runs-often"].map {
      Workspace.event($0, more: ",\"Image\":\"a.exe\",\"User\":\"me \($0)\"")
    }
    let image = Workspace.event("4", more: ",\"Image\":\"x runs-often\",\"User\":\"me\"")
    try workspace.write("log.json", (lines + [image, hit]).joined(separator: "\n"))
  }

  private func expectCosts(_ run: Workspace.Run) {
    #expect(run.status == 0)
    #expect(
      run.lines.contains { $0.split(separator: " ") == ["3", "3", "4", "0", "Never", "Holds"] },
      "\(run.output)")
    #expect(
      run.lines.contains {
        $0.split(separator: " ") == ["1", "4", "3", "'", "runs-often'", "Never", "Holds"]
      }, "\(run.output)")
    // What is of use is no cost.
    #expect(!run.output.contains("Evil Command") && !run.output.contains("'evil'"))
  }

  @Test func theRuleAndTheLiteralThatCostWithoutUseAreNamed() throws {
    try writeCostlyRules()
    let run = try bench("--runs 1 --rules-cost log.json")
    expectCosts(run)
    #expect(run.lines.allSatisfy { $0.count <= 80 }, "\(run.lines.filter { $0.count > 80 })")
    #expect(try !bench("--runs 1 log.json").output.contains("Never Holds"))
  }

  @Test func compiledRulesNameThemToo() throws {
    try writeCostlyRules()
    #expect(try workspace.trawl("compile", "-q", "-r", "rules", "-o", "rules.trawl").status == 0)
    expectCosts(
      try workspace.trawl("bench", "-q", "-r", "rules.trawl", "--runs", "1", "--rules-cost", "log.json"))
  }

  @Test func asManyRowsAreShownAsAskedForAndTheRestIsAddedUp() throws {
    for number in 1...5 {
      try workspace.write(
        "rules/\(number).yml",
        Workspace.rule.replacing("Evil Command", with: "Vain \(number)")
          .replacing("11111111", with: "2222222\(number)")
          .replacing("contains: evil", with: "contains: literal-\(number)\n    User|contains: zz"))
    }
    let line = (1...5).map { "literal-\($0)" }.joined(separator: " ")
    try workspace.write("log.json", Workspace.event(line, more: ",\"User\":\"literal-1\""))
    let run = try bench("--runs 1 --rules-cost --top 2 log.json")
    #expect(run.output.contains("Vain 1") && run.output.contains("Vain 2"))
    #expect(!run.output.contains("Vain 3"))
    #expect(run.output.contains("         3  evaluations in vain of 3 more rules\n"))
  }

  @Test func nothingInVainIsSaidToBeNothing() throws {
    let run = try bench("--runs 1 --rules-cost log.json")
    #expect(run.output.contains("without holding\nnone\n"))
    #expect(run.output.contains("without use\nnone\n"))
  }

  // MARK: what goes wrong

  @Test(arguments: [
    ["--runs", "0", "log.json"], ["--runs", "x", "log.json"], ["--top", "3", "log.json"],
    ["--rules-cost", "--top", "0", "log.json"], ["--format", "csv", "log.json"], [], ["-"],
    ["--rule", "no such rule", "log.json"], ["missing.json"], ["notes.txt"], ["empty.json"], ["broken.json"],
    ["folder"], ["pipe"],
  ])
  func whatCannotBeMeasuredEndsWithThreeAndSaysWhy(_ arguments: [String]) throws {
    try workspace.write("notes.txt", "hello\n")
    try workspace.write("empty.json", "\n")
    try workspace.write("broken.json", "{\"a\":\n")
    try FileManager.default.createDirectory(
      atPath: workspace.path("folder"), withIntermediateDirectories: true)
    let run = try workspace.shell(
      "mkfifo pipe; trawl bench -r rules --no-cache "
        + arguments.map { "'\($0)'" }.joined(separator: " "))
    #expect(run.status == 3)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("error: "))
  }

  @Test func reasonsAreNamed() throws {
    try workspace.write("notes.txt", "hello\n")
    #expect(try bench("missing.json").error == "error: missing.json: No such file or directory\n")
    #expect(try bench("-").error.contains("standard input can be read only once"))
    let notes = try bench("notes.txt")
    #expect(
      notes.error.contains("notes.txt: no log that is known") && notes.error.contains("nothing to measure"))
    #expect(try bench("--top 3 log.json").error.contains("--rules-cost"))
  }

  @Test func aLogThatIsMissingBesideOthersIsNamedAndEndsWithThree() throws {
    let run = try bench("--runs 1 log.json missing.json")
    #expect(run.status == 3)
    #expect(run.output.contains("missing.json: No such file or directory"))
    #expect(try row("whole scan", run).suffix(2) == ["2", "findings"])
  }

  @Test func refusedRulesEndWithTwoWhenStrict() throws {
    try workspace.write("rules/bad.yml", Workspace.rule.replacing("|contains", with: "|containz"))
    let strict = try bench("--strict log.json")
    #expect(strict.status == 2)
    #expect(strict.output.isEmpty)
    let run = try bench("--runs 1 log.json")
    #expect(run.status == 0)
    #expect(run.output.contains("1 refused"))
  }

  @Test func aReaderThatGoesAwayIsNoErrorAndAFullDiskIsOne() throws {
    let run = try workspace.shell("trawl bench -r rules --runs 1 log.json | true; echo ${PIPESTATUS[0]}")
    #expect(run.output == "0\n" && run.error.isEmpty)
    let full = try bench("--runs 1 log.json > /dev/full")
    #expect(full.status == 3)
    #expect(full.error.contains("standard output: No space left on device"))
  }
}
