import Foundation
import Testing
import TrawlCatalog

/// The site as Chromium shows it; `Tests/Tools/browse.py` drives it and knows what must hold.
@Suite struct BrowserTests {
  private static let chromium = ["chromium", "chromium-browser", "google-chrome"].first { name in
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)")
  }

  @Test(.enabled(if: chromium != nil, "no Chromium is installed"))
  func theSiteIsSearchedFilteredAndFollowedWithoutAComplaint() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trawl-site-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, text) in CatalogSite(try SampleCatalog.catalog()).files() {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: false, encoding: .utf8)
    }
    let catalog = try SampleCatalog.catalog()
    let site = CatalogSite(catalog)
    let hostile = try #require(catalog.rules.firstIndex { $0.title == SampleCatalog.hostileText })
    let others = site.files().keys.filter { $0.hasPrefix("techniques/") || $0.hasPrefix("events/") }.sorted()
    let problems = try Browse.problems(
      ["site", folder.path(), "rules/sigma/\(SampleCatalog.reverseShell).html", site.rulePages[hostile]]
        + ["rules/elastic/e-1.html", "rules/sigma/index.html"] + others.prefix(2))
    #expect(problems == "")
  }
}

/// Runs the script that looks at pages.
enum Browse {
  /// What the script says is wrong.
  static func problems(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", SampleCatalog.root.appending(path: "Tests/Tools/browse.py").path()] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: output, as: UTF8.self)
    return process.terminationStatus == 0 ? "" : "exit \(process.terminationStatus): \(text)"
  }
}
