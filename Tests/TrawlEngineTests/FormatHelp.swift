import TrawlDecoding
import TrawlEvents

/// What the decoders of text formats have in common, for tests of all of them. `header` is of use to tables only.
protocol FormatDecoder: ~Copyable {
  init(fields: FieldTable)
  var problems: [DecodeProblem] { get }
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch)
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String?
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int
  static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool
  static func headerLength(_ head: UnsafeBufferPointer<UInt8>) -> Int
}

extension FormatDecoder where Self: ~Copyable {
  static func headerLength(_ head: UnsafeBufferPointer<UInt8>) -> Int { 0 }
}

extension CSVDecoder: FormatDecoder {
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch
  ) { unsafe decode(base, count: count, header: header, into: &batch) }
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String? {
    unsafe json(of: source, base, count: count, header: header)
  }
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int {
    unsafe wholeRecords(in: bytes, header: header, isLast: false)
  }
}

extension EventXMLDecoder: FormatDecoder {
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch
  ) { unsafe decode(base, count: count, into: &batch) }
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String? {
    unsafe json(of: source, base, count: count)
  }
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int {
    unsafe wholeRecords(in: bytes, isLast: false)
  }
}

extension AuditdDecoder: FormatDecoder {
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch
  ) { unsafe decode(base, count: count, into: &batch) }
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String? {
    unsafe json(of: source, base, count: count)
  }
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int {
    unsafe wholeRecords(in: bytes, isLast: false)
  }
}

extension SyslogDecoder: FormatDecoder {
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch
  ) { unsafe decode(base, count: count, into: &batch) }
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String? {
    unsafe json(of: source, base, count: count)
  }
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int {
    unsafe wholeRecords(in: bytes, isLast: false)
  }
}

extension TextDecoder: FormatDecoder {
  mutating func decode(
    _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8], into batch: inout EventBatch
  ) { unsafe decode(base, count: count, into: &batch) }
  mutating func json(_ source: Int, _ base: UnsafePointer<UInt8>, _ count: Int, header: [UInt8]) -> String? {
    unsafe json(of: source, base, count: count)
  }
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> Int {
    unsafe wholeRecords(in: bytes, isLast: false)
  }
}

/// What the decoder of a text format makes of a file, in words.
struct DecodedLog: Equatable {
  struct Event: Equatable {
    /// Of the record in the file.
    var offset: Int
    /// In the file, from 0.
    var line: Int
    var number: UInt64
    /// Values by field without containers, sorted; nil is null.
    var values: [String: [String?]]
    /// By the mark's name.
    var marks: [String: String]
    /// The event's text, as a keyword's gate reads it.
    var text: String
    var json: String?

    /// The values of a field; nil when the event has none.
    subscript(_ name: String) -> [String?]? { values[name] }
  }
  struct Problem: Equatable {
    var offset: Int
    var line: Int
    var reason: String
  }
  var events: [Event] = []
  var problems: [Problem] = []

  /// Decodes a file, in pieces that end at these offsets, if any.
  init<Decoder: FormatDecoder & ~Copyable>(
    _: Decoder.Type, _ text: String, fields: [String] = [], cuts: [Int] = []
  ) {
    self.init(Decoder.self, Array(text.utf8), fields: fields, cuts: cuts)
  }

  init<Decoder: FormatDecoder & ~Copyable>(
    _: Decoder.Type, _ bytes: [UInt8], fields: [String] = [], cuts: [Int] = []
  ) {
    var table = FieldTable()
    for name in fields { _ = table.number(of: name) }
    let length = unsafe bytes.withUnsafeBufferPointer { unsafe Decoder.headerLength($0) }
    let header = Array(bytes.prefix(length))
    var decoder = Decoder(fields: table)
    var start = length
    for end in cuts + [bytes.count] {
      let line = bytes.prefix(start).count { $0 == 10 }
      decode(&decoder, Array(bytes[start..<end]), header, table, start, line)
      start = end
    }
  }

  private mutating func decode<Decoder: FormatDecoder & ~Copyable>(
    _ decoder: inout Decoder, _ bytes: [UInt8], _ header: [UInt8], _ table: FieldTable, _ offset: Int,
    _ line: Int
  ) {
    var batch = EventBatch()
    // What stands behind the last byte must not matter.
    let padded = bytes + [UInt8](repeating: 0x22, count: EventBatch.padding)
    unsafe padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe decoder.decode(base, bytes.count, header: header, into: &batch)
      problems += decoder.problems.map {
        Problem(offset: $0.offset + offset, line: $0.ordinal + line, reason: $0.reason)
      }
      for index in 0..<batch.events.count {
        let record = batch.events[index]
        let text = EventValue(field: 0, kind: .plain, offset: record.offset, length: record.length)
        var event = Event(
          offset: Int(record.source) + offset, line: Int(record.ordinal) + line, number: record.number,
          values: batch.valuesByField(of: index, table), marks: [:], text: DecodedText.text(text, batch))
        event.json = unsafe decoder.json(Int(record.source), base, bytes.count, header: header)
        for mark in 0..<EventMark.count {
          guard let mark = EventMark(rawValue: UInt8(mark)), let value = batch.mark(mark, of: index) else {
            continue
          }
          event.marks["\(mark)"] = DecodedText.text(value, batch)
        }
        events.append(event)
      }
    }
  }

  /// Where a file is cut when so many of its bytes were read, if that is anywhere.
  static func cut<Decoder: FormatDecoder & ~Copyable>(_: Decoder.Type, _ bytes: [UInt8], at count: Int)
    -> [Int]
  {
    let length = unsafe bytes.withUnsafeBufferPointer { unsafe Decoder.headerLength($0) }
    guard count > length else { return [] }
    let whole = unsafe bytes[length..<count].withUnsafeBufferPointer {
      unsafe Decoder.whole($0, header: Array(bytes.prefix(length)))
    }
    return whole == 0 ? [] : [length + whole]
  }

  /// Whether a format's decoder takes a file for its own.
  static func recognises<Decoder: FormatDecoder & ~Copyable>(
    _: Decoder.Type, _ text: String, isWhole: Bool = true
  ) -> Bool {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBufferPointer { unsafe Decoder.recognises($0, isWhole: isWhole) }
  }

  /// Where a file is decoded otherwise when it is cut where the format says that it can be.
  static func differences<Decoder: FormatDecoder & ~Copyable>(
    _ type: Decoder.Type, _ bytes: [UInt8], fields: [String] = []
  ) -> [Int] {
    let whole = DecodedLog(type, bytes, fields: fields)
    return (0...bytes.count).filter { count in
      let cuts = cut(type, bytes, at: count)
      return !cuts.isEmpty && DecodedLog(type, bytes, fields: fields, cuts: cuts) != whole
    }
  }
}
