import Foundation
import Testing
import TrawlKQL
import TrawlTestSupport

/// The seed query and its cases as the Corpus has them: a line of `seed-cases.ndjson` for each number.
struct SeedCorpusTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Corpus.packageFolder.appending(path: "Corpus/\(path)"), encoding: .utf8)
  }

  private let lines: [String]
  /// The numbers of the cases that the file of hits has.
  private let hits: Set<Int>

  init() throws {
    lines = try Self.text("Rows/seed-cases.ndjson").split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    var hits: Set<Int> = []
    for line in try Self.text("Queries/hits.tsv").split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts[2] == "seed.kql" else { continue }
      hits.insert(parts[0] == "seed-case-51.ndjson.gz" ? 51 : Int(parts[1]) ?? 0)
    }
    self.hits = hits
  }

  private func row(_ number: Int) throws -> [String: JSONValue] {
    guard case .object(let members) = try JSONValue(parsing: lines[number - 1]) else { return [:] }
    return Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func theQueryIsTheSeedPages() throws {
    let text = try Self.text("Queries/seed.kql")
    #expect(text.hasSuffix(seedQuery + "\n"))
    #expect(text.dropLast(seedQuery.count + 1).split(separator: "\n").allSatisfy { $0.hasPrefix("//") })
  }

  @Test func theRowsAreTheCasesOfTheReference() throws {
    for example in SeedQueryTests.names + SeedQueryTests.commandLines where example.number != 51 {
      let row = try row(example.number)
      #expect(row["FileName"] == example.fileName.map { .string($0) }, "\(example)")
      #expect(row["ProcessCommandLine"] == example.commandLine.map { .string($0) }, "\(example)")
      #expect(row["Type"] == .string("DeviceProcessEvents"))
    }
    #expect(lines[50].isEmpty && lines.count == 63 && lines[62].isEmpty)
    #expect(lines[54].contains("\\u0024client \\u003d"))
  }

  @Test func theFileOfHitsHasTheExpectedMatches() throws {
    let examples = SeedQueryTests.names + SeedQueryTests.commandLines
    // Cases 55, 58 and 61 are escaped JSON, Sysmon 1 and Security 4688.
    #expect(hits == Set(examples.filter(\.isMatch).map(\.number) + [55, 58, 61]))
  }

  @Test func theQuerysTextSaysTheSameOfEachRow() throws {
    let text = try Self.text("Queries/seed.kql")
    for number in Array(1...50) + Array(52...57) {
      let row = try row(number)
      guard case .string(let table) = row["Type"] else { continue }
      #expect(
        try KQLReference(text).matches(table: table, row: row) == hits.contains(number), "case \(number)")
    }
    #expect(throws: KQLReference.RowError.self) {
      try KQLReference(text).matches(table: "DeviceProcessEvents", row: row(62))
    }
  }
}
