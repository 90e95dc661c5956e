import TrawlEvents

/// Decodes lines of text, each an event with the one field `Message`, into a batch, for one worker. The lines stay where
/// they are.
public struct TextDecoder: ~Copyable {
  private var fields: FieldWriter
  /// The lines, if they had to be mended.
  private var texts = TextFields()
  /// What the last batch held that is no event: nothing, since any line is one.
  public private(set) var problems: [DecodeProblem] = []

  /// A decoder of the fields in a table.
  public init(fields: FieldTable) { self.fields = FieldWriter(fields: fields) }

  /// Decodes whole lines into `batch`. What is no UTF-8 is taken for U+FFFD.
  @unsafe
  public mutating func decode(
    _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    unsafe batch.reset(base: base, count: count)
    let log = unsafe LogBytes(base, count: count)
    texts.begin(log)
    let name = texts.name("Message")
    let node = unsafe fields.node(named: texts.names.paddedPointer(), count: name.count, in: 0)
    var (start, ordinal) = (0, 0)
    while start < count {
      let end = log.endOfLine(start)
      let line = log.line(start, end)
      if !log.isBlank(line) {
        let text = texts.isValid ? line : copy(line, log)
        texts.beginEvent(start, ordinal: ordinal, text: text.lowerBound, &fields, &batch)
        let length = UInt32(truncatingIfNeeded: text.count)
        fields.emit(node, .plain, UInt32(truncatingIfNeeded: text.lowerBound), length, &batch)
        batch.events[batch.events.count - 1].length = length
      }
      start = end + 1
      ordinal += 1
    }
    if !texts.isValid { texts.end(&batch) }
    fields.keys.boundMemory()
  }

  private mutating func copy(_ line: Range<Int>, _ log: LogBytes) -> Range<Int> {
    let start = texts.texts.count
    texts.texts.append(log, line)
    return texts.endText(from: start)
  }

  /// The line at an offset as JSON; slow. `source`: where it lies in the bytes, which `base` still holds.
  @unsafe
  public func json(of source: Int, _ base: UnsafePointer<UInt8>, count: Int) -> String? {
    let log = unsafe LogBytes(base, count: count)
    guard source < count else { return nil }
    var members = JSONMembers()
    members.add("Message", log.text(log.line(source, log.endOfLine(source))))
    return members.text
  }

  /// Any text is lines of text: nothing is recognised as this, it must be asked for.
  public static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool { false }

  /// How many bytes are whole lines; 0: more bytes are needed.
  public static func wholeRecords(in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    unsafe LogBytes(bytes).wholeLines(isLast: isLast)
  }
}
