import Glibc
import TrawlDecoding
import TrawlEvents

/// A file or pipe that is being read.
final class FileInput: ByteInput {
  private let descriptor: Int32
  private let progress: Scan.Progress
  /// Whether reading may wait for somebody else: a pipe, a terminal.
  let mayWait: Bool
  /// When it was opened; 0 where that is not known.
  private let size: Int
  /// Where the chunks of a Windows event log end, if it says so in a way that is to be relied on.
  var endOfChunks: Int?
  /// Bytes that were read, or passed over.
  private(set) var count = 0

  /// Opens a file; `-` is standard input.
  init(_ path: String, _ progress: Scan.Progress) throws(ReadError) {
    descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ReadError(errorMessage()) }
    self.progress = progress
    var status = stat()
    mayWait = unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
    size = mayWait ? 0 : Int(status.st_size)
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  var canSeek: Bool { !mayWait }

  func seek(_ offset: Int64, _ whence: Int32) -> Int64? {
    if whence == SEEK_SET { endOfChunks = nil }
    let place = lseek(descriptor, Int(offset), whence)
    return place < 0 ? nil : Int64(place)
  }

  /// Begins anew, as if nothing had been read; false where that cannot be.
  func restart() -> Bool {
    guard canSeek, seek(0, SEEK_SET) == 0 else { return false }
    count = 0
    return true
  }

  /// A scan that is stopped while it waits is at the end.
  func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    block.reserve(block.count + count + EventBatch.padding)
    while true {
      while mayWait, !isReadable(within: 0.05) { if progress.isStopped { return 0 } }
      let got = unsafe read(descriptor, block.pointer + block.count, count)
      if got < 0, errno == EINTR { continue }
      if got < 0 { throw ReadError(errorMessage()) }
      block.assumeCount(block.count + got)
      self.count += got
      return got
    }
  }

  /// Appends the next chunk of a Windows event log, or what there is of it: 0 at the end. Of what lies behind its records,
  /// which nobody looks at, the bytes are any.
  func appendChunk(to block: inout Block<UInt8>) throws(ReadError) -> Int {
    let start = block.count
    block.reserve(start + EVTXDecoder.chunkSize + EventBatch.padding)
    try append(to: &block, upTo: start + FileInput.firstRead)
    guard block.count == start + FileInput.firstRead else { return block.count - start }
    if passEmpty(start, &block) { return block.count - start }
    let needed = unsafe EVTXDecoder.neededBytes(ofChunkWithHeader: block.pointer + start)
    if needed > FileInput.firstRead { try append(to: &block, upTo: start + needed) }
    let rest = EVTXDecoder.chunkSize - (block.count - start)
    if block.count - start >= needed, rest > 0, !pass(rest, &block) {
      try append(to: &block, upTo: start + EVTXDecoder.chunkSize)
    }
    return block.count - start
  }

  /// Passes over the rest of what begins as a chunk that was set aside does; false when there may be something in it.
  private func passEmpty(_ start: Int, _ block: inout Block<UInt8>) -> Bool {
    guard let endOfChunks, count - FileInput.firstRead >= endOfChunks else { return false }
    let rest = EVTXDecoder.chunkSize - FileInput.firstRead
    for place in stride(from: start, to: block.count, by: 8) {
      let word = unsafe UnsafeRawPointer(block.pointer).loadUnaligned(fromByteOffset: place, as: UInt64.self)
      if word != 0 { return false }
    }
    unsafe memset(block.pointer + block.count, 0, rest)
    return pass(rest, &block)
  }

  /// Many a chunk has no more than this.
  private static let firstRead = 4096

  /// Reads until the block has so many bytes, or to the end.
  private func append(to block: inout Block<UInt8>, upTo count: Int) throws(ReadError) {
    while block.count < count { if try append(to: &block, atMost: count - block.count) == 0 { return } }
  }

  /// Passes over bytes that are there; false when it is not known that they are.
  private func pass(_ length: Int, _ block: inout Block<UInt8>) -> Bool {
    guard let place = seek(Int64(length), SEEK_CUR) else { return false }
    guard place <= size else {
      _ = seek(place - Int64(length), SEEK_SET)
      return false
    }
    block.assumeCount(block.count + length)
    count += length
    return true
  }

  func isReadable(within seconds: Double) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, Int32(seconds * 1000)) > 0
  }
}
