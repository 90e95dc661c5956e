import Foundation
import Testing
import TrawlDecoding
import TrawlEvents
import TrawlTestSupport

/// An event as JSON, decoded as JSON, is what the event itself is.
@Suite struct EVTXAgreementTests {
  static let documents: [EVTXFile] =
    EVTXValueTests.printed.map { Written.file(value: $0.value) }
    + EVTXValueTests.arrays.map { Written.file(value: $0.value) }
    + [.binXML("text"), .binXML(.element("x")), EVTXValue(type: 0x21, [])].map { Written.file(value: $0) }
    + [EVTXFile(Written.numbered(chunks: 2, records: 20)), shapes]

  /// Shapes that Windows writes, and some that it could.
  static let shapes: EVTXFile = {
    let list = EVTXTemplate(
      2,
      .element(
        "UserData", [],
        [
          .element(
            "Logged", [Written.namespace],
            [
              .element("v", [("kind", [.optional(0)]), ("other", ["x"])], [.substitution(0)]),
              .element("v", [], ["fixed", .entity("amp"), .cdata("<\"\\>"), .character(9)]),
              .element("empty"),
              .element("a\\b\"c", [], [.substitution(1)]), .element("deep", [], [.element("v", [], ["y"])]),
            ])
        ]))
    let outer = EVTXTemplate(1, Written.event(.optional(1), .optional(2)))
    let values: [[EVTXValue]] = [
      [.string("text"), .null], [.array([.string("a"), .string("b")]), .uint8(1)], [.null, .boolean(true)],
      [.string(""), .string("\u{1}\n\u{1F600}\"\\")], [.array([.string("a")]), .array([.string("")])],
    ]
    let bodies =
      values.map { EVTXValue.binXML(.instance(EVTXInstance(list, $0))) } + [
        .binXML(
          .element(
            "EventData", [], [Written.data("v", "1"), Written.data("v", "2"), .element("Data", [], ["3"])])),
        .binXML(.element("EventData", [("Name", ["n"])], [.element("Binary", [], ["00FF"])])), .binXML(),
        .string("text"),
      ]
    let named = Written.template(
      3, .element("Data", [("Name", [.substitution(1)]), ("Type", ["t"])], [.substitution(2)]),
      .element("Data", [], [.substitution(2)]), .element("Data", [("Name", [""])], ["x"]))
    var records = bodies.map { Written.record(1, outer, $0, .null) }
    records += bodies.map { Written.record(2, outer, $0, $0) }
    records += [
      Written.record(3, named, .string("v"), .hex(UInt32(7))), Written.record(4, named, .string(""), .null),
    ]
    records += [Written.record(5, named, .string("Data"), .string("")), EVTXRecord(6, Written.event())]
    return EVTXFile([records, records, records])
  }()

  @Test(arguments: documents.indices)
  func aWrittenFileIsTheSameAsJSON(_ index: Int) throws {
    let compared = try Self.compare(Self.documents[index].bytes)
    #expect(compared.events > 0)
    #expect(compared.differences == [])
  }

  @Test(
    .enabled(
      if: SharedData.folder != nil, "no ../shared/data: set TRAWL_SHARED to the folder that holds data"),
    arguments: [("evtx-attack-samples.tar.zst", 277, 8000), ("sigma-regression.tar.zst", 100, 100)])
  func aRealFileIsTheSameAsJSON(_ archive: String, _ leastFiles: Int, _ leastEvents: Int) throws {
    let folder = try SharedData.unpack(archive)
    let files = SharedData.files(below: folder.url, ext: "evtx")
    var (events, selected) = (0, 0)
    for file in files {
      let compared = try Self.compare([UInt8](Data(contentsOf: folder.url.appending(path: file))))
      #expect(compared.differences == [], "\(file)")
      events += compared.events
      selected += compared.selected
    }
    #expect(files.count >= leastFiles && events >= leastEvents)
    #expect(2 * selected > events)
  }

  /// Compares each event of a file with its JSON by all names that occur there, and says where they differ.
  static func compare(
    _ bytes: [UInt8]
  ) throws -> (events: Int, differences: [String], selected: Int) {
    let lines = DecodedEVTX(bytes).events.map(\.json)
    let values = try lines.map { try JSONValue(parsing: $0 ?? "null") }
    let names = values.reduce(into: Set<String>()) { addNames(of: $1, of: "", &$0) }.sorted()
    let events = DecodedEVTX(bytes, fields: names, withJSON: false).events
    let selected = DecodedEVTX(bytes, fields: names, withJSON: false, isSelected: true)
    #expect(selected.events.map(\.known) == events.map(\.known))
    var table = FieldTable()
    for name in names { _ = table.number(of: name) }
    var decoder = JSONDecoder(fields: table)
    var batch = EventBatch()
    let buffer = LineBuffer(lines.map { $0 ?? "" })
    buffer.decode(with: &decoder, into: &batch)
    guard batch.events.count == events.count else {
      return (events.count, ["\(batch.events.count) events as JSON: \(decoder.problems)"], 0)
    }
    var differences: [String] = []
    for (index, event) in events.enumerated() {
      let fromJSON = batch.valuesByField(of: index, table)
      for name in Set(event.values.keys).union(fromJSON.keys) where event.values[name] != fromJSON[name] {
        differences.append("\(name): \(event.values[name] ?? []), as JSON \(fromJSON[name] ?? [])")
      }
    }
    return (events.count, differences, selected.selected)
  }

  /// Adds the names of members, and of the fields that attributes are.
  private static func addNames(of value: JSONValue, of element: String, _ names: inout Set<String>) {
    switch value {
    case .object(let members):
      for member in members {
        let name = member.name.filter { $0 != " " }
        names.formUnion([name, "\(element)_\(name)"])
        addNames(of: member.value, of: name == "#attributes" ? element : name, &names)
      }
    case .array(let elements): for value in elements { addNames(of: value, of: element, &names) }
    default: break
    }
  }
}
