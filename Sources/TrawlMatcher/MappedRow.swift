import TrawlEvents

/// The event that a row is read as, in memory of its own, which is kept from row to row.
struct MappedRow: ~Copyable {
  private(set) var batch = EventBatch()
  private var bytes = Block<UInt8>(capacity: 1 << 12)
  /// Of the row, in the batch that it comes from.
  private var start = 0
  private var end = 0
  /// Of the text that is being written.
  private var textStart = 0

  /// A giant row must not cost its memory for ever.
  private static let roomyText = 1 << 20

  init() {
    batch.events = Block(capacity: 1)
    batch.values = Block(capacity: 256)
    batch.marks = Block(capacity: EventMark.count)
  }

  /// Starts over with a row. Its bytes are copied as they are: keywords are looked for in them.
  mutating func begin(_ record: EventRecord, _ source: borrowing EventBatch) {
    unsafe batch.reset(base: batch.base, count: 0)
    bytes.truncate(to: 0)
    bytes.shrink(to: MappedRow.roomyText)
    start = Int(record.offset)
    end = start + Int(record.length)
    unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: source.base + start, count: end - start))
    batch.events.append(EventRecord(firstValue: 0, offset: 0, length: record.length, ordinal: 0))
    for _ in 0..<EventMark.count { batch.marks.append(EventBatch.noValue) }
  }

  /// Adds a value of the row as that of a field.
  mutating func add(_ value: EventValue, as field: FieldID, _ source: borrowing EventBatch) {
    var value = value
    value.field = field
    let (offset, length) = (Int(value.offset), Int(value.length))
    if offset >= start, offset + length <= end {
      value.offset -= UInt32(truncatingIfNeeded: start)
    } else {
      value.offset = UInt32(truncatingIfNeeded: bytes.count)
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: source.base + offset, count: length))
    }
    batch.values.append(value)
  }

  /// Begins a text, which `endText` makes a value.
  mutating func beginText() { textStart = bytes.count }

  mutating func write(_ text: TestedText) {
    unsafe write(text.raw, text.rawCount)
  }

  mutating func write(_ text: UnsafePointer<UInt8>, _ count: Int) {
    unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: count))
  }

  mutating func write(_ text: StaticString) { unsafe write(text.utf8Start, text.utf8CodeUnitCount) }

  /// Writes a backslash, unless the text has one at its end.
  mutating func writeSeparator() {
    let separator = UInt8(ascii: "\\")
    if bytes.count == textStart || bytes[bytes.count - 1] != separator { bytes.append(separator) }
  }

  mutating func endText(as field: FieldID) {
    batch.values.append(
      EventValue(
        field: field, kind: .plain, offset: UInt32(truncatingIfNeeded: textStart),
        length: UInt32(truncatingIfNeeded: bytes.count - textStart)))
  }

  /// Makes the values readable; what is added later moves them.
  mutating func finish() {
    bytes.reserve(bytes.count + EventBatch.padding)
    unsafe batch.move(to: UnsafePointer(bytes.pointer), count: bytes.count)
  }
}
