import TrawlDecoding
import TrawlEvents

/// Decodes chunks of any format, for one worker.
package struct ChunkDecoder: ~Copyable {
  private var json: JSONDecoder
  private var evtx: EVTXDecoder
  /// What the last chunk held that is no event.
  package private(set) var problems: [DecodeProblem] = []

  package init(fields: FieldTable) {
    json = JSONDecoder(fields: fields)
    evtx = EVTXDecoder(fields: fields)
  }

  /// Decodes a chunk, which lies in `buffer`, into `batch`, which may read it there.
  package mutating func decode(_ chunk: Chunk, _ buffer: inout Block<UInt8>, into batch: inout EventBatch) {
    buffer.reserve(chunk.count + EventBatch.padding)
    switch chunk.format {
    case .lines:
      unsafe json.decodeLines(buffer.pointer, count: chunk.count, into: &batch)
      problems = json.problems
    case .documents:
      unsafe json.decodeDocuments(chunk.documents, buffer.pointer, count: chunk.count, into: &batch)
      problems = json.problems
    case .evtx:
      unsafe evtx.decodeChunks(buffer.pointer, count: chunk.count, into: &batch)
      problems = evtx.problems
    }
  }

  /// The text of an event as JSON, from the chunk that was decoded last and that `buffer` still holds.
  mutating func text(
    of event: Int, _ chunk: Chunk, _ buffer: inout Block<UInt8>, _ batch: borrowing EventBatch
  ) -> String? {
    let record = batch.events[event]
    if chunk.format == .evtx {
      return unsafe evtx.json(of: Int(record.source), buffer.pointer, count: chunk.count)
    }
    return unsafe String(
      decoding: UnsafeBufferPointer(start: batch.base + Int(record.offset), count: Int(record.length)),
      as: UTF8.self)
  }
}

extension JSONFloor {
  /// Walks a chunk of JSON, which lies in `buffer`.
  package mutating func walk(_ chunk: Chunk, _ buffer: inout Block<UInt8>) {
    buffer.reserve(chunk.count + EventBatch.padding)
    switch chunk.format {
    case .lines: unsafe walkLines(buffer.pointer, count: chunk.count)
    case .documents: unsafe walkDocuments(chunk.documents, buffer.pointer)
    case .evtx: break
    }
  }
}
