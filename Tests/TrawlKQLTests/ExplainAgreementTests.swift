import Foundation
import Testing
import Trawl
import TrawlKQL
import TrawlTestSupport

/// What explain says of single rows is what a scan finds in them.
struct ExplainAgreementTests {
  @Test(arguments: 0..<60)
  func `the verdict on a row is the scan's, and the terms add up to it`(seed: Int) throws {
    var maker = AgreementTests.Maker(random: SplitMix64(seed: UInt64(seed)))
    let query = try loadedQuery(
      """
      let Base = DeviceEvents
      | extend Name = strcat(FileName, "x");
      Base
      | where \(maker.condition(3))
      | where \(maker.condition(1)) and \(maker.condition(0))
      """)
    let engine = try QueryEngine(query)
    let rows = (0..<10).map { _ in maker.row() }
    let log = try RowLog(rows, table: "DeviceEvents")
    let explanation = query.explanation()
    let question = try EventQuestion(explanation, options: RulesetCompiler.Options())
    for (index, row) in rows.enumerated() {
      let event = try #require(try question.ask(log.search(index + 1)).event)
      let expected = try engine.matches(table: "DeviceEvents", row)
      #expect(event.matches == expected, "\(query.text)\n\(row)")
      let stages = explanation.stages.filter { $0.name == "where" }.map { event.holds($0) }
      #expect(!stages.contains(false) == expected && stages.count == 2, "\(query.text)\n\(row)")
      #expect(event.reasons(explanation).isEmpty == expected, "\(query.text)\n\(row)")
    }
  }

  @Test func `each table of a union is a way of its own`() throws {
    let query = try loadedQuery(
      """
      let Files = DeviceFileEvents | where FolderPath has "temp";
      union Files, (DeviceProcessEvents | where FileName == "a.exe")
      | where DeviceName =~ "ws1"
      """)
    let explanation = query.explanation()
    #expect(explanation.ways.map { $0.logSource.category } == ["devicefileevents", "deviceprocessevents"])
    let question = try EventQuestion(explanation, options: RulesetCompiler.Options())
    let row: [String: JSONValue] = [
      "FolderPath": .string("c:\\temp\\x"), "DeviceName": .string("WS1"), "FileName": .string("b.exe"),
    ]
    let files = try RowLog([row], table: "DeviceFileEvents")
    let file = try #require(try question.ask(files.search(1)).event)
    #expect(file.matches && file.shown == 0)
    let processes = try RowLog([row], table: "DeviceProcessEvents")
    let process = try #require(try question.ask(processes.search(1)).event)
    #expect(!process.matches && process.shown == 1)
    #expect(process.reasons(explanation) == ["it is not so that FileName is 'a.exe'; case matters"])
  }

  @Test func `a query that is skipped matches nothing and says why`() throws {
    let text = "DeviceProcessEvents\n| where FileName == 'a'\n| mv-expand AdditionalFields"
    let skipped = try #require(KQLLoader().load(text, file: "q.kql").skipped.first)
    let explanation = skipped.explanation()
    #expect(explanation.outcome.name == "skipped")
    let problem = explanation.stages.first { $0.name == "mv-expand" }?.problem
    #expect(problem == "'mv-expand' is not supported; it leaves out rows whose list is empty.")
    let question = try EventQuestion(explanation, options: RulesetCompiler.Options())
    let log = try RowLog([["FileName": .string("a")]], table: "DeviceProcessEvents")
    let event = try #require(try question.ask(log.search(1)).event)
    #expect(!event.matches)
    #expect(event.reasons(explanation) == ["it is not used (skipped)"])
  }
}

/// Rows of a table in a file, as Sentinel writes them.
final class RowLog {
  let url = FileManager.default.temporaryDirectory.appending(path: "trawl-rows-\(UUID().uuidString).json")

  init(_ rows: [[String: JSONValue]], table: String) throws {
    let lines = rows.map { row in
      let members = row.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
      return JSONValue.object([JSONValue.Member("Type", .string(table))] + members).compactText + "\n"
    }
    try Data(lines.joined().utf8).write(to: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func search(_ record: Int) -> RecordSearch { RecordSearch(path: url.path(), record: record) }
}
