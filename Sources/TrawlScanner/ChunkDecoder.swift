import TrawlDecoding
import TrawlEvents

/// Decodes chunks of any format, for one worker.
package struct ChunkDecoder: ~Copyable {
  private let fields: FieldTable
  private var json: JSONDecoder
  var evtx: EVTXDecoder
  // Made when the first such log is met.
  private var csv: CSVDecoder?
  private var xml: EventXMLDecoder?
  private var syslog: SyslogDecoder?
  private var auditd: AuditdDecoder?
  private var text: TextDecoder?
  /// What the last chunk held that is no event.
  package private(set) var problems: [DecodeProblem] = []

  package init(fields: FieldTable) {
    self.fields = fields
    json = JSONDecoder(fields: fields)
    evtx = EVTXDecoder(fields: fields)
  }

  /// Decodes a chunk, which lies in `buffer`, into `batch`, which may read it there.
  package mutating func decode(_ chunk: Chunk, _ buffer: inout Block<UInt8>, into batch: inout EventBatch) {
    buffer.reserve(chunk.count + EventBatch.padding)
    prepare(for: chunk.format)
    unsafe decode(chunk, UnsafePointer(buffer.pointer), into: &batch)
  }

  /// Decodes an event of the last chunk once more, with all its values, as the last of `batch`.
  mutating func decodeWhole(
    _ event: Int, _ chunk: Chunk, _ buffer: inout Block<UInt8>, into batch: inout EventBatch
  ) {
    unsafe evtx.decodeWhole(event, UnsafePointer(buffer.pointer), count: chunk.count, into: &batch)
    problems = evtx.problems
  }

  private mutating func prepare(for format: InputFormat) {
    switch format {
    case .lines, .documents, .evtx: break
    case .csv: if csv == nil { csv = CSVDecoder(fields: fields) }
    case .xml: if xml == nil { xml = EventXMLDecoder(fields: fields) }
    case .syslog: if syslog == nil { syslog = SyslogDecoder(fields: fields) }
    case .auditd: if auditd == nil { auditd = AuditdDecoder(fields: fields) }
    case .text: if text == nil { text = TextDecoder(fields: fields) }
    }
  }

  private mutating func decode(_ chunk: Chunk, _ base: UnsafePointer<UInt8>, into batch: inout EventBatch) {
    let count = chunk.count
    switch chunk.format {
    case .lines:
      unsafe json.decodeLines(base, count: count, into: &batch)
      problems = json.problems
    case .documents:
      unsafe json.decodeDocuments(chunk.documents, base, count: count, into: &batch)
      problems = json.problems
    case .evtx:
      unsafe evtx.decodeChunks(base, count: count, into: &batch)
      problems = evtx.problems
    case .csv:
      unsafe csv?.decode(base, count: count, header: chunk.header, into: &batch)
      problems = csv?.problems ?? []
    case .xml:
      unsafe xml?.decode(base, count: count, into: &batch)
      problems = xml?.problems ?? []
    case .syslog:
      unsafe syslog?.decode(base, count: count, into: &batch)
      problems = syslog?.problems ?? []
    case .auditd:
      unsafe auditd?.decode(base, count: count, into: &batch)
      problems = auditd?.problems ?? []
    case .text:
      unsafe text?.decode(base, count: count, into: &batch)
      problems = text?.problems ?? []
    }
  }

  /// The text of an event as JSON, from the chunk that was decoded last and that `buffer` still holds.
  mutating func text(
    of event: Int, _ chunk: Chunk, _ buffer: inout Block<UInt8>, _ batch: borrowing EventBatch
  ) -> String? {
    let record = batch.events[event]
    let (source, base, count) = unsafe (Int(record.source), UnsafePointer(buffer.pointer), chunk.count)
    switch chunk.format {
    case .lines, .documents:
      return unsafe String(
        decoding: UnsafeBufferPointer(start: batch.base + Int(record.offset), count: Int(record.length)),
        as: UTF8.self)
    case .evtx: return unsafe evtx.json(of: source, base, count: count)
    case .csv: return unsafe csv?.json(of: source, base, count: count, header: chunk.header)
    case .xml: return unsafe xml?.json(of: source, base, count: count)
    case .syslog: return unsafe syslog?.json(of: source, base, count: count)
    case .auditd: return unsafe auditd?.json(of: source, base, count: count)
    case .text: return unsafe text?.json(of: source, base, count: count)
    }
  }
}

extension JSONFloor {
  /// Walks a chunk of JSON, which lies in `buffer`.
  package mutating func walk(_ chunk: Chunk, _ buffer: inout Block<UInt8>) {
    buffer.reserve(chunk.count + EventBatch.padding)
    switch chunk.format {
    case .lines: unsafe walkLines(buffer.pointer, count: chunk.count)
    case .documents: unsafe walkDocuments(chunk.documents, buffer.pointer)
    case .evtx, .csv, .xml, .syslog, .auditd, .text: break
    }
  }
}
