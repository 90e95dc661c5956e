import Foundation
import Testing

/// The hunting queries of the Corpus, over its rows.
@Suite struct CorpusQueryTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../../..").standardized.path()
  private static let profiles = "--kql-fileprofile Corpus/Queries/file-profiles.csv"

  /// The command, run where the Corpus is.
  private func trawl(_ line: String) throws -> Workspace.Run {
    try Workspace().shell("cd '\(Self.folder)' && trawl \(line) \(Self.profiles)")
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(Self.folder)/Corpus/Queries/\(path)", encoding: .utf8)
  }

  @Test func theRowsAreHitAsTheFileOfHitsSays() throws {
    for threads in [1, 3] {
      let run = try trawl("scan -q --format jsonl -j \(threads) -r Corpus/Queries Corpus/Rows")
      #expect(run.status == 0, "\(run.error)")
      let lines = try run.findings().map { finding in
        let file = finding.source.file.replacing("Corpus/Rows/", with: "")
        return
          "\(file)\t\(finding.source.record)\t\(finding.rule.id.replacing("Corpus/Queries/", with: ""))\n"
      }
      #expect(try lines.joined() == text("hits.tsv"))
    }
  }

  @Test func everyQueryIsFullAndIsHit() throws {
    let run = try trawl("check -r Corpus/Queries")
    #expect(run.output.contains("9 full, 0 filter-exact, 0 skipped"), "\(run.output)")
    let hit = Set(try text("hits.tsv").split(separator: "\n").compactMap { $0.split(separator: "\t").last })
    #expect(hit.count == 9)
  }

  @Test func aNumberInAColumnOfTextIsTold() throws {
    let run = try trawl("scan -r Corpus/Queries Corpus/Rows")
    #expect(run.error.contains("1 number or Boolean in columns of text: read as text"), "\(run.error)")
    #expect(run.error.contains("FileName: 1, first in Corpus/Rows/seed-cases.ndjson:62"))
  }

  @Test func theTablesAreThoseOfTheFiles() throws {
    let tables = try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/Corpus/Queries/Tables")
    #expect(tables.count == 8, "all but the seed query's, which has all columns")
    for table in tables {
      let name = table.replacing(/\.csv$/, with: "")
      let file = name.replacing(/-\d$/, with: "")
      // Of a file with several blocks one is asked for.
      let choice = file == name ? "" : "--query 'Corpus/Queries/\(file)#\(name.suffix(1))'"
      let run = try trawl("query -q --format csv Corpus/Queries/\(file) \(choice) Corpus/Rows")
      #expect(try run.output == text("Tables/\(table)"), "\(table): \(run.error)")
    }
  }
}
