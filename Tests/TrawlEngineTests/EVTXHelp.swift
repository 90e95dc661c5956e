import TrawlDecoding
import TrawlEvents
import TrawlTestSupport

/// What the decoder makes of a Windows event log, in words.
struct DecodedEVTX: Equatable {
  struct Problem: Equatable {
    /// In the file.
    var offset: Int
    var reason: String
  }
  struct Event: Equatable {
    /// Of the record in the file.
    var offset: Int
    var number: UInt64
    var fields: [String: [String]]
    var channel: String?
    var eventID: String?
    /// Values by field without containers, sorted; nil is null.
    var values: [String: [String?]]
    var json: String?

    /// Without the values that are of no field.
    var known: Event {
      var event = self
      event.fields[""] = nil
      event.values[""] = nil
      return event
    }
  }
  var events: [Event] = []
  /// Events of which only some values were decoded.
  var selected = 0
  var problems: [Problem] = []

  init(_ file: EVTXFile, fields: [String] = [], withJSON: Bool = true) {
    self.init(file.bytes, fields: fields, withJSON: withJSON)
  }

  /// `isSelected`: decoded once before, so that of each source that came up only the values of the fields are there now.
  init(_ bytes: [UInt8], fields: [String] = [], withJSON: Bool = true, isSelected: Bool = false) {
    let buffer = ChunkBuffer(bytes.dropFirst(EVTXFile.headerSize))
    var table = FieldTable()
    for name in fields { _ = table.number(of: name) }
    var decoder = EVTXDecoder(fields: table)
    var batch = EventBatch()
    if isSelected {
      buffer.decode(with: &decoder, into: &batch)
      let all = EventSelection(fields: [Bool](repeating: true, count: table.count), hasKeywords: false)
      for met in decoder.metSources { decoder.select(all, for: met) }
    }
    buffer.decode(with: &decoder, into: &batch)
    problems = decoder.problems.map {
      Problem(offset: $0.offset + EVTXFile.headerSize, reason: $0.reason)
    }
    for index in 0..<batch.events.count {
      let event = DecodedText.Event(batch, index, table)
      let source = Int(batch.events[index].source)
      if batch.events[index].isSelected { selected += 1 }
      events.append(
        Event(
          offset: source + EVTXFile.headerSize, number: batch.events[index].number, fields: event.fields,
          channel: event.channel, eventID: event.eventID, values: batch.valuesByField(of: index, table),
          json: withJSON ? buffer.json(of: source, with: &decoder) : nil))
    }
  }

  /// The values of a field of the first event; nil when it has none.
  static func values(_ name: String, of file: EVTXFile) -> [String]? {
    DecodedEVTX(file, fields: [name]).events.first?.fields[name]
  }
}

/// Chunks in memory that is padded as decoders want it.
final class ChunkBuffer {
  private var bytes: Block<UInt8>
  private let count: Int

  init(_ source: ArraySlice<UInt8>) {
    bytes = Block(capacity: source.count + EventBatch.padding)
    count = source.count
    unsafe source.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    // What stands behind the last byte must not matter.
    for _ in 0..<EventBatch.padding { bytes.append(0x2A) }
  }

  func decode(with decoder: inout EVTXDecoder, into batch: inout EventBatch) {
    unsafe decoder.decodeChunks(bytes.pointer, count: count, into: &batch)
  }

  func json(of source: Int, with decoder: inout EVTXDecoder) -> String? {
    unsafe decoder.json(of: source, bytes.pointer, count: count)
  }
}

extension EventBatch {
  /// Values without containers, by field, sorted; nil is null.
  borrowing func valuesByField(of event: Int, _ table: FieldTable) -> [String: [String?]] {
    var values: [String: [String?]] = [:]
    for index in self.values(of: event) where self.values[index].kind != .container {
      let value = self.values[index]
      values[table.names[Int(value.field)], default: []].append(
        value.kind == .null ? nil : DecodedText.text(value, self))
    }
    return values.mapValues { $0.sorted { ($0 ?? "\u{0}") < ($1 ?? "\u{0}") } }
  }
}

/// Files that tests begin with.
enum Written {
  static let namespace: (name: String, parts: [EVTXPart]) = (
    "xmlns", ["http://schemas.microsoft.com/win/2004/08/events/event"]
  )

  /// An event as Windows has it: System, whose EventRecordID is the value 0, and a body.
  static func event(_ body: EVTXPart...) -> EVTXPart {
    let system: [EVTXPart] = [
      .element("Provider", [("Name", ["Trawl"]), ("Guid", ["{0}"])]),
      .element("EventID", [("Qualifiers", [.optional(99)])], ["4688"]),
      .element("EventRecordID", [], [.optional(0)]), .element("Channel", [], ["Security"]),
      .element("Computer", [], ["host"]), .element("Security", [("UserID", [.optional(98)])]),
    ]
    return .element("Event", [namespace], [.element("System", [], system)] + body)
  }

  /// A template of an event whose body is EventData.
  static func template(_ number: UInt32 = 1, _ data: EVTXPart...) -> EVTXTemplate {
    EVTXTemplate(number, event(.element("EventData", [], data)))
  }

  /// `<Data Name="name">`
  static func data(_ name: String, _ parts: EVTXPart...) -> EVTXPart {
    .element("Data", [("Name", [.text(name)])], parts)
  }

  /// A record that fills a template; the value 0 is its number.
  static func record(_ number: UInt64, _ template: EVTXTemplate, _ values: EVTXValue...) -> EVTXRecord {
    EVTXRecord(number, .instance(EVTXInstance(template, [.uint64(number)] + values)))
  }

  /// A file of one record, which is these elements.
  static func file(_ parts: EVTXPart...) -> EVTXFile {
    var record = EVTXRecord(1)
    record.parts = parts
    return EVTXFile(record)
  }

  /// A file of one record whose field `v` is a value that a template asks for.
  static func file(value: EVTXValue) -> EVTXFile {
    EVTXFile(record(1, template(1, data("v", .substitution(1))), value))
  }

  /// Chunks of so many records each, numbered from 1; the field `v` is the number as text.
  static func numbered(chunks: Int, records: Int) -> [[EVTXRecord]] {
    let template = template(1, data("v", .substitution(1)), data("w", .optional(2)))
    return (0..<chunks).map { chunk in
      (1...records).map { place in
        let number = UInt64(chunk * records + place)
        return record(number, template, .string("\(number)"), .null)
      }
    }
  }
}
