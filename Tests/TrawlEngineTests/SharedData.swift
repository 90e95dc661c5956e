import Foundation
import Synchronization
import Trawl
import TrawlTestSupport

/// Rules, recordings and hits that are no part of the project: `../shared/data`, or `data` in the folder that the
/// variable TRAWL_SHARED names.
enum SharedData {
  static let folder: URL? = {
    let shared = ProcessInfo.processInfo.environment["TRAWL_SHARED"].map { URL(filePath: $0) }
    let data = (shared ?? Corpus.packageFolder.appending(path: "../shared")).appending(path: "data")
      .standardizedFileURL
    return FileManager.default.fileExists(atPath: data.appending(path: "expected").path) ? data : nil
  }()

  struct Missing: Error {}

  struct Hit: Hashable, Comparable, Codable, Sendable {
    var file: String
    var record: Int
    var rule: String

    static func < (left: Hit, right: Hit) -> Bool {
      (left.file, left.record, left.rule) < (right.file, right.record, right.rule)
    }
  }

  static func unpack(_ archive: String) throws -> TemporaryFolder {
    guard let data = folder else { throw Missing() }
    let target = try TemporaryFolder()
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "--zstd", "-xf", data.appending(path: archive).path, "-C", target.url.path]
    try tar.run()
    tar.waitUntilExit()
    guard tar.terminationStatus == 0 else { throw Missing() }
    return target
  }

  static func expected(_ files: [String]) throws -> [Hit] {
    guard let data = folder else { throw Missing() }
    return try files.flatMap { file in
      let path = data.appending(path: "expected/\(file)")
      guard FileManager.default.fileExists(atPath: path.path) else { return [Hit]() }
      return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map {
        try JSONDecoder().decode(Hit.self, from: Data($0.utf8))
      }
    }
  }

  /// Paths of all files below a folder, from there, sorted.
  static func files(below folder: URL, ext: String) -> [String] {
    let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".\(ext)") }.sorted()
  }

  static func scan(_ ruleset: Ruleset, _ folder: URL, _ files: [String]) throws -> [Hit] {
    let (hits, summary) = try scan(ruleset, files, below: folder.path + "/")
    guard summary.inputProblems.isEmpty else { throw Missing() }
    return hits
  }

  /// Scans an archive as it lies; hits are told by their paths in it.
  static func scan(_ ruleset: Ruleset, archive: String, _ glob: String? = nil) throws -> (
    hits: [Hit], files: Int
  ) {
    guard let data = folder else { throw Missing() }
    var reading = ReadOptions()
    if let glob { reading.selection.include = [glob] }
    let path = data.appending(path: archive).path
    let (hits, summary) = try scan(ruleset, [""], below: path, reading)
    guard !summary.inputProblems.contains(where: \.isUnreadable) else { throw Missing() }
    let inArchive = hits.map { hit in
      let file = hit.file.dropFirst()
      return Hit(
        file: String(file.hasPrefix("./") ? file.dropFirst(2) : file), record: hit.record, rule: hit.rule)
    }
    return (inArchive, summary.files)
  }

  private static func scan(
    _ ruleset: Ruleset, _ files: [String], below prefix: String, _ reading: ReadOptions = ReadOptions()
  ) throws -> (hits: [Hit], summary: ScanSummary) {
    let found = Mutex<[Hit]>([])
    var scan = Scan(
      ruleset: ruleset, files: files.map { LogFile(path: prefix + $0) }, threads: 2,
      makeFormat: {
        { finding, _ in
          let file = String(finding.file.dropFirst(prefix.count))
          found.withLock { $0.append(Hit(file: file, record: finding.record, rule: finding.rule.id)) }
        }
      }, write: { _ in })
    scan.reading = reading
    let summary = try scan.run()
    guard summary.problems.isEmpty else { throw Missing() }
    return (found.withLock { $0 }, summary)
  }
}
