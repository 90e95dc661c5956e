import TrawlEvents

/// Decodes lines of Linux's audit log, each an event, into a batch, for one worker.
///
/// Every `key=value` is a field, values without their quotes, and decoded where auditd writes hexadecimal digits instead.
/// `msg='...'` of programs gives the pairs in it; `msg` itself is `audit(TIME:NUMBER)`, whose time is the event's. Words
/// that no key is before are values that only keywords see. Lines that rsyslog wrote have the `Hostname` of their header.
public struct AuditdDecoder: ~Copyable {
  private var fields: FieldWriter
  var texts = TextFields()
  /// What the last batch held that is no event.
  public private(set) var problems: [DecodeProblem] = []

  /// A decoder of the fields in a table.
  public init(fields: FieldTable) { self.fields = FieldWriter(fields: fields) }

  /// Decodes whole lines into `batch`. What is no UTF-8 is taken for U+FFFD.
  @unsafe
  public mutating func decode(
    _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    problems.removeAll(keepingCapacity: true)
    unsafe batch.reset(base: base, count: count)
    batch.origin = .auditd
    let log = unsafe LogBytes(base, count: count)
    texts.begin(log)
    var (start, ordinal) = (0, 0)
    while start < count {
      let end = log.endOfLine(start)
      let line = log.line(start, end)
      let text = texts.texts.count
      if log.isBlank(line) {
      } else if let reason = read(line, log) {
        texts.texts.truncate(to: text)
        problems.append(DecodeProblem(offset: start, ordinal: ordinal, reason: reason))
      } else {
        texts.writeEvent(start, ordinal: ordinal, text: text, &fields, &batch)
      }
      start = end + 1
      ordinal += 1
    }
    texts.end(&batch)
    fields.keys.boundMemory()
  }

  /// The line at an offset as JSON; slow. `source`: where it lies in the bytes, which `base` still holds.
  @unsafe
  public mutating func json(of source: Int, _ base: UnsafePointer<UInt8>, count: Int) -> String? {
    let log = unsafe LogBytes(base, count: count)
    guard source < count else { return nil }
    // The batch still reads the texts.
    var kept = TextFields()
    swap(&kept, &texts)
    defer { swap(&kept, &texts) }
    return read(log.line(source, log.endOfLine(source)), log) == nil ? texts.json() : nil
  }

  /// Whether a file that begins like this is an audit log, by its first line. `head`: up to 64 KiB; `isWhole`: there is no
  /// more.
  public static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    let log = unsafe LogBytes(head)
    var start = 0
    while start < log.count {
      let end = log.endOfLine(start)
      let line = log.line(start, end)
      if !log.isBlank(line) {
        guard let header = AuditHeader(log, line) else { return false }
        return header.prefix.isEmpty || SyslogHeader(log, header.prefix) != nil
      }
      start = end + 1
    }
    return false
  }

  /// How many bytes are whole lines; 0: more bytes are needed.
  public static func wholeRecords(in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    unsafe LogBytes(bytes).wholeLines(isLast: isLast)
  }
}

/// `type=EXECVE msg=audit(1640995200.123:456):`, and what stands before it.
struct AuditHeader {
  var prefix: Range<Int>
  /// Empty when there is none.
  var node = 0..<0
  var type: Range<Int>
  /// `audit(1640995200.123:456)`
  var message: Range<Int>
  /// `1640995200.123`
  var time: Range<Int>
  /// Behind the header.
  var end: Int

  /// Reads the header of a line; nil when it has none.
  init?(_ log: LogBytes, _ line: Range<Int>) {
    guard let found = log.index(of: " msg=audit(", from: line.lowerBound, to: line.upperBound) else {
      return nil
    }
    let close = log.index(of: UInt8(ascii: ")"), from: found, to: line.upperBound)
    let word = AuditHeader.word(before: found, line.lowerBound, log)
    guard close < line.upperBound, log.has("type=", at: word.lowerBound), word.count > 5 else { return nil }
    type = (word.lowerBound + 5)..<word.upperBound
    message = (found + 5)..<(close + 1)
    var colon = close
    while colon > found, log[colon] != UInt8(ascii: ":") { colon -= 1 }
    time = (found + 11)..<max(colon, found + 11)
    end = close + 1 < line.upperBound && log[close + 1] == UInt8(ascii: ":") ? close + 2 : close + 1
    prefix = line.lowerBound..<word.lowerBound
    let before = AuditHeader.word(before: word.lowerBound, line.lowerBound, log)
    if log.has("node=", at: before.lowerBound), before.count > 5 {
      node = (before.lowerBound + 5)..<before.upperBound
      prefix = line.lowerBound..<before.lowerBound
    }
  }

  /// The word that ends before an offset, and before the blanks there.
  private static func word(before offset: Int, _ first: Int, _ log: LogBytes) -> Range<Int> {
    var end = offset
    while end > first, log[end - 1] == 0x20 { end -= 1 }
    var start = end
    while start > first, log[start - 1] != 0x20 { start -= 1 }
    return start..<end
  }
}
