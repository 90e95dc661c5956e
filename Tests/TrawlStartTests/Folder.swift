import Foundation
import Testing

@testable import Trawl

/// A folder for one test, with rules, a log and a cache.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "trawl-start-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try write("rules/a.yml", Folder.rule("evil", level: "high"))
    try write("rules/b.yml", Folder.rule("odd", level: "low"))
    try write("rules/bad.yml", Folder.rule("x", level: "low").replacing("|contains", with: "|containz"))
    try write("log.ndjson", ["evil", "odd", "nothing"].map { Folder.event($0) + "\n" }.joined())
  }

  deinit {
    do { try FileManager.default.removeItem(at: url) } catch {
      Issue.record("the folder of a test stays: \(error)")
    }
  }

  func path(_ name: String) -> String { url.appending(path: name).path() }

  func write(_ name: String, _ text: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  static func rule(_ word: String, level: String) -> String {
    """
    title: Rule of \(word)
    id: \(word)
    level: \(level)
    status: test
    tags: [attack.execution]
    logsource: {category: process_creation, product: windows}
    detection:
      selection:
        CommandLine|contains: \(word)
      keywords: [\(word)]
      condition: 1 of *
    """
  }

  static func event(_ commandLine: String) -> String {
    "{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\"CommandLine\":\"\(commandLine)\"}"
  }

  var request: RuleRequest { RuleRequest(paths: [path("rules")]) }

  func cache(_ name: String = "cache") throws -> RuleCache { try #require(RuleCache(folder: path(name))) }

  /// The entries of the cache.
  func entries(_ name: String = "cache") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).filter { $0.hasSuffix(".trawl") }.sorted()
  }

  /// Ids of the rules that hold for the log, in order.
  func findings(_ rules: PreparedRules) throws -> [String] {
    let lines = Lines()
    let scan = Scan(
      ruleset: rules.ruleset, files: [LogFile(path: path("log.ndjson"))], threads: 1,
      makeFormat: { { finding, output in output += Array((finding.rule.id + "\n").utf8) } },
      write: { lines.add($0) })
    _ = try scan.run()
    return lines.all
  }
}

/// Written by one worker.
private final class Lines: @unchecked Sendable {
  private var bytes: [UInt8] = []

  func add(_ more: [UInt8]) { bytes += more }

  var all: [String] { bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) } }
}

extension RuleAnswer {
  var isFromCache: Bool {
    if case .cache = origin { return true }
    return false
  }
}
