import Glibc
import TrawlEvents

/// A piece of input that is no event, and why.
public struct DecodeProblem: Sendable, Hashable {
  /// Of the line or document, from the start of the batch, in bytes.
  public var offset: Int
  /// Place among the lines or documents of the batch, from 0.
  public var ordinal: Int
  /// Counted by: `a string that is not closed`.
  public var reason: String
}

/// Decodes JSON events into a batch, for one worker.
///
/// simdjson indexes a whole stretch of lines at once; a walk over the index then finds keys and values, looks keys up
/// and notes where values lie, untouched. Only when the index of the stretch reports an error is each line indexed by
/// itself, so that a bad line costs that line only.
public struct JSONDecoder: ~Copyable {
  var index = StructuralIndex()
  var fields: FieldWriter
  var stack = Block<JSONFrame>(capacity: 64)
  /// Keys, as tokens, of members of the event that a later one of the same name overrules.
  var overruled = Block<UInt32>()
  /// Numbers the objects of a batch, for `KeyNode.object`; 0 is none.
  var objectSerial: UInt32 = 0
  /// What the last batch held that is no event.
  public private(set) var problems: [DecodeProblem] = []

  /// Objects and arrays may be nested this deep.
  static let maximumDepth = 100_000

  /// A decoder of the fields in a table.
  public init(fields: FieldTable) {
    self.fields = FieldWriter(fields: fields)
  }
}

/// An object or array that is being walked.
struct JSONFrame: BitwiseCopyable {
  var node: UInt32
  var object: UInt32
  var isArray: Bool
}

extension JSONDecoder {
  /// Decodes lines, each an event, into `batch`, which holds `count` bytes at `base` from then on.
  @unsafe
  public mutating func decodeLines(
    _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    unsafe start(base, count: count, &batch)
    let error = unsafe index.build(base, count: count)
    if error == 0 {
      unsafe walkLines(base, from: 0, to: count, line: 0, &batch)
    } else {
      unsafe decodeLinesOneByOne(base, count: count, &batch)
    }
    fields.keys.boundMemory()
  }

  /// Decodes whole documents, each an event or an array of them.
  @unsafe
  public mutating func decodeDocuments(
    _ documents: [Range<Int>], _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    unsafe start(base, count: count, &batch)
    for (ordinal, document) in documents.enumerated() {
      if unsafe isIndexed(document, ordinal: ordinal, base) {
        unsafe walkDocument(base, document, ordinal: ordinal, &batch)
      }
    }
    fields.keys.boundMemory()
  }

  private mutating func start(_ base: UnsafePointer<UInt8>, count: Int, _ batch: inout EventBatch) {
    unsafe batch.reset(base: base, count: count)
    problems.removeAll(keepingCapacity: true)
    objectSerial = 0
    for node in 0..<fields.keys.nodes.count { fields.keys.nodes[node].object = 0 }
  }

  private mutating func decodeLinesOneByOne(
    _ base: UnsafePointer<UInt8>, count: Int, _ batch: inout EventBatch
  ) {
    var (start, line) = (0, 0)
    while start < count {
      let end = unsafe newline(base, from: start, to: count)
      if unsafe !isBlankLine(base, start, end), unsafe isIndexed(start..<end, ordinal: line, base) {
        unsafe walkLines(base, from: start, to: end, line: line, &batch)
      }
      start = end + 1
      line += 1
    }
  }

  /// Indexes one line or document; false, and a report, when that fails.
  private mutating func isIndexed(_ range: Range<Int>, ordinal: Int, _ base: UnsafePointer<UInt8>) -> Bool {
    let error = unsafe index.build(base + range.lowerBound, count: range.count)
    if error != 0 { report(StructuralIndex.message(error), at: range.lowerBound, ordinal: ordinal) }
    return error == 0
  }

  mutating func report(_ reason: String, at offset: Int, ordinal: Int) {
    problems.append(DecodeProblem(offset: offset, ordinal: ordinal, reason: reason))
  }
}

/// Offset of the next newline, or `end`.
func newline(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
  guard start < end, let found = unsafe memchr(base + start, 10, end - start) else { return end }
  return unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
}

/// How many newlines there are; mostly one, right at the start.
@inline(__always)
func newlines(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
  var count = 0
  for offset in start..<end where unsafe base[offset] == 10 { count += 1 }
  return count
}

/// Whether there is nothing but blanks.
func isBlankLine(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  var index = start
  while index < end, unsafe isBlank(base[index]) { index += 1 }
  return index >= end
}
