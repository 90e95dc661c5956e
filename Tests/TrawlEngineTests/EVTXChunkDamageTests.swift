import Foundation
import Testing
import TrawlTestSupport

@Suite struct EVTXChunkDamageTests {
  private func numbers(_ decoded: DecodedEVTX) -> [Int] { decoded.events.map { Int($0.number) } }

  @Test func aChunkThatDoesNotBeginLikeOneIsReportedAndItsRecordsAreDecoded() {
    var file = EVTXFile(Written.numbered(chunks: 3, records: 2))
    file.set(UInt8(0), at: file.chunks[1].offset)
    let decoded = DecodedEVTX(file)
    #expect(numbers(decoded) == [1, 2, 3, 4, 5, 6])
    // Without a record where the first should be it costs itself only.
    file.set(UInt8(0), at: file.chunks[1].offset + 512)
    #expect(numbers(DecodedEVTX(file)) == [1, 2, 5, 6])
    #expect(
      decoded.problems == [
        .init(offset: file.chunks[1].offset, reason: "a chunk that does not begin like one")
      ])
  }

  @Test func aHeaderThatDoesNotFitItsChecksumIsReportedAndItsRecordsAreDecoded() {
    for place in [8, 119, 124, 128, 511] {
      var file = EVTXFile(Written.numbered(chunks: 2, records: 2))
      let offset = file.chunks[0].offset
      file.set(~file.bytes[offset + place], at: offset + place)
      let decoded = DecodedEVTX(file)
      #expect(numbers(decoded) == [1, 2, 3, 4])
      #expect(
        decoded.problems == [.init(offset: offset, reason: "a chunk whose header does not fit its checksum")])
      file.seal(chunk: 0)
      #expect(DecodedEVTX(file).problems == [])
    }
  }

  @Test func roomThatWasSetAsideIsNoProblem() {
    let file = EVTXFile(Written.numbered(chunks: 2, records: 2))
    for count in [1, 100, 512, 65536, 200_000] {
      let decoded = DecodedEVTX(file.bytes + [UInt8](repeating: 0, count: count))
      #expect(numbers(decoded) == [1, 2, 3, 4] && decoded.problems == [])
    }
    for bytes in [[0x45], [UInt8](repeating: 1, count: 600), [UInt8](repeating: 0, count: 70_000) + [1]] {
      let decoded = DecodedEVTX(file.bytes + bytes)
      #expect(numbers(decoded) == [1, 2, 3, 4] && decoded.problems.count == 1)
    }
  }

  @Test func olderRecordsBehindTheFreeSpaceAreNotDecoded() {
    var file = EVTXFile(Written.numbered(chunks: 2, records: 5))
    let chunk = file.chunks[0]
    file.set(UInt32(chunk.records[3] - chunk.offset), at: chunk.offset + 48)
    file.seal(chunk: 0)
    let decoded = DecodedEVTX(file)
    #expect(numbers(decoded) == [1, 2, 3, 6, 7, 8, 9, 10] && decoded.problems == [])
  }

  @Test(arguments: [0, 511, 65_537, .max] as [UInt32])
  func whereTheFreeSpaceCannotBeginAllRecordsAreRead(_ offset: UInt32) {
    var file = EVTXFile(Written.numbered(chunks: 1, records: 5))
    file.set(offset, at: file.chunks[0].offset + 48)
    file.seal(chunk: 0)
    let decoded = DecodedEVTX(file)
    #expect(numbers(decoded) == [1, 2, 3, 4, 5] && decoded.problems == [])
  }

  @Test func ofAFileThatIsCutOffTheRecordsBeforeTheCutAreDecoded() {
    let file = EVTXFile(Written.numbered(chunks: 2, records: 5))
    let chunk = file.chunks[1]
    let ends = chunk.records.dropFirst() + [chunk.end]
    for cut in stride(from: chunk.offset, through: chunk.end + 9, by: 7) {
      let decoded = DecodedEVTX(Array(file.bytes.prefix(cut)))
      let whole = ends.count { $0 <= cut }
      #expect(numbers(decoded) == Array(1...(5 + whole)), "cut at \(cut)")
      #expect(decoded.problems.isEmpty == (cut == chunk.offset || cut >= chunk.end), "cut at \(cut)")
    }
  }

  @Test func aRecordWhoseSizeTakesInTheNextIsReported() {
    var file = EVTXFile(Written.numbered(chunks: 1, records: 5))
    let records = file.chunks[0].records
    file.set(UInt32(records[3] - records[1]), at: records[1] + 4)
    let decoded = DecodedEVTX(file)
    #expect(numbers(decoded) == [1, 3, 4, 5] && decoded.problems.map(\.offset) == [records[1]])
    // Where only the copy is damaged, nothing is lost.
    file = EVTXFile(Written.numbered(chunks: 1, records: 5))
    file.set(UInt32(9), at: records[2] - 4)
    #expect(numbers(DecodedEVTX(file)) == [1, 2, 3, 4, 5])
  }

  /// Each template holds the next several times over.
  private func laughs(_ levels: UInt32, _ times: Int, _ last: EVTXPart, beside: [EVTXPart] = []) -> EVTXRecord
  {
    var part = last
    for level in (1...levels).reversed() {
      let inner = (0..<times).map { _ in part }
      part = .instance(EVTXInstance(EVTXTemplate(level, .element("a", [], inner + beside)), []))
    }
    return EVTXRecord(1, part)
  }

  @Test(.timeLimit(.minutes(1)))
  func textThatIsMadeToGrowIsStoppedAndReported() {
    let long = EVTXPart.element("v", [], [.text(String(repeating: "ha", count: 10_000))])
    expectStopped(laughs(3, 18, .instance(EVTXInstance(EVTXTemplate(99, long)))))
  }

  @Test(.timeLimit(.minutes(1)))
  func elementsWithoutTextThatAreMadeToGrowAreStoppedAndReported() {
    expectStopped(laughs(6, 16, .element("v", [("k", [.optional(9)])])))
    expectStopped(laughs(6, 16, .element("v")))
    expectStopped(laughs(6, 16, .instance(EVTXInstance(EVTXTemplate(99)))))
  }

  private func expectStopped(_ record: EVTXRecord) {
    let plain = EVTXRecord(2, .element("Event", [], [.element("v", [], ["x"])]))
    let file = EVTXFile([[record], [plain]])
    let decoded = DecodedEVTX(file, withJSON: false)
    #expect(numbers(decoded) == [2])
    #expect(decoded.problems.map(\.offset) == [file.chunks[0].records[0]])
  }

  /// Whatever is damaged in the first and the third chunk, the second is decoded as it was.
  @Test(arguments: 0..<4)
  func randomDamageNeverReachesAnotherChunk(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let file = EVTXAgreementTests.shapes
    let chunks = file.chunks
    let whole = DecodedEVTX(file, fields: ["v"], withJSON: false)
    let kept = whole.events.filter { (chunks[1].offset..<chunks[2].offset).contains($0.offset) }
    #expect(kept.count > 10)
    for round in 0..<500 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let chunk = chunks[Bool.random(using: &random) ? 0 : 2]
        // What matters more is damaged more often.
        let start = Bool.random(using: &random) ? 0 : 512
        let offset = Int.random(in: (chunk.offset + start)..<chunk.end, using: &random)
        damaged.set(UInt8.random(in: 0...255, using: &random), at: offset)
      }
      var bytes = damaged.bytes
      if Int.random(in: 0..<8, using: &random) == 0 {
        bytes.removeLast(bytes.count - Int.random(in: chunks[2].offset..<bytes.count, using: &random))
      }
      var decoded = DecodedEVTX(bytes, fields: ["v"], withJSON: round % 8 == 0)
      for index in decoded.events.indices { decoded.events[index].json = nil }
      let events = decoded.events.filter { (chunks[1].offset..<chunks[2].offset).contains($0.offset) }
      #expect(events == kept)
      let isLost = decoded.events.count < whole.events.count
      #expect(!isLost || !decoded.problems.isEmpty || bytes.count < file.bytes.count)
    }
  }
}
