import Testing
import TrawlTestSupport

/// Damage costs what is damaged, and nothing is passed over in silence.
@Suite struct EVTXDamageTests {
  /// Two chunks of five records, of which something is damaged.
  private struct Damaged {
    var file = EVTXFile(Written.numbered(chunks: 2, records: 5))

    var chunk: EVTXFile.Chunk { file.chunks[0] }

    /// Numbers of the records that are decoded, and what is said of the others.
    var decoded: (numbers: [Int], problems: [DecodedEVTX.Problem]) {
      let decoded = DecodedEVTX(file, fields: ["v"])
      for event in decoded.events { #expect(event.fields["v"] == ["\(event.number)"]) }
      return (decoded.events.map { Int($0.number) }, decoded.problems)
    }

    func expect(
      _ numbers: [Int], _ problems: [(offset: Int, reason: String)],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(decoded.numbers == numbers, sourceLocation: sourceLocation)
      let expected = problems.map { DecodedEVTX.Problem(offset: $0.offset, reason: $0.reason) }
      #expect(decoded.problems == expected, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [0, 1, 27, 0x0100_0000, .max] as [UInt32])
  func aSizeThatCannotBeCostsItsRecordOnly(_ size: UInt32) {
    for record in 0..<5 {
      var damaged = Damaged()
      let offset = damaged.chunk.records[record]
      damaged.file.set(size, at: offset + 4)
      // The first record defines the template: it is there all the same.
      damaged.expect(
        (1...10).filter { $0 != record + 1 }, [(offset, "a record whose size is damaged")])
    }
  }

  @Test func aRecordThatDoesNotBeginLikeOneIsReported() {
    var damaged = Damaged()
    damaged.file.set(UInt32(0x2B2A), at: damaged.chunk.records[2])
    damaged.expect(
      [1, 2, 4, 5, 6, 7, 8, 9, 10], [(damaged.chunk.records[2], "a record whose size is damaged")])
  }

  @Test func aRecordThatRunsOverTheRecordsOfItsChunkIsReported() {
    var damaged = Damaged()
    let (offset, end) = (damaged.chunk.records[4], damaged.chunk.end)
    damaged.file.set(UInt32(end - offset + 8), at: offset + 4)
    damaged.expect([1, 2, 3, 4, 6, 7, 8, 9, 10], [(offset, "a record whose size is damaged")])
  }

  @Test(arguments: [70_000, 65_530, .max] as [UInt32])
  func aTemplateOutsideTheChunkCostsItsRecord(_ template: UInt32) {
    var damaged = Damaged()
    let offset = damaged.chunk.records[3]
    damaged.file.set(template, at: offset + 34)
    let reason = "a template outside the chunk"
    damaged.expect([1, 2, 3, 5, 6, 7, 8, 9, 10], [(offset, reason)])
  }

  @Test(arguments: [128, 300] as [UInt32])
  func aTemplateThatIsMissingCostsItsRecord(_ template: UInt32) {
    var damaged = Damaged()
    let offset = damaged.chunk.records[3]
    damaged.file.set(template, at: offset + 34)
    damaged.expect([1, 2, 3, 5, 6, 7, 8, 9, 10], [(offset, "no template where one should be")])
  }

  @Test func aTemplateThatRunsOverTheChunkCostsWhatIsMadeOfIt() {
    var damaged = Damaged()
    let template = damaged.chunk.templates[1] ?? 0
    damaged.file.set(UInt32(65_536), at: template + 20)
    let (numbers, problems) = damaged.decoded
    #expect(numbers == [6, 7, 8, 9, 10])
    #expect(problems.map(\.offset) == damaged.chunk.records)
  }

  @Test(arguments: [65_530, 70_000, .max] as [UInt32])
  func aNameOutsideTheChunkCostsWhatIsMadeOfIt(_ name: UInt32) {
    let records = (1...3).map { EVTXRecord($0, .element("Event", [], [.element("v", [], ["x"])])) }
    var file = EVTXFile([records])
    file.set(name, at: file.chunks[0].records[1] + 35)
    let decoded = DecodedEVTX(file)
    #expect(decoded.events.map(\.number) == [1, 3])
    #expect(
      decoded.problems == [
        DecodedEVTX.Problem(offset: file.chunks[0].records[1], reason: "a name outside the chunk")
      ])
  }

  @Test func aTemplateWithinItselfIsReported() {
    let inner = EVTXInstance(EVTXTemplate(1), [.null])
    let template = EVTXTemplate(1, Written.event(.element("EventData", [], [.instance(inner)])))
    let plain = EVTXRecord(3, Written.event())
    let file = EVTXFile([[Written.record(1, template), Written.record(2, template), plain]])
    let decoded = DecodedEVTX(file)
    #expect(decoded.events.map(\.number) == [3])
    #expect(decoded.problems.map(\.offset) == Array(file.chunks[0].records.prefix(2)))
    #expect(decoded.problems.allSatisfy { $0.reason.hasSuffix(" nested too deep") })
  }

  @Test func elementsAreReadToADepthThatNoLogHas() {
    func deep(_ depth: Int) -> EVTXPart {
      (1..<depth).reduce(.element("v", [], ["x"])) { part, _ in .element("a", [], [part]) }
    }
    let file = EVTXFile(EVTXRecord(1, deep(32)), EVTXRecord(2, deep(33)), EVTXRecord(3, deep(800)))
    let decoded = DecodedEVTX(file)
    #expect(decoded.events.map(\.number) == [1])
    #expect(decoded.events.first?.fields[""] == ["x"])
    #expect(decoded.problems.map(\.reason) == Array(repeating: "elements nested too deep", count: 2))
  }

  @Test func valuesInValuesAreReadToADepthThatNoLogHas() {
    let template = EVTXTemplate(1, .element("a", [], [.substitution(0)]))
    func deep(_ depth: Int) -> EVTXPart {
      (0..<depth).reduce(EVTXPart.element("v", [], ["x"])) { part, _ in
        .instance(EVTXInstance(template, [.binXML(part)]))
      }
    }
    let file = EVTXFile(EVTXRecord(1, deep(10)), EVTXRecord(2, deep(100)), EVTXRecord(3, deep(2)))
    let decoded = DecodedEVTX(file)
    #expect(decoded.events.map(\.number) == [1, 3])
    #expect(decoded.problems.map(\.offset) == [file.chunks[0].records[1]])
  }

  @Test(arguments: [0x16, 0x1F, 0x22, 0x24, 0x7F, 0x80, 0x96, 0xA1] as [UInt8])
  func anUnknownTypeCostsItsRecord(_ type: UInt8) {
    expectDamage(EVTXValue(type: type, [1, 2, 3, 4]))
  }

  static let short: [EVTXValue] =
    [(0x03, 0), (0x05, 1), (0x07, 3), (0x09, 7), (0x0B, 3), (0x0C, 7), (0x0D, 3), (0x0F, 15), (0x10, 3)].map {
      EVTXValue(type: $0.0, Array(repeating: 1, count: $0.1))
    }
    + [
      EVTXValue(type: 0x11, [0]), EVTXValue(type: 0x12, Array(repeating: 0, count: 15)),
      EVTXValue(type: 0x13, [1, 0, 0]), EVTXValue(type: 0x13, [1, 1, 0, 0, 0, 0, 0, 5, 1, 2, 3]),
      EVTXValue(type: 0x14, [1]), EVTXValue(type: 0x15, [1]), EVTXValue(type: 0x88, [1, 2, 3, 4, 5]),
      EVTXValue(type: 0x93, [1, 1, 0, 0]),
    ]

  @Test(arguments: short)
  func aValueThatIsTooShortForItsTypeCostsItsRecord(_ value: EVTXValue) { expectDamage(value) }

  private func expectDamage(_ value: EVTXValue) {
    let template = Written.template(1, Written.data("v", .substitution(1)))
    let values = [.string("a"), value, .string("b")]
    let file = EVTXFile([values.enumerated().map { Written.record(UInt64($0.offset), template, $0.element) }])
    let decoded = DecodedEVTX(file, fields: ["v"])
    #expect(decoded.events.map { $0.fields["v"] } == [["a"], ["b"]])
    #expect(decoded.problems.map(\.offset) == [file.chunks[0].records[1]])
  }

  @Test func moreValuesThanTheRecordHasRoomForAreReported() {
    var damaged = Damaged()
    let offset = damaged.chunk.records[3]
    damaged.file.set(UInt32.max, at: offset + 38)
    damaged.expect(
      [1, 2, 3, 5, 6, 7, 8, 9, 10], [(offset, "more values than the record has room for")])
    damaged.file.set(UInt32(3), at: offset + 38)
    damaged.file.set(UInt16.max, at: offset + 46)
    damaged.expect([1, 2, 3, 5, 6, 7, 8, 9, 10], [(offset, "a value that runs over its record")])
  }

  @Test func aTemplateMayAskForMoreThanARecordGives() {
    let template = Written.template(1, Written.data("v", .substitution(5)), Written.data("w", "x"))
    let decoded = DecodedEVTX(EVTXFile(Written.record(1, template)), fields: ["v", "w"])
    #expect(decoded.events.map { $0.fields["w"] } == [["x"]] && decoded.problems == [])
    #expect(decoded.events.first?.fields["v"] == ["null"])
  }
}
