import Foundation
import Synchronization
import Trawl
import TrawlScanner
import TrawlTestSupport

/// Logs for archives, and the rule that finds some of their events.
enum Evil {
  private static let rule = """
    title: Evil values
    logsource: {product: windows, service: security}
    detection:
      text: {v|contains: evil}
      number: {v: ["3", "7"]}
      condition: text or number
    """

  private static let compiled = Result {
    let folder = try TemporaryFolder()
    try folder.write("rule.yml", rule)
    return try EngineUnderTest(RuleLoader().load([folder.url.path + "/rule.yml"]).rules).ruleset
  }

  static func ruleset() throws -> Ruleset { try compiled.get() }

  static func event(_ value: String) -> String { "{\"Channel\":\"Security\",\"v\":\"\(value)\"}" }

  /// Lines, every third of which is found; another number, another log.
  static func log(_ number: Int, lines: Int = 40) -> String {
    var random = SplitMix64(seed: UInt64(number))
    return (1...lines).map { line in
      let filler = String((0..<(line * 7 % 60)).map { _ in "abcdefgh".randomElement(using: &random)! })
      return event(line % 3 == 0 ? "evil \(filler)" : "good \(filler)") + "\n"
    }.joined()
  }

  /// An event log of ten records, of which it finds two.
  static let eventLog = EVTXFile(Written.numbered(chunks: 2, records: 5))
}

/// A scan of files in a folder, whose paths are told from there.
struct ArchiveScan {
  /// `path:record:offset`
  var findings: [String]
  /// `path: message`
  var problems: [String]
  var unreadable: [String]
  var summary: ScanSummary

  /// Makes files, and scans them in this order.
  init(_ files: [(name: String, bytes: [UInt8])], threads: Int = 2, _ options: ReadOptions = ReadOptions())
    throws
  {
    let folder = try TemporaryFolder()
    for file in files { try Data(file.bytes).write(to: folder.url.appending(path: file.name)) }
    try self.init(in: folder, files.map(\.name), threads: threads, options)
  }

  init(_ name: String, _ bytes: [UInt8], threads: Int = 2, _ options: ReadOptions = ReadOptions()) throws {
    try self.init([(name, bytes)], threads: threads, options)
  }

  init(
    in folder: TemporaryFolder, _ names: [String], threads: Int = 2, _ options: ReadOptions = ReadOptions()
  ) throws {
    let collected = Mutex<[UInt8]>([])
    let prefix = folder.url.path + "/"
    var scan = Scan(
      ruleset: try Evil.ruleset(), files: names.map { LogFile(path: prefix + $0) }, threads: threads,
      makeFormat: {
        { finding, output in
          output += finding.file.dropFirst(prefix.count).utf8
          output += Array(":\(finding.record):\(finding.offset)\0".utf8)
        }
      }, write: { bytes in collected.withLock { $0 += bytes } })
    scan.reading = options
    scan.memoCapacity = 1 << 8
    summary = try scan.run()
    findings = collected.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\0").map(
      String.init)
    let told = summary.inputProblems.map { ($0.path.dropFirst(prefix.count), $0) }
    problems = told.map { "\($0): \($1.message)" }
    unreadable = told.filter(\.1.isUnreadable).map { String($0.0) }
  }
}

extension ReadOptions {
  init(chunkSize: Int) {
    self.init()
    self.chunkSize = chunkSize
  }
}

extension ArchiveMember {
  /// What a scan finds in it when it lies alone, told as if it had this path.
  func findings(as path: String) throws -> [String] {
    try ArchiveScan("alone", bytes).findings.map { path + $0.dropFirst("alone".count) }
  }
}

extension [ArchiveMember] {
  /// What a scan finds in them, in an archive of this path.
  func findings(in archive: String) throws -> [String] {
    try flatMap { try $0.findings(as: "\(archive)/\($0.name)") }
  }
}
