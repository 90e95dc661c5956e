import Foundation
import Testing
import TrawlKQL

/// 500 published files, from the archive beside the repository; skipped where that is absent.
struct HuntingQueriesTests {
  static let archive: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let shared = ProcessInfo.processInfo.environment["TRAWL_SHARED"] ?? root.appending(path: "shared").path
    let path = shared + "/data/kql-hunting-queries.tar.zst"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  private static let allReasons: [String: Int] = [
    "other table": 241,
    "externaldata": 83,
    "unknown table": 13,
    "no query": 12,
    "search": 8,
    "unknown column": 8,
    "FileProfile": 6,
    "syntax error": 6,
    "time window": 6,
    "computed table": 3,
    "no table": 2,
    "unexpected character": 2,
    "function dynamic_to_json": 1,
    "missing ;": 1,
    "range": 1,
    "time of the run": 1,
    "unbalanced parentheses": 1,
    "unterminated string": 1,
    "where after join": 1,
  ]

  private static let deviceReasons: [String: Int] = [
    "externaldata": 70,
    "FileProfile": 6,
    "other table": 5,
    "time window": 5,
    "unknown column": 4,
    "syntax error": 2,
    "function dynamic_to_json": 1,
    "time of the run": 1,
    "unbalanced parentheses": 1,
    "where after join": 1,
  ]

  @Test(
    "the published queries load as they were counted",
    .enabled(if: archive != nil, "shared/data/kql-hunting-queries.tar.zst is absent; set TRAWL_SHARED"))
  func counts() throws {
    let documents = try Self.load(try #require(Self.archive))
    let full = documents.queries.count { $0.outcome == .full }
    #expect(full == 186)
    #expect(documents.queries.count { $0.eventLimit != nil } == 14)
    #expect(documents.queries.count == 197)
    #expect(documents.skipped.count == 397)
    #expect(documents.duplicates == 283)
    #expect(reasons(documents.skipped) == Self.allReasons)
  }

  @Test(
    "of the queries on Device tables most are exact, and the rest have a reason",
    .enabled(if: archive != nil, "shared/data/kql-hunting-queries.tar.zst is absent; set TRAWL_SHARED"))
  func deviceQueries() throws {
    let documents = try Self.load(try #require(Self.archive))
    let loaded = documents.queries.filter { query in query.filters.allSatisfy { $0.table.hasPrefix("Device") }
    }
    let skipped = documents.skipped.filter { skipped in
      !skipped.tables.isEmpty && skipped.tables.allSatisfy { $0.hasPrefix("Device") }
    }
    #expect(loaded.count == 179)
    #expect(loaded.count { $0.plan != nil } == 168)
    #expect(skipped.count == 96)
    #expect(reasons(skipped) == Self.deviceReasons)
    #expect(Double(loaded.count) >= 0.65 * Double(loaded.count + skipped.count))
    #expect(loaded.count(where: \.readsTwice) == 26)
    #expect(
      documents.diagnostics.allSatisfy {
        $0.diagnostic.location.line > 0 && $0.diagnostic.location.column > 0 && !$0.sourceLine.isEmpty
      })
  }

  @Test(
    "with a file for each address of externaldata most of those queries load too",
    .enabled(if: archive != nil, "shared/data/kql-hunting-queries.tar.zst is absent; set TRAWL_SHARED"))
  func externalData() throws {
    let archive = try #require(Self.archive)
    var options = KQLOptions()
    try Self.eachFile(archive) { _, data in
      for piece in String(decoding: data, as: UTF8.self).split(whereSeparator: { "\"'".contains($0) })
      where piece.hasPrefix("http") {
        options.externals[String(piece)] = "1.2.3.4,b\n5.6.7.8,d\n"
      }
    }
    let documents = try Self.load(archive, options)
    let device = documents.queries.count { query in query.filters.allSatisfy { $0.table.hasPrefix("Device") }
    }
    #expect(device == 179 + 68)
    // Three make tables of the lines of a file, which are no events.
    #expect(reasons(documents.skipped)["externaldata"] == 3)
  }

  @Test(
    "with a table of profiles those load that ask for them, and more tables are made",
    .enabled(if: archive != nil, "shared/data/kql-hunting-queries.tar.zst is absent; set TRAWL_SHARED"))
  func profiles() throws {
    var options = KQLOptions()
    options.profiles = try FileProfiles("SHA1\n\(String(repeating: "0a", count: 20))\n")
    let documents = try Self.load(try #require(Self.archive), options)
    #expect(reasons(documents.skipped)["FileProfile"] == nil)
    #expect(documents.queries.count == 197 + 5)
    #expect(documents.queries.count { $0.outcome == .full } == 186 + 10)
  }

  private func reasons(_ skipped: [KQLSkipped]) -> [String: Int] {
    Dictionary(skipped.map { ($0.diagnostic.diagnostic.reason, 1) }, uniquingKeysWith: +)
  }

  private static func load(_ archive: String, _ options: KQLOptions = KQLOptions()) throws -> KQLDocuments {
    var documents = KQLDocuments()
    try eachFile(archive) { name, data in
      documents.append(KQLLoader(options: options).load([UInt8](data), file: name))
    }
    return documents
  }

  private static func eachFile(_ archive: String, _ body: (String, Data) -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trawl-kql-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "--zstd", "-xf", archive, "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0, "tar --zstd cannot unpack \(archive)")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    for name in names.sorted() where name.hasSuffix(".md") || name.hasSuffix(".txt") {
      body(name, try Data(contentsOf: folder.appending(path: name)))
    }
  }
}
