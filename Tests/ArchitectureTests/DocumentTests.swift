import Foundation
import Testing

/// Holds what the documents say of the command and of each other.
@Suite struct DocumentTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func read(_ path: String) throws -> String {
    try String(contentsOf: DocumentTests.root.appending(path: path), encoding: .utf8)
  }

  @Test func theVersionIsInTheChangelog() throws {
    let source = try read("Sources/Trawl/Version.swift")
    let version = try #require(source.components(separatedBy: "\"").dropFirst().first)
    #expect(try read("CHANGELOG.md").contains("\n## [\(version)] - "))
  }

  @Test func linksBetweenDocumentsLeadSomewhere() throws {
    for document in ["README.md", "CONTRIBUTING.md", "docs/findings.md", "docs/explain.md"] {
      let folder = DocumentTests.root.appending(path: document).deletingLastPathComponent()
      for part in try read(document).components(separatedBy: "](").dropFirst() {
        let target = String(part.prefix { $0 != ")" })
        guard !target.hasPrefix("http") else { continue }
        #expect(
          FileManager.default.fileExists(atPath: folder.appending(path: target).path()),
          "\(document): \(target)")
      }
    }
  }

  @Test func everyOptionOfTheReadmeExists() throws {
    let folder = DocumentTests.root.appending(path: "Sources/TrawlCLI")
    let sources = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let words = try read("README.md").split { !($0.isLetter || $0 == "-") }
    for option in Set(words.filter { $0.hasPrefix("--") && $0.count > 3 }) where option != "--help" {
      let words = option.dropFirst(2).split(separator: "-")
      let name = words[0] + words.dropFirst().map(\.capitalized).joined()
      #expect(sources.contains("var \(name)"), "\(option)")
    }
  }
}
