import Glibc
import TrawlDecoding
import TrawlEvents

/// A stretch of a log, on its way to a worker.
package struct Chunk {
  /// Numbers the chunks of a scan in order of the input.
  var sequence = 0
  /// Index of the file.
  var file = 0
  package var count = 0
  /// Of the first byte in the file.
  var offset = 0
  /// Lines, or documents, of the file before this chunk.
  var firstRecord = 0
  package var format = InputFormat.lines
  /// Where the documents lie, in a format of documents.
  package var documents: [Range<Int>] = []
  /// Input that was not read, met on the way to this chunk.
  package var problems: [InputProblem] = []

  package var isJSON: Bool { format == .lines || format == .documents }
}

/// Reads all logs in order, in stretches of whole lines or documents. Workers take turns.
package struct LogReader: ~Copyable {
  let files: [LogFile]
  private let chunkSize: Int
  private let progress: Scan.Progress
  private var nextFile = 0
  /// Files that were opened and are logs.
  private(set) var filesRead = 0
  private var sequence = 0
  private var descriptor: Int32 = -1
  /// Whether reading may wait for somebody else: a pipe, a terminal.
  private var mayWait = false
  private var format = InputFormat.lines
  private var splitter = DocumentSplitter()
  /// What was read behind the last chunk's end.
  private var carry = Block<UInt8>(capacity: 4096)
  private var isAtEnd = false
  private var offset = 0
  private var records = 0
  private var problems: [InputProblem] = []

  package init(_ files: [LogFile], chunkSize: Int, _ progress: Scan.Progress) {
    self.files = files
    self.progress = progress
    self.chunkSize = chunkSize
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Bytes by which a file is recognised.
  private static let headSize = 64 << 10

  /// How many files were read or passed over.
  var filesDone: Int { nextFile - (descriptor >= 0 ? 1 : 0) }

  /// Reads the next chunk into `buffer`; nil when all is read, or the scan was stopped. Whoever decodes it reserves
  /// `EventBatch.padding` behind it.
  package mutating func next(_ buffer: inout Block<UInt8>) -> Chunk? {
    while !progress.isStopped {
      buffer.truncate(to: 0)
      if descriptor < 0 {
        if nextFile == files.count { return lastProblems() }
        nextFile += 1
        open(files[nextFile - 1])
        continue
      }
      if let chunk = readChunk(&buffer) { return chunk }
      closeFile()
    }
    return nil
  }

  /// Problems of the last files travel in an empty chunk.
  private mutating func lastProblems() -> Chunk? {
    guard !problems.isEmpty else { return nil }
    return make(count: 0, records: 0)
  }

  private mutating func make(count: Int, records: Int, documents: [Range<Int>] = []) -> Chunk {
    let chunk = Chunk(
      sequence: sequence, file: nextFile - 1, count: count, offset: offset, firstRecord: self.records,
      format: format, documents: documents, problems: problems)
    sequence += 1
    offset += count
    self.records += records
    problems = []
    return chunk
  }

  private mutating func closeFile() {
    if descriptor > 0 { close(descriptor) }
    descriptor = -1
  }

  private mutating func open(_ file: LogFile) {
    descriptor = file.path == "-" ? 0 : unsafe Glibc.open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      problems.append(InputProblem(path: file.path, message: errorMessage(), isUnreadable: true))
      return
    }
    (isAtEnd, offset, records) = (false, 0, 0)
    mayWait = LogReader.mayWait(descriptor)
    carry.truncate(to: 0)
    splitter = DocumentSplitter()
    // A block of self cannot be filled while self changes.
    var head = Block<UInt8>(capacity: LogReader.headSize + EventBatch.padding)
    guard fill(&head, to: LogReader.headSize, untilLine: true) else { return }
    swap(&head, &carry)
    if carry.count >= 3, carry[0] == 0xEF, carry[1] == 0xBB, carry[2] == 0xBF {
      offset = 3
      dropFirst(3)
    }
    let result = unsafe InputFormat.recognise(
      UnsafeBufferPointer(start: carry.pointer, count: carry.count), isWhole: isAtEnd)
    switch result {
    case .success(let format):
      self.format = format
      filesRead += 1
      if format == .evtx { passHeader() }
    case .failure(let error):
      problems.append(InputProblem(path: file.path, message: error.message, isUnreadable: false))
      closeFile()
    }
  }

  /// Passes over the header of a Windows event log, whose counts are not to be relied on.
  private mutating func passHeader() {
    if carry.count < EVTXDecoder.fileHeaderSize {
      problems.append(
        InputProblem(
          path: files[nextFile - 1].path, message: "a Windows event log that ends within its header",
          isUnreadable: true))
    }
    offset = min(EVTXDecoder.fileHeaderSize, carry.count)
    dropFirst(offset)
  }

  private mutating func dropFirst(_ count: Int) {
    unsafe memmove(carry.pointer, carry.pointer + count, carry.count - count)
    carry.truncate(to: carry.count - count)
  }

  private static func mayWait(_ descriptor: Int32) -> Bool {
    var status = stat()
    return unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  /// Reads until `bytes` holds `count` bytes or the file ends; false, and the file closed, when it cannot be read. With
  /// `untilLine` a whole line is enough when whoever writes makes a pause, so that events of a live source are not held
  /// back.
  private mutating func fill(_ bytes: inout Block<UInt8>, to count: Int, untilLine: Bool) -> Bool {
    bytes.reserve(count + EventBatch.padding)
    var hasLine = false
    if mayWait { hasLine = unsafe memchr(bytes.pointer, 10, bytes.count) != nil }
    while !isAtEnd, bytes.count < count {
      if mayWait {
        while !isReadable(within: 0.05) {
          if hasLine, untilLine { return true }
          if progress.isStopped {
            isAtEnd = true
            bytes.truncate(to: 0)
            return true
          }
        }
      }
      let got = unsafe read(descriptor, bytes.pointer + bytes.count, count - bytes.count)
      if got < 0, errno == EINTR { continue }
      if got < 0 {
        problems.append(
          InputProblem(path: files[nextFile - 1].path, message: errorMessage(), isUnreadable: true))
        isAtEnd = true
        if bytes.isEmpty {
          closeFile()
          return false
        }
      }
      if got == 0 { isAtEnd = true }
      if got > 0 {
        if mayWait, unsafe memchr(bytes.pointer + bytes.count, 10, got) != nil { hasLine = true }
        bytes.assumeCount(bytes.count + got)
      }
    }
    return true
  }

  private func isReadable(within seconds: Double) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, Int32(seconds * 1000)) > 0
  }
}

