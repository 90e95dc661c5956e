import Glibc
import TrawlDecoding
import TrawlEvents

/// Reads one log, a file or a member of an archive, in stretches of whole lines, documents or chunks.
///
/// A class, since it is handed from worker to worker; none of its work is per event.
final class StreamReader {
  /// As a finding names it.
  let path: String
  private var input: any ByteInput
  /// The input, if whoever writes to it may make a pause.
  private let live: FileInput?
  private let chunkSize: Int
  private(set) var format = InputFormat.lines
  /// The first line of a table.
  private var header: [UInt8] = []
  private var splitter = DocumentSplitter()
  /// What was read behind the last chunk's end.
  private var carry = Block<UInt8>(capacity: 4096)
  private var isAtEnd = false
  private var offset = 0
  private var records = 0
  /// Why nothing behind this place can be read.
  private(set) var error: ReadError?

  /// In bytes: what never comes to an end must not fill the memory.
  private static let largestRecord = 256 << 20

  /// Bytes by which a log is recognised.
  private static let headSize = 64 << 10

  init(_ input: any ByteInput, path: String, chunkSize: Int) {
    self.input = input
    self.path = path
    self.chunkSize = chunkSize
    live = (input as? FileInput).flatMap { $0.mayWait ? $0 : nil }
    // The chunks of a Windows event log, known by its header, go straight to a worker's buffer.
    fill(&carry, to: EVTXDecoder.fileHeaderSize, untilLine: true)
    if !isWindowsLog { fill(&carry, to: StreamReader.headSize, untilLine: true) }
  }

  private var isWindowsLog: Bool {
    let magic = EVTXDecoder.fileMagic
    return carry.count >= magic.count && magic.indices.allSatisfy { carry[$0] == magic[$0] }
  }

  /// Whether there is anything at all.
  var isEmpty: Bool { carry.isEmpty }

  /// The archive that the log is, if it is one.
  var archiveKind: ArchiveKind? {
    unsafe ArchiveKind(head: UnsafeBufferPointer(start: carry.pointer, count: carry.count))
  }

  /// The input from its beginning on.
  func inputFromStart() -> any ByteInput {
    if let file = input as? FileInput, file.restart() { return file }
    let head = unsafe Array(UnsafeBufferPointer(start: carry.pointer, count: carry.count))
    return ResumedInput(head: head, rest: input)
  }

  /// Finds out what the log is, or believes the user; an explanation when it is nothing that can be scanned.
  func recognise(as given: LogFormat?) -> InputProblem? {
    decodeUTF16()
    if carry.count >= 3, carry[0] == 0xEF, carry[1] == 0xBB, carry[2] == 0xBF { pass(3) }
    let bytes = unsafe UnsafeBufferPointer(start: carry.pointer, count: carry.count)
    if let given {
      format = unsafe InputFormat(given, bytes, isWhole: isAtEnd)
    } else {
      switch unsafe InputFormat.recognise(bytes, isWhole: isAtEnd) {
      case .failure(let error):
        return InputProblem(path: path, message: error.message, isUnreadable: false)
      case .success(let format): self.format = format
      }
    }
    if format == .csv { takeHeader(unsafe CSVDecoder.headerLength(bytes)) }
    return format == .evtx ? passHeader() : nil
  }

  /// Windows writes text of two bytes a character: it is read as UTF-8 from here on, and places in it are those there.
  private func decodeUTF16() {
    guard carry.count >= 2, let order = UTF16Input.ByteOrder(carry[0], carry[1]) else { return }
    input = UTF16Input(inputFromStart(), order)
    carry.truncate(to: 0)
    isAtEnd = false
    fill(&carry, to: StreamReader.headSize, untilLine: true)
  }

  private func takeHeader(_ count: Int) {
    header = unsafe Array(UnsafeBufferPointer(start: carry.pointer, count: count))
    records = unsafe newlines(carry.pointer, count)
    pass(count)
  }

  /// Passes over the header of a Windows event log, whose counts are not to be relied on.
  private func passHeader() -> InputProblem? {
    let isWhole = carry.count >= EVTXDecoder.fileHeaderSize
    if isWhole, let file = input as? FileInput {
      file.endOfChunks = unsafe EVTXDecoder.endOfChunks(ofLogWithHeader: carry.pointer)
    }
    pass(min(EVTXDecoder.fileHeaderSize, carry.count))
    return isWhole
      ? nil
      : InputProblem(
        path: path, message: "a Windows event log that ends within its header", isUnreadable: true)
  }

  private func pass(_ count: Int) {
    unsafe memmove(carry.pointer, carry.pointer + count, carry.count - count)
    carry.truncate(to: carry.count - count)
    offset += count
  }
}

extension StreamReader {
  /// Where the next chunk begins, in the terms of a position; file and log are the caller's.
  var position: ReadPosition { ReadPosition(offset: offset, records: records, splitter: splitter) }

  /// Goes on at a position of an earlier reading; what lies before is passed over.
  func skip(to position: ReadPosition) {
    (records, splitter) = (position.records, position.splitter)
    if input.canSeek, input.seek(Int64(position.offset), SEEK_SET) != nil {
      offset = position.offset
      isAtEnd = false
      return carry.truncate(to: 0)
    }
    while true {
      pass(min(carry.count, max(0, position.offset - offset)))
      if offset >= position.offset || isAtEnd { return }
      fill(&carry, to: chunkSize, untilLine: false)
    }
  }

