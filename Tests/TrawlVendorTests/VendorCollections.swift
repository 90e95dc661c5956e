import Foundation
import Testing

@testable import TrawlCatalog

/// The published collections beside the repository, unpacked and read once.
enum VendorCollections {
  static let shared: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let shared = ProcessInfo.processInfo.environment["TRAWL_SHARED"] ?? root.appending(path: "shared").path
    let names = ["splunk-detections.tar.zst", "elastic-rules.tar.zst", "expected/indicators.json"]
    return names.allSatisfy { FileManager.default.fileExists(atPath: "\(shared)/data/\($0)") } ? shared : nil
  }()

  static let absent: Comment =
    "shared/data holds no rules of Splunk and Elastic; set TRAWL_SHARED to its folder"

  static let splunk = Result { SplunkCollection.rules(try files("splunk-detections", ".yml")) }
  static let elastic = Result { ElasticCollection.rules(try files("elastic-rules", ".toml")) }

  private static func files(_ archive: String, _ suffix: String) throws -> [CollectionFile] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trawl-vendor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = "\(try #require(shared))/data/\(archive).tar.zst"
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "--zstd", "-xf", path, "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0, "tar --zstd cannot unpack \(path)")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return try names.filter { $0.hasSuffix(suffix) }.map {
      CollectionFile(path: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0))))
    }
  }
}