extension LogReader {
  /// Fills `buffer` with whole lines or documents; nil at the end of the file.
  private mutating func readChunk(_ buffer: inout Block<UInt8>) -> Chunk? {
    unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: carry.pointer, count: carry.count))
    carry.truncate(to: 0)
    var wanted = max(chunkSize, buffer.count)
    while true {
      // Documents are looked through from their beginning each time: more of them must come than a line.
      guard fill(&buffer, to: wanted, untilLine: format == .lines) else { return nil }
      if buffer.isEmpty { return nil }
      if let chunk = cut(&buffer) { return chunk }
      wanted = buffer.count * 2
    }
  }

  /// Cuts the buffer behind its last whole line or document; nil when it holds none and there is more to read.
  private mutating func cut(_ buffer: inout Block<UInt8>) -> Chunk? {
    switch format {
    case .lines:
      var end = buffer.count
      if !isAtEnd {
        while end > 0, buffer[end - 1] != 10 { end -= 1 }
        if end == 0 { return nil }
      }
      keepRest(of: &buffer, from: end)
      return make(count: end, records: unsafe newlines(buffer.pointer, end))
    case .documents:
      let (documents, used) = unsafe splitter.split(
        UnsafeBufferPointer(start: buffer.pointer, count: buffer.count), isLast: isAtEnd)
      if documents.isEmpty, used == 0, !isAtEnd { return nil }
      keepRest(of: &buffer, from: used)
      return make(count: used, records: documents.count, documents: documents)
    case .evtx:
      let whole = buffer.count / EVTXDecoder.chunkSize * EVTXDecoder.chunkSize
      if whole == 0, !isAtEnd { return nil }
      let end = isAtEnd ? buffer.count : whole
      keepRest(of: &buffer, from: end)
      return make(count: end, records: 0)
    }
  }

  private mutating func keepRest(of buffer: inout Block<UInt8>, from end: Int) {
    unsafe carry.append(
      contentsOf: UnsafeRawBufferPointer(start: buffer.pointer + end, count: buffer.count - end))
    buffer.truncate(to: end)
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
