import Foundation
import Testing
import TrawlRules
import TrawlSigma

/// All of SigmaHQ, from the archive beside the repository; skipped where that is absent.
struct SigmaHQTests {
  static let folders = ["rules", "rules-emerging-threats", "rules-threat-hunting"]

  static let archive: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let shared = ProcessInfo.processInfo.environment["TRAWL_SHARED"] ?? root.appending(path: "shared").path
    let path = shared + "/data/sigma-rules.tar.zst"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  @Test(
    "all rules of SigmaHQ load but two with a placeholder",
    .enabled(if: archive != nil, "shared/data/sigma-rules.tar.zst is absent; set TRAWL_SHARED to its folder"))
  func loadsSigmaHQ() throws {
    let folder = try Self.unpacked(try #require(Self.archive))
    defer { try? FileManager.default.removeItem(at: folder) }
    var (rules, refused, errors) = (0, 0, [Diagnostic]())
    for file in try Self.ruleFiles(in: folder) {
      let documents = SigmaParser().parse([UInt8](try Data(contentsOf: file)), file: file.lastPathComponent)
      rules += documents.rules.count
      refused += documents.refused
      errors += documents.diagnostics.filter { $0.severity == .error }
    }
    #expect(rules == 3752)
    #expect(refused == 2)
    #expect(errors.count == 2)
    #expect(
      errors.allSatisfy { $0.reason == "unresolved placeholder" && $0.message.contains("%known_cdcs%") })
    #expect(errors.allSatisfy { $0.location.line > 0 && $0.location.column > 0 && $0.ruleTitle != nil })
  }

  private static func unpacked(_ archive: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trawl-sigmahq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "--zstd", "-xf", archive, "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0, "tar --zstd cannot unpack \(archive)")
    return folder
  }

  private static func ruleFiles(in folder: URL) throws -> [URL] {
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let urls = files.compactMap { $0 as? URL }.filter { $0.pathExtension == "yml" }
    return urls.filter { url in folders.contains { url.pathComponents.contains($0) } }
  }
}
