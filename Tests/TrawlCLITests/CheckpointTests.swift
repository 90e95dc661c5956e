import Foundation
import Testing

/// Scans that are stopped and go on.
@Suite struct CheckpointTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
  }

  private static let scan = "trawl scan -q -r rules -o out.jsonl --checkpoint place"

  /// Logs of all kinds; of each event that is found the number is in its command line.
  private func writeLogs(lines: Int) throws {
    var number = 0
    func log(_ count: Int) -> String {
      (0..<count).map { _ in
        number += 1
        return Workspace.event(number % 7 == 0 ? "run evil.exe \(number)" : "run it \(number)") + "\n"
      }.joined()
    }
    for file in 0..<4 { try workspace.write("logs/a\(file).json", log(lines)) }
    try workspace.write("logs/b.json", "[" + log(lines).replacing("\n{", with: ",\n{") + "]")
    for file in 0..<3 { try workspace.write("members/c\(file).json", log(lines)) }
    for file in 0..<9 { try workspace.write("logs/d/small\(file).json", log(lines / 100)) }
    let run = try workspace.shell(
      "tar czf logs/c.tgz members && gzip -k logs/a3.json && rm -r members && printf 'x\\n' > logs/e.txt")
    #expect(run.status == 0, "\(run.error)")
  }

  @Test func aScanThatIsKilledOverAndOverFindsWhatAnUndisturbedOneDoes() async throws {
    try writeLogs(lines: 12_000)
    try #require(workspace.trawl("scan", "-q", "-r", "rules", "-o", "whole.jsonl", "logs").status == 0)
    let whole = try workspace.read("whole.jsonl")
    var kills = 0
    while kills < 50 {
      try? FileManager.default.removeItem(atPath: workspace.path("place"))
      try? FileManager.default.removeItem(atPath: workspace.path("out.jsonl"))
      while try await isKilled(after: .milliseconds(Int.random(in: 20...900))) { kills += 1 }
      #expect(try workspace.read("out.jsonl") == whole, "after \(kills) kills")
    }
  }

  /// Runs the scan; true when it had not come to its end by then.
  private func isKilled(after delay: Duration) async throws -> Bool {
    let process = Process()
    process.executableURL = Workspace.command
    process.currentDirectoryURL = workspace.folder
    process.arguments = CheckpointTests.scan.split(separator: " ").dropFirst().map(String.init) + ["logs"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = ContinuousClock.now + delay
    while process.isRunning, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { return true }
    #expect(process.terminationStatus == 0)
    return false
  }

  @Test func filesThatCameSinceAreScannedByTheSameCommand() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    #expect(try workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    try workspace.write("logs/2.json", Workspace.event() + "\n")
    let run = try workspace.shell("trawl scan -r rules -o out.jsonl --checkpoint place logs")
    #expect(run.status == 0)
    #expect(run.error.contains("going on behind 1 event and 1 finding of the earlier scan"))
    #expect(run.error.contains("2 findings: 2 high"))
    #expect(run.error.contains("2 events in 2 files"))
    #expect(try workspace.read("out.jsonl").split(separator: "\n").count == 2)
  }

  @Test func whatWasWrittenBehindTheCheckpointIsCutOff() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    try #require(workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    let whole = try workspace.read("out.jsonl")
    #expect(try workspace.shell("printf torn >> out.jsonl; \(CheckpointTests.scan) logs").status == 0)
    #expect(try workspace.read("out.jsonl") == whole)
  }

  @Test func aScanThatIsNotTheSameIsRefused() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    try #require(workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    for change in [
      "--why logs", "--from 2026-01-01 logs", "--logsource product=aws logs", "--exclude 'x*' logs",
      "--rule 'any*' -r other logs",
    ] {
      try workspace.write("other/any.yml", Workspace.rule.replacing("Evil", with: "Any"))
      let run = try workspace.shell("\(CheckpointTests.scan) \(change)")
      #expect(run.status == 3)
      #expect(
        run.error.contains("place: it belongs to a scan with other rules or options; remove it"),
        "\(run.error)")
    }
    try workspace.write("logs/0.json", Workspace.event() + "\n")
    let run = try workspace.shell("\(CheckpointTests.scan) logs")
    #expect(run.error.contains("place: it belongs to a scan of other files; remove it"))
  }

  @Test func aFileThatChangedIsWarnedOf() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    try #require(workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    try workspace.write("logs/1.json", Workspace.event() + "\n" + Workspace.event() + "\n")
    let run = try workspace.trawl("scan", "-r", "rules", "-o", "out.jsonl", "--checkpoint", "place", "logs")
    #expect(run.error.contains("warning: files that the earlier scan read have changed since"))
  }

  @Test func whatIsNoCheckpointIsRefused() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    try #require(workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    let good = try Data(contentsOf: workspace.folder.appending(path: "place"))
    var damaged = good
    damaged[good.count / 2] ^= 1
    for (data, message) in [
      (Data("hello".utf8), "it is no checkpoint of a scan"), (damaged, "it is damaged"),
      (good.dropLast(5), "it is damaged"), (Data(), "it is no checkpoint of a scan"),
    ] {
      try workspace.write("place", data)
      let run = try workspace.shell("\(CheckpointTests.scan) logs")
      #expect(run.status == 3)
      #expect(run.error.contains("place: \(message); remove it to scan from the beginning"), "\(run.error)")
    }
  }

  @Test func anOutputThatIsMissingOrTooShortIsAnError() throws {
    try workspace.write("logs/1.json", Workspace.event() + "\n")
    try #require(workspace.shell("\(CheckpointTests.scan) logs").status == 0)
    let short = try workspace.shell("printf '' > out.jsonl; \(CheckpointTests.scan) logs")
    #expect(short.status == 3)
    #expect(short.error.contains("out.jsonl holds less than the earlier scan wrote"))
    #expect(try workspace.shell("rm out.jsonl; \(CheckpointTests.scan) logs").status == 3)
  }

  @Test func aCheckpointNeedsAFileOfFindings() throws {
    try workspace.write("log.json", Workspace.event() + "\n")
    let run = try workspace.trawl("scan", "-r", "rules", "--checkpoint", "place", "log.json")
    #expect(run.status == 3)
    #expect(run.error.contains("--checkpoint needs --output"))
    try workspace.write("out.jsonl", "mine\n")
    let other = try workspace.shell("\(CheckpointTests.scan) log.json")
    #expect(other.status == 3)
    #expect(other.error.contains("out.jsonl: exists; --clobber (-C) replaces it"))
    #expect(try workspace.read("out.jsonl") == "mine\n")
  }

  @Test func twoScansDoNotWriteToTheSameOutput() throws {
    try workspace.write("log.json", Workspace.event() + "\n")
    let run = try workspace.shell(
      """
      mkfifo pipe
      trawl scan -q -r rules -o out.jsonl --checkpoint place pipe & first=$!
      exec 3> pipe
      until test -e out.jsonl; do sleep 0.05; done; sleep 0.3
      trawl scan -q -r rules -o out.jsonl --checkpoint place pipe; echo $?
      exec 3>&-; wait $first
      """)
    #expect(run.error.contains("out.jsonl: another scan is writing to it"))
    #expect(run.lines == ["3"])
  }

  @Test func aScanThatIsInterruptedGoesOn() throws {
    try writeLogs(lines: 6000)
    try #require(workspace.trawl("scan", "-q", "-r", "rules", "-o", "whole.jsonl", "logs").status == 0)
    let run = try workspace.shell(
      """
      trawl scan -r rules -o out.jsonl --checkpoint place logs & scan=$!
      sleep 0.3; kill -INT $scan; wait $scan; echo $?
      \(CheckpointTests.scan) logs; echo $?
      """)
    // A fast machine may have come to the end before.
    if run.lines.first == "130" {
      #expect(run.error.contains("the same command goes on from here, by place"))
    }
    #expect(run.lines.last == "0")
    #expect(try workspace.read("out.jsonl") == workspace.read("whole.jsonl"))
  }
}
