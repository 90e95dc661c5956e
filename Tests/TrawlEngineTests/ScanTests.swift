import Foundation
import Synchronization
import Testing
import TrawlMatcher
import TrawlRules
import TrawlScanner
import TrawlTestSupport

/// A folder that is gone when the test is over.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "trawl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }
}

/// A whole scan, its findings as lines `file:record:offset rule`.
struct ScannedText {
  var findings: [String]
  var summary: ScanSummary

  init(_ ruleset: Ruleset, _ paths: [String], threads: Int, chunkSize: Int, memoCapacity: Int = 1 << 12)
    throws
  {
    let collected = Mutex<[UInt8]>([])
    var scan = Scan(
      ruleset: ruleset, files: LogFile.find(paths).files, threads: threads,
      makeFormat: {
        { finding, output in
          let name = finding.file.split(separator: "/").last ?? ""
          output += Array("\(name):\(finding.record):\(finding.offset) \(finding.rule.id)\n".utf8)
        }
      }, write: { bytes in collected.withLock { $0 += bytes } })
    scan.reading.chunkSize = chunkSize
    scan.memoCapacity = memoCapacity
    summary = try scan.run()
    findings = collected.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(
      String.init)
  }
}

@Suite struct ScanTests {
  /// Files of random events in every layout, and what the reference finds in them.
  private struct Logs {
    let folder = Result { try TemporaryFolder() }
    var rules: [Rule] = []
    var expected: [String] = []
    var events = 0
    var problems = 0

    init(seed: UInt64) throws {
      var random = RandomRules(seed: seed)
      var order = SplitMix64(seed: seed)
      rules = random.rules(40)
      let folder = try folder.get()
      for (number, ending) in ["\n", "\r\n", "\n\n", "\n"].enumerated() {
        var text = ""
        for record in 1...25 {
          // A first line that is an event makes it a file of lines.
          let isBad = record > 1 && Int.random(in: 0..<6, using: &order) == 0
          let event =
            isBad ? ["x", "{", "{\"a\":", "[]"].randomElement(using: &order)! : random.event(for: rules)
          let line = ending == "\n\n" ? 2 * record - 1 : record
          try note(isBad ? nil : event, "log\(number).json", line, text, start: number == 1 ? 3 : 0)
          text += event + (record == 25 && number == 3 ? "" : ending)
        }
        try folder.write("log\(number).json", (number == 1 ? "\u{FEFF}" : "") + text)
      }
      let layouts = [("[", ",", "]"), ("", "\n", ""), ("{\"Records\":[", ", ", "],\"x\":1}")]
      for (number, (start, between, end)) in layouts.enumerated() {
        var text = start
        for record in 1...20 {
          // Documents of several lines.
          let event = random.event(for: rules).replacing("{", with: "{\n", maxReplacements: 1)
          try note(event, "log1\(number).json", record, text, start: 0)
          text += event + (record == 20 ? "" : between)
        }
        try folder.write("log1\(number).json", text + end)
      }
    }

    private mutating func note(
      _ event: String?, _ file: String, _ record: Int, _ before: String, start: Int
    ) throws {
      guard let event else {
        problems += 1
        return
      }
      events += 1
      let blanks = event.utf8.prefix { " \t\r\n".utf8.contains($0) }.count
      let offset = start + before.utf8.count + blanks
      expected += try Reference.matches(rules, event, given: RandomRules.given).map {
        "\(file):\(record):\(offset) \($0)"
      }
    }
  }

  @Test(arguments: [1, 2, 4, 5, 6] as [UInt64])
  func findingsAreThoseOfTheReferenceWhereverChunksEndAndHoweverManyThreadsWork(_ seed: UInt64) throws {
    let logs = try Logs(seed: seed)
    let path = try logs.folder.get().url.path
    let engine = try EngineUnderTest(logs.rules, given: RandomRules.given)
    for chunkSize in [1, 2, 7, 64, 501, 4096, 1 << 18] {
      for threads in [1, 2, 5] {
        let scanned = try ScannedText(
          engine.ruleset, [path], threads: threads, chunkSize: chunkSize,
          memoCapacity: threads == 2 ? 0 : 1 << 8)
        let difference = Set(scanned.findings).symmetricDifference(logs.expected)
        #expect(difference.sorted() == [], "chunks of \(chunkSize), \(threads) threads")
        #expect(scanned.findings == logs.expected)
        #expect(scanned.summary.events == logs.events)
        #expect(scanned.summary.problems.values.reduce(0, +) == logs.problems)
        #expect(scanned.summary.findings == logs.expected.count)
        #expect(scanned.summary.files == 7 && scanned.summary.inputProblems == [])
      }
    }
    #expect(logs.expected.count > 500)
  }

  @Test func filesThatCannotBeReadAreReportedAndTheOthersAreRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.json", "{\"f\":1}\n")
    try folder.write("b.json", "no JSON at all")
    try folder.write("c.json", "")
    try Data([0x1F, 0x8B, 8, 0]).write(to: folder.url.appending(path: "d.json"))
    try folder.write("e.json", "{\"f\":1}")
    let engine = try EngineUnderTest([], given: RandomRules.given)
    var files = LogFile.find([folder.url.path]).files
    files.append(LogFile(path: folder.url.path + "/missing.json"))
    var scan = Scan(
      ruleset: engine.ruleset, files: files, threads: 2, makeFormat: { { _, _ in } }, write: { _ in })
    let summary = try scan.run()
    #expect(summary.events == 2)
    #expect(
      summary.inputProblems.map { $0.path.split(separator: "/").last } == [
        "b.json", "d.json", "missing.json",
      ])
    scan.files = [LogFile(path: folder.url.path + "/missing.json")]
    #expect(try scan.run().inputProblems.map(\.isUnreadable) == [true])
  }

  @Test func aScanWhoseFindingsCannotBeWrittenEnds() throws {
    struct Full: Error {}
    let logs = try Logs(seed: 9)
    let engine = try EngineUnderTest(logs.rules, given: RandomRules.given)
    var scan = Scan(
      ruleset: engine.ruleset, files: LogFile.find([try logs.folder.get().url.path]).files, threads: 3,
      makeFormat: { { _, output in output.append(10) } }, write: { _ in throw Full() })
    scan.reading.chunkSize = 16
    let summary = try scan.run()
    #expect(summary.outputError != nil)
  }
}
