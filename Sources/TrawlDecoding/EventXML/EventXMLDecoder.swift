import TrawlEvents

/// Decodes Windows events that are XML (`wevtutil qe /f:xml`, Event Viewer's "Save as XML") into a batch, for one worker.
///
/// Fields and values are those that `EVTXDecoder` finds in the same records. Where binary XML knows more, the text
/// decides: a `Data` without a text is null as `<Data/>` and empty as `<Data></Data>`.
public struct EventXMLDecoder: ~Copyable {
  var fields: FieldWriter
  /// Texts of values.
  var texts = TextFields()
  /// Elements that are open.
  var frames = Block<XMLFrame>(capacity: 32)
  /// A name that does not stand in the log as it is.
  var name = Block<UInt8>(capacity: 256)
  /// EventRecordID of the event that is being walked.
  var recordID: UInt64 = 0
  /// What the last batch held that is no event.
  public private(set) var problems: [DecodeProblem] = []

  /// A decoder of the fields in a table.
  public init(fields: FieldTable) { self.fields = FieldWriter(fields: fields) }

  /// Decodes whole events, and what stands between them, into `batch`. What is damaged costs its event: the next one is
  /// where `<Event` stands again.
  @unsafe
  public mutating func decode(
    _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    problems.removeAll(keepingCapacity: true)
    unsafe batch.reset(base: base, count: count)
    let log = unsafe LogBytes(base, count: count)
    texts.begin(log)
    var events = XMLEvents(log)
    var (offset, line, counted) = (0, 0, 0)
    while offset < count {
      let (problem, start, end) = decodeNext(&events, offset, log)
      line += unsafe newlines(base, from: counted, to: start)
      counted = start
      if let reason = problem ?? (end.map { walk(start..<$0, line, log, &batch) } ?? nil) {
        problems.append(DecodeProblem(offset: start, ordinal: line, reason: reason))
      }
      offset = (problem == nil ? end : events.next(after: start + 1)) ?? count
    }
    texts.end(&batch)
    fields.keys.boundMemory()
  }

  /// Where the next event is, or what is wrong there; no end when nothing follows.
  private func decodeNext(
    _ events: inout XMLEvents, _ offset: Int, _ log: LogBytes
  ) -> (problem: String?, start: Int, end: Int?) {
    switch events.find(from: offset) {
    case .event(let start):
      do throws(XMLDamage) {
        return (nil, start, try events.end(of: start))
      } catch { return (error.reason, start, nil) }
    case .damage(let reason, let start): return (reason, start, nil)
    case .nothing(let isCutOff):
      return (isCutOff ? XMLDamage.cutOff.reason : nil, isCutOff ? offset : log.count, nil)
    }
  }

  /// Walks an event whose tags fit; why it is none, if that is so.
  private mutating func walk(
    _ range: Range<Int>, _ line: Int, _ log: LogBytes, _ batch: inout EventBatch
  ) -> String? {
    let (event, firstValue, firstText) = (batch.events.count, batch.values.count, texts.texts.count)
    texts.beginEvent(range.lowerBound, ordinal: line, text: firstText, &fields, &batch)
    recordID = 0
    do throws(XMLDamage) {
      try walk(range, log, &batch)
      texts.endEvent(&batch)
      batch.events[event].number = recordID
      return nil
    } catch {
      batch.values.truncate(to: firstValue)
      batch.marks.truncate(to: event * EventMark.count)
      batch.events.truncate(to: event)
      texts.texts.truncate(to: firstText)
      return error.reason
    }
  }
}

extension EventXMLDecoder {
  /// Whether a file that begins like this holds Windows events as XML. `head`: up to 64 KiB; `isWhole`: there is no more.
  public static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    let log = unsafe LogBytes(head)
    var events = XMLEvents(log)
    guard case .event(let start) = events.find(from: 0) else {
      return isWhole && isEmptyDocument(log)
    }
    var tokens = XMLTokens(log, from: start)
    guard let event = try? tokens.next() else { return false }
    if log.index(of: XMLEvents.namespace, from: event.body.lowerBound, to: event.body.upperBound) != nil {
      return true
    }
    while let token = try? tokens.next() {
      if token.kind == .start { return log.equals(token.name, "System") }
      if token.kind == .end { return false }
    }
    return false
  }

  /// Whether there is an element `Events`, and nothing in it.
  private static func isEmptyDocument(_ log: LogBytes) -> Bool {
    var tokens = XMLTokens(log)
    var hasEvents = false
    while let token = try? tokens.next() {
      switch token.kind {
      case .other: continue
      case .text where log.isBlank(token.body): continue
      case .start, .end:
        guard log.equals(token.name, "Events") else { return false }
        hasEvents = true
      default: return false
      }
    }
    return hasEvents && tokens.offset == log.count
  }

  /// How many bytes, from the start of an event on, are whole events and what stands between them; 0: more bytes are
  /// needed.
  public static func wholeRecords(in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    if isLast { return bytes.count }
    var events = unsafe XMLEvents(LogBytes(bytes))
    // Damage is only whole with the event behind it: what is wrong shows in what follows.
    var (offset, whole) = (0, 0)
    while true {
      // Damage without end is given up in pieces, each of which is reported.
      if offset - whole > XMLEvents.mostBytes { return offset }
      let damage: Int
      switch events.find(from: offset) {
      case .nothing: return whole
      case .damage(_, let start): damage = start
      case .event(let start):
        do throws(XMLDamage) {
          offset = try events.end(of: start)
          whole = offset
          continue
        } catch {
          if error.isCutOff { return whole }
          damage = start
        }
      }
      guard let next = events.next(after: damage + 1) else {
        return bytes.count - damage > XMLEvents.mostBytes ? bytes.count - 7 : whole
      }
      offset = next
    }
  }
}
