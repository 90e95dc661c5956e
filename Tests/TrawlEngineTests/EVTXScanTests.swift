import Foundation
import Testing
import Trawl
import TrawlScanner
import TrawlTestSupport

@Suite struct EVTXScanTests {
  private static let rule = """
    title: Some numbers
    logsource: {product: windows, service: security}
    detection:
      selection: {v: ["33", "34", "54", "55"]}
      condition: selection
    """

  @Test(arguments: [1, 4096, 65536, 65537, 1 << 18, 1 << 20])
  func findingsOfAnEventLogAreTheSameHoweverItIsReadInPieces(_ chunkSize: Int) throws {
    var file = EVTXFile(Written.numbered(chunks: 6, records: 10))
    let cut = file.chunks[5].records[4] + 40
    file.set(UInt32(1), at: file.chunks[3].records[2] + 4)
    let folder = try TemporaryFolder()
    try Data(file.bytes.prefix(cut)).write(to: folder.url.appending(path: "a.evtx"))
    try folder.write("rule.yml", Self.rule)
    let rules = RuleLoader().load([folder.url.path + "/rule.yml"]).rules
    let engine = try EngineUnderTest(rules)
    let scanned = try ScannedText(
      engine.ruleset, [folder.url.path + "/a.evtx"], threads: 2, chunkSize: chunkSize)
    let expected = [(34, 3, 3), (54, 5, 3)].map { number, chunk, record in
      "a.evtx:\(number):\(file.chunks[chunk].records[record]) \(rules[0].id)"
    }
    #expect(scanned.findings == expected)
    #expect(scanned.summary.events == 53)
    #expect(
      scanned.summary.firstProblems.map(\.place) == [
        .offset(file.chunks[3].records[2]), .offset(file.chunks[5].records[4]),
      ])
    #expect(
      scanned.summary.problems == [
        "a record whose size is damaged": 1, "a record that is cut off, and all behind it in its chunk": 1,
      ])
  }
}
