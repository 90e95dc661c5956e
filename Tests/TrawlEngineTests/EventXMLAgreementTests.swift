import Testing
import TrawlDecoding
import TrawlEvents
import TrawlTestSupport

/// An event as XML is what the same event is as EVTX.
@Suite struct EventXMLAgreementTests {
  static let names = [
    "v", "w", "Data", "Data_Name", "Data_k", "Path", "Path_k", "Logged", "Logged_k", "Provider_Name",
    "Provider_Guid", "EventID", "EventID_Qualifiers", "Channel", "Computer", "EventRecordID",
    "Security_UserID", "Keywords", "Correlation", "EventData", "UserData", "System", "Event",
  ]

  /// The text of a value as `EVTXDecoder` prints it; a test of its own says that it does so well.
  private static func texts(_ value: EVTXValue) -> [String] {
    if value.type == 0 { return [] }
    return DecodedEVTX.values("v", of: Written.file(value: value)) ?? []
  }

  @Test(arguments: 0..<200)
  func anEventIsTheSameAsXMLAndAsEVTX(_ seed: Int) throws {
    var random = RandomEVTX(seed: UInt64(seed))
    let records = (1...3).map { random.record(UInt64($0)) }
    let expected = DecodedEVTX(EVTXFile([records]), fields: Self.names)
    #expect(expected.problems == [])
    let xml = records.map { $0.xml(Self.texts) }.joined(separator: "\r\n")
    let decoded = DecodedLog(EventXMLDecoder.self, xml, fields: Self.names)
    #expect(decoded.problems == [], "\(xml)")
    for (event, other) in zip(decoded.events, expected.events) {
      for name in Set(event.values.keys).union(other.values.keys) {
        #expect(event.values[name] == other.values[name], "\(name) in \(xml)")
      }
    }
    #expect(decoded.events.map(\.number) == expected.events.map(\.number))
    #expect(decoded.events.map { $0.marks["channel"] } == expected.events.map(\.channel))
    #expect(decoded.events.map { $0.marks["eventID"] } == expected.events.map(\.eventID))
    try Self.expectSameAsJSON(decoded)
  }

  /// The JSON that is shown, decoded as JSON, is the event too.
  private static func expectSameAsJSON(_ decoded: DecodedLog) throws {
    var table = FieldTable()
    for name in names { _ = table.number(of: name) }
    var decoder = JSONDecoder(fields: table)
    var batch = EventBatch()
    let buffer = LineBuffer(decoded.events.map { $0.json ?? "" })
    buffer.decode(with: &decoder, into: &batch)
    #expect(decoder.problems == [])
    try #require(batch.events.count == decoded.events.count)
    for (index, event) in decoded.events.enumerated() {
      // JSON has no null beside the attributes of an element.
      let fromJSON = batch.valuesByField(of: index, table).filter { $0.key != "" }
      #expect(fromJSON == event.values.filter { $0.key != "" }, "\(event.json ?? "")")
    }
  }
}

/// Records of the shapes that Windows writes, with any texts and values.
struct RandomEVTX {
  private var random: SplitMix64
  private var values: [EVTXValue] = []

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  mutating func record(_ number: UInt64) -> EVTXRecord {
    values = [.uint64(number)]
    let bodies = (0..<Int(random.next() % 3)).map { _ in body() }
    let system: [EVTXPart] = [
      .element("Provider", [("Name", [text()]), ("Guid", [value()])]),
      .element("EventID", [("Qualifiers", [value()])], [pick(["4688", "1", ""])]),
      .element("EventRecordID", [], [.optional(0)]), .element("Channel", [], [text()]),
      .element("Keywords", [], [value()]), .element("Correlation"),
      .element("Computer", [], [text(), text()]),
      .element("Security", [("UserID", [value()])]),
    ]
    let event = EVTXPart.element(
      "Event", [Written.namespace], [.element("System", [], system)] + bodies)
    return EVTXRecord(number, .instance(EVTXInstance(EVTXTemplate(UInt32(number), event), values)))
  }

  private mutating func body() -> EVTXPart {
    if random.next() % 2 == 0 {
      return .element("EventData", [], (0..<Int(random.next() % 5)).map { _ in data() } + [data()])
    }
    return .element(
      "UserData", [], [.element("Logged", [Written.namespace, ("k", [text()])], [leaf(0), leaf(0)])])
  }

  private mutating func data() -> EVTXPart {
    let attributes: [[(name: String, parts: [EVTXPart])]] = [
      [("Name", ["v"])], [("Name", ["w"])], [], [("Name", [""])], [("Name", ["v"]), ("k", ["x"])],
      [("k", [text()])],
    ]
    return .element("Data", pick(attributes), contents())
  }

  private mutating func leaf(_ depth: Int) -> EVTXPart {
    let name = pick(["v", "w", "Path", "Channel", "EventID", "Event"])
    if depth < 3, random.next() % 3 == 0 {
      return .element(name, [], [leaf(depth + 1), leaf(depth + 1)])
    }
    return .element(name, random.next() % 2 == 0 ? [] : [("k", [text()])], [value()])
  }

  private mutating func contents() -> [EVTXPart] {
    switch random.next() % 6 {
    case 0: return []
    case 1: return [text(), value(), text()]
    case 2: return [array()]
    default: return [value()]
    }
  }

  private mutating func text() -> EVTXPart {
    pick([
      "", "a", " two words ", "<b a='1'>&amp;\"", "ä€\u{1F600}\n\t\r\n", .cdata("<x>&amp;]]"),
      .character(0x20AC),
      .character(10), .entity("amp"), .entity("apos"), "-",
    ])
  }

  private mutating func value() -> EVTXPart {
    values.append(pick(EVTXValueTests.printed.map(\.value) + [.null, .string("<&>'\""), .string(" \r\n ")]))
    return .optional(values.count - 1)
  }

  private mutating func array() -> EVTXPart {
    values.append(.array([.string("a"), .string("<b>"), .string("")]))
    return .substitution(values.count - 1)
  }
}
