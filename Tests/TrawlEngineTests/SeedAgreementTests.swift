import Foundation
import Testing
import Trawl
import TrawlTestSupport

/// The seed query and a Sigma rule that asks the same hit the same records of an event log with the Corpus's cases of it.
struct SeedAgreementTests {
  private struct Row: Decodable {
    var name: String?
    var command: String?

    enum CodingKeys: String, CodingKey {
      case name = "FileName"
      case command = "ProcessCommandLine"
    }
  }

  /// The cases whose names are ASCII, since the rule's expression knows no other letters, by number.
  private static func rows() throws -> [Int: (name: String, command: String)] {
    let file = Corpus.packageFolder.appending(path: "Corpus/Rows/seed-cases.ndjson")
    let lines = try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    var rows: [Int: (name: String, command: String)] = [:]
    for number in Array(1...50) + Array(52...55) {
      let row = try JSONDecoder().decode(Row.self, from: Data(lines[number - 1].utf8))
      guard let name = row.name, let command = row.command,
        name.utf8.allSatisfy({ $0 < 0x80 })
      else { continue }
      rows[number] = (name, command)
    }
    return rows
  }

  private static func expected() throws -> Set<Int> {
    let file = Corpus.packageFolder.appending(path: "Corpus/Queries/hits.tsv")
    var numbers: Set<Int> = []
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts[0] == "seed-cases.ndjson", parts[2] == "seed.kql" else { continue }
      numbers.insert(Int(parts[1]) ?? 0)
    }
    return numbers
  }

  @Test func bothHitTheCasesThatMatch() throws {
    let rows = try Self.rows()
    let template = Written.template(
      1, Written.data("NewProcessName", .substitution(1)), Written.data("CommandLine", .substitution(2)))
    let records = rows.sorted { $0.key < $1.key }.map { number, row in
      Written.record(
        UInt64(number), template, .string("C:\\Tools\\\(row.name)"), .string(row.command))
    }
    let folder = try TemporaryFolder()
    try Data(EVTXFile([records]).bytes).write(to: folder.url.appending(path: "a.evtx"))
    let pair = try #require(QueryAgreementTests.pairs.first { $0.name == "seed" })
    let ruleset = try RulesetCompiler.compile(try QueryAgreementTests.rules(pair)).ruleset
    let scanned = try ScannedText(ruleset, [folder.url.path + "/a.evtx"], threads: 1, chunkSize: 1 << 20)
    #expect(scanned.summary.events == rows.count && scanned.summary.problems.isEmpty)
    func numbers(_ rule: String) -> Set<Int> {
      var numbers: Set<Int> = []
      for finding in scanned.findings where finding.hasSuffix(" \(rule)") {
        numbers.insert(Int(finding.split(separator: ":")[1]) ?? 0)
      }
      return numbers
    }
    let expected = try Self.expected().intersection(rows.keys)
    #expect(expected.count >= 14)
    #expect(numbers("kql-seed") == expected)
    #expect(numbers("sigma-seed") == expected)
  }
}
