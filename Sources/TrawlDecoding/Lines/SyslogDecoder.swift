import TrawlEvents

/// Decodes lines of syslog, each an event, into a batch, for one worker.
///
/// Fields: `Message`, all behind the header; `Hostname`; `ProgramName`; `ProcessID`; `MessageID`; `Priority`, and what it
/// is made of, `Facility` and `Severity`, as numbers; `Timestamp` if it has a year, else `SyslogTimestamp`, which says no
/// time; parameters of RFC 5424's structured data as `ID.NAME`. A line without a header is a `Message` alone.
public struct SyslogDecoder: ~Copyable {
  private var fields: FieldWriter
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
    batch.origin = .syslog
    let log = unsafe LogBytes(base, count: count)
    texts.begin(log)
    var (start, ordinal) = (0, 0)
    while start < count {
      let end = log.endOfLine(start)
      let line = log.line(start, end)
      if !log.isBlank(line) {
        let text = texts.texts.count
        read(line, log)
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
    read(log.line(source, log.endOfLine(source)), log)
    return texts.json()
  }

  /// Reads a line into the fields.
  private mutating func read(_ line: Range<Int>, _ log: LogBytes) {
    texts.clear()
    guard let header = SyslogHeader(log, line) else { return add("Message", line, log) }
    if !header.time.isEmpty {
      add(header.isFullTime ? "Timestamp" : "SyslogTimestamp", header.time, log)
    }
    if !header.host.isEmpty { add("Hostname", header.host, log) }
    if !header.program.isEmpty { add("ProgramName", header.program, log, mark: .service) }
    if !header.process.isEmpty { add("ProcessID", header.process, log) }
    if !header.messageID.isEmpty { add("MessageID", header.messageID, log) }
    if let priority = header.priority {
      add("Priority", priority)
      add("Facility", priority / 8)
      add("Severity", priority % 8)
    }
    if !header.structured.isEmpty { addStructured(header.structured, log) }
    add("Message", header.message, log)
  }

  private mutating func add(
    _ name: StaticString, _ value: Range<Int>, _ log: LogBytes, mark: EventMark? = nil
  ) {
    texts.add(texts.name(name), log, value, mark: mark)
  }

  private mutating func add(_ name: StaticString, _ number: Int) {
    let start = texts.texts.count
    // A priority has three digits at most.
    for (unit, least) in [(100, 100), (10, 10), (1, 0)] where number >= least {
      texts.texts.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / unit % 10))
    }
    texts.fields.append(TextField(name: texts.name(name), value: texts.endText(from: start)))
  }
}

extension SyslogDecoder {
  /// Adds the parameters of `[ID NAME="VALUE" ...]`, one element after the other.
  private mutating func addStructured(_ range: Range<Int>, _ log: LogBytes) {
    var offset = range.lowerBound
    while offset < range.upperBound, log[offset] == UInt8(ascii: "[") {
      let start = offset + 1
      var end = start
      while end < range.upperBound, log[end] != 0x20, log[end] != UInt8(ascii: "]") { end += 1 }
      offset = end
      while offset < range.upperBound, log[offset] != UInt8(ascii: "]") {
        guard let next = addParameter(start..<end, offset, range.upperBound, log) else { return }
        offset = next
      }
      offset += 1
    }
  }

  /// Adds the parameter at an offset; where the next one is, or nil when there is none.
  private mutating func addParameter(
    _ element: Range<Int>, _ start: Int, _ end: Int, _ log: LogBytes
  ) -> Int? {
    var start = start
    while start < end, log[start] == 0x20 { start += 1 }
    if log[start] == UInt8(ascii: "]") { return start }
    let equals = log.index(of: UInt8(ascii: "="), from: start, to: end)
    guard equals + 1 < end, log[equals + 1] == UInt8(ascii: "\"") else { return nil }
    let first = texts.texts.count
    var place = equals + 2
    while place < end, log[place] != UInt8(ascii: "\"") {
      // RFC 5424, 6.3.3: a backslash before any other character is itself.
      let isEscape = log[place] == UInt8(ascii: "\\") && place + 1 < end
      if isEscape, [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]")].contains(log[place + 1]) {
        place += 1
      }
      texts.texts.append(log[place])
      place += 1
    }
    let name = texts.name(log, element).lowerBound
    _ = texts.name(".")
    let full = name..<texts.name(log, start..<equals).upperBound
    texts.fields.append(TextField(name: full, value: texts.endText(from: first)))
    return place + 1
  }

  /// Whether a file that begins like this is syslog: three quarters of its first lines, and the very first, have a header;
  /// a time of RFC 3339 alone is one of many programs' logs. `head`: up to 64 KiB; `isWhole`: there is no more.
  public static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    if unsafe AuditdDecoder.recognises(head, isWhole: isWhole) { return false }
    let log = unsafe LogBytes(head)
    var (start, lines, fitting) = (0, 0, 0)
    while start < log.count, lines < 20 {
      let end = log.endOfLine(start)
      let line = log.line(start, end)
      start = end + 1
      if log.isBlank(line) || (end == log.count && !isWhole && lines > 0) { continue }
      lines += 1
      if isSyslog(line, log) { fitting += 1 }
      if fitting == 0 { return false }
    }
    return lines > 0 && 4 * fitting >= 3 * lines
  }

  private static func isSyslog(_ line: Range<Int>, _ log: LogBytes) -> Bool {
    guard let header = SyslogHeader(log, line) else { return false }
    if header.priority != nil || !header.isFullTime { return true }
    let levels: [StaticString] = [
      "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL",
    ]
    return !header.program.isEmpty && !header.host.isEmpty
      && !levels.contains { log.equals(header.host, $0) }
  }

  /// How many bytes are whole lines; 0: more bytes are needed.
  public static func wholeRecords(in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    unsafe LogBytes(bytes).wholeLines(isLast: isLast)
  }
}
