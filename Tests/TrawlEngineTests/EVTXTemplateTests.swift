import Testing
import TrawlDecoding
import TrawlEvents
import TrawlTestSupport

/// Templates are compiled once for all chunks that define the same one.
@Suite struct EVTXTemplateTests {
  /// Templates that call themselves the same, some of which differ only in a name or a text.
  static let templates = [
    Written.template(1, Written.data("v", .substitution(1)), Written.data("w", .optional(2))),
    Written.template(1, Written.data("w", .substitution(1)), Written.data("v", .optional(2))),
    Written.template(1, Written.data("v", .substitution(2)), Written.data("w", .optional(1))),
    Written.template(1, .element("Data", [], [.substitution(1)]), .element("Datb", [], ["fixed"])),
    Written.template(1, .element("Datb", [], [.substitution(1)]), .element("Data", [], ["fixed"])),
    Written.template(1, .element("Datb", [], [.substitution(1)]), .element("Data", [], ["other"])),
    Written.template(1, .element("x", [("Data", [.substitution(1)])]), .element("Datb", [], ["fixed"])),
  ]
  static let names = ["v", "w", "Data", "Datb", "x", "x_Data", "Provider_Name", "EventID"]

  /// A chunk of two records of a template; before them, perhaps, one whose elements have the names already.
  static func chunk(_ template: EVTXTemplate, _ known: [String]) -> [EVTXRecord] {
    let first = EVTXRecord(1, Written.event(.element("EventData", [], known.map { .element($0) })))
    let records = [2, 3].map { Written.record($0, template, .string("a"), .string("\($0)")) }
    return known.isEmpty ? records : [first] + records
  }

  @Test(arguments: [[], ["Data"], ["Datb", "Data"], ["x", "Data", "Datb"]])
  func aTemplateOfAnotherChunkIsTakenOnlyIfItIsTheSame(_ known: [String]) {
    let chunks = (Self.templates + Self.templates).flatMap {
      [Self.chunk($0, known), Self.chunk($0, []), Self.chunk($0, known.reversed())]
    }
    let together = DecodedEVTX(EVTXFile(chunks), fields: Self.names)
    let alone = chunks.map { DecodedEVTX(EVTXFile([$0]), fields: Self.names) }
    #expect(together.problems == [] && alone.allSatisfy { $0.problems == [] })
    #expect(together.events.map(\.values) == alone.flatMap(\.events).map(\.values))
    #expect(Set(alone.map { "\($0.events.last?.values ?? [:])" }).count > 4)
  }

  @Test func moreTemplatesThanAreKeptAreAllRead() {
    let chunks = (0..<40).map { chunk in
      (0..<30).map { place in
        let number = UInt32(30 * chunk + place)
        return Written.record(
          UInt64(number), Written.template(number, Written.data("v", .text("\(number)"))), .string("a"))
      }
    }
    let decoded = DecodedEVTX(EVTXFile(chunks), fields: ["v"], withJSON: false)
    #expect(decoded.problems == [])
    #expect(decoded.events.map { $0.fields["v"] } == (0..<1200).map { ["\($0)"] })
  }

  @Test func aTemplateInAnElementThatHasNoneIsReadInEachRecord() {
    let template = EVTXTemplate(1, .element("Data", [("Name", ["v"])], [.substitution(0)]))
    let records = (1...3).map { number in
      EVTXRecord(
        UInt64(number),
        Written.event(
          .element("EventData", [], [.instance(EVTXInstance(template, [.string("\(number)")]))])))
    }
    // The template is defined in the first record, to which the others refer.
    let decoded = DecodedEVTX(EVTXFile([records, records]), fields: ["v"], withJSON: false)
    #expect(decoded.problems == [])
    #expect(decoded.events.map { $0.fields["v"] } == ["1", "2", "3", "1", "2", "3"].map { [$0] })
  }

  @Test func whatIsNoPartOfAnEventIsNotInItsText() {
    let file = EVTXFile([Self.chunk(Self.templates[0], [])])
    let buffer = ChunkBuffer(file.bytes.dropFirst(EVTXFile.headerSize))
    var decoder = EVTXDecoder(fields: FieldTable())
    var batch = EventBatch()
    buffer.decode(with: &decoder, into: &batch)
    let record = batch.events[0]
    let text = unsafe String(
      decoding: UnsafeBufferPointer(start: batch.base + Int(record.offset), count: Int(record.length)),
      as: UTF8.self)
    // Elements without a text have an empty line.
    #expect(text == "Trawl\n{0}\n\n4688\n2\nSecurity\nhost\n\na\n2\n")
  }
}
