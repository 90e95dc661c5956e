import Foundation
import TrawlRules
import TrawlSigma

/// The project's own rules, events and cases, in the folder Corpus, and the table of log sources.
public enum Corpus {
  /// The package's folder.
  public static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Text of `Sources/TrawlCompiler/Embedded/logsources.tsv`.
  public static func logSourceTable() throws -> String {
    try text("Sources/TrawlCompiler/Embedded/logsources.tsv")
  }

  /// All rules of `Corpus/Rules`, in the order of their files' names, and whatever was wrong with them. Read once.
  public static func rules() throws -> SigmaDocuments { try loadedRules.get() }

  private static let loadedRules = Result {
    var all = SigmaDocuments()
    for file in try files("Corpus/Rules", ext: "yml") {
      let documents = SigmaParser().parse(try text(file), file: file)
      all.rules += documents.rules
      all.diagnostics += documents.diagnostics
      all.refused += documents.refused
    }
    return all
  }

  /// An event of `Corpus/Events`.
  public struct Event: Sendable {
    /// `Corpus/Events/cloud.ndjson`
    public var file: String
    /// From 1.
    public var line: Int
    public var json: String
  }

  /// All events of `Corpus/Events`, file by file, line by line.
  public static func events() throws -> [Event] {
    try files("Corpus/Events", ext: "ndjson").flatMap { file in
      try text(file).split(separator: "\n").enumerated().map {
        Event(file: file, line: $0.offset + 1, json: String($0.element))
      }
    }
  }

  /// Paths of the files of a folder with this extension, sorted, from the package's folder.
  static func files(_ folder: String, ext: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: packageFolder.appending(path: folder).path)
      .filter { $0.hasSuffix(".\(ext)") }.sorted().map { "\(folder)/\($0)" }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: packageFolder.appending(path: path), encoding: .utf8)
  }
}