  /// Fills `buffer` with whole records; nil at the end of the log.
  func next(_ buffer: inout Block<UInt8>) -> Chunk? {
    unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: carry.pointer, count: carry.count))
    carry.truncate(to: 0)
    var wanted = max(chunkSize, buffer.count)
    while true {
      // Documents are looked through from their beginning each time: more of them must come than a line.
      fill(&buffer, to: wanted, untilLine: format.isOfLines)
      if buffer.isEmpty { return nil }
      let isTooLarge = buffer.count >= StreamReader.largestRecord
      if let chunk = cut(&buffer, isLast: isAtEnd || isTooLarge) { return chunk }
      wanted = min(buffer.count * 2, max(chunkSize, StreamReader.largestRecord))
    }
  }

  /// Cuts the buffer behind its last whole record; nil when it holds none and more is to come.
  private func cut(_ buffer: inout Block<UInt8>, isLast: Bool) -> Chunk? {
    if format == .documents { return cutDocuments(&buffer, isLast) }
    let end = isLast ? endOfRecords(buffer) : endOfWholeRecords(buffer)
    if end == 0, !isLast { return nil }
    return make(&buffer, end, records: format == .evtx ? 0 : unsafe newlines(buffer.pointer, end))
  }

  private func cutDocuments(_ buffer: inout Block<UInt8>, _ isLast: Bool) -> Chunk? {
    let (documents, used) = unsafe splitter.split(
      UnsafeBufferPointer(start: buffer.pointer, count: buffer.count), isLast: isLast)
    if documents.isEmpty, used == 0, !isLast { return nil }
    return make(&buffer, used, records: documents.count, documents)
  }

  /// All there is at the end of the log. A record that is too large is cut in two, either of which is damaged.
  private func endOfRecords(_ buffer: borrowing Block<UInt8>) -> Int {
    if isAtEnd { return buffer.count }
    let end = endOfWholeRecords(buffer)
    return end > 0 ? end : buffer.count
  }

  private func endOfWholeRecords(_ buffer: borrowing Block<UInt8>) -> Int {
    let bytes = unsafe UnsafeBufferPointer(start: UnsafePointer(buffer.pointer), count: buffer.count)
    switch format {
    case .evtx: return buffer.count / EVTXDecoder.chunkSize * EVTXDecoder.chunkSize
    case .xml: return unsafe EventXMLDecoder.wholeRecords(in: bytes, isLast: false)
    case .csv: return unsafe CSVDecoder.wholeRecords(in: bytes, header: header, isLast: false)
    case .lines, .documents, .syslog, .auditd, .text:
      return unsafe bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
    }
  }

  /// A chunk of the buffer's first bytes; the others are kept for the next.
  private func make(
    _ buffer: inout Block<UInt8>, _ count: Int, records: Int, _ documents: [Range<Int>] = []
  ) -> Chunk {
    unsafe carry.append(
      contentsOf: UnsafeRawBufferPointer(start: buffer.pointer + count, count: buffer.count - count))
    buffer.truncate(to: count)
    var chunk = Chunk()
    chunk.path = path
    chunk.count = count
    chunk.offset = offset
    chunk.firstRecord = self.records
    chunk.format = format
    chunk.documents = documents
    chunk.header = header
    offset += count
    self.records += records
    return chunk
  }

  /// Reads until `bytes` holds `count` bytes or the input ends. With `untilLine` a whole line is enough when whoever
  /// writes makes a pause, so that events of a live source are not held back.
  private func fill(_ bytes: inout Block<UInt8>, to count: Int, untilLine: Bool) {
    bytes.reserve(count + EventBatch.padding)
    var hasLine = false
    if live != nil { hasLine = unsafe memchr(bytes.pointer, 10, bytes.count) != nil }
    while !isAtEnd, bytes.count < count {
      if let live, hasLine, untilLine, !live.isReadable(within: 0.05) { return }
      let start = bytes.count
      do throws(ReadError) {
        isAtEnd = try append(to: &bytes, atMost: count - start) == 0
      } catch {
        self.error = error
        isAtEnd = true
      }
      if live != nil, unsafe memchr(bytes.pointer + start, 10, bytes.count - start) != nil { hasLine = true }
    }
  }
}

extension StreamReader {
  /// Reads more of the input: of a Windows event log that is a file a chunk, where one begins.
  private func append(to bytes: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    if format == .evtx, input.canSeek, count >= EVTXDecoder.chunkSize,
      bytes.count.isMultiple(of: EVTXDecoder.chunkSize), let file = input as? FileInput
    {
      return try file.appendChunk(to: &bytes)
    }
    return try input.append(to: &bytes, atMost: count)
  }
}

/// How many newlines there are among the bytes.
func newlines(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  var total = 0
  var rest = unsafe bytes
  let end = unsafe bytes + count
  while unsafe rest < end, let found = unsafe memchr(rest, 10, end - rest) {
    total += 1
    unsafe rest = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
  }
  return total
}
