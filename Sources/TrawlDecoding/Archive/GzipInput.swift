import CZlib
import TrawlEvents

/// What is compressed with gzip, one or more parts of it one after the other (zlib).
///
/// libarchive reads gzip too, but throws away up to 64 KiB before the place where a file is cut off, and does not look at
/// checksums; cut off is what a log is that was copied while it was compressed.
@safe
public final class GzipInput: ByteInput {
  private let source: any ByteInput
  private let limit: ExpansionLimit
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = Block<UInt8>(capacity: GzipInput.bufferSize)
  private var isAtEnd = false
  /// Whether a part has ended and no other has begun.
  private var isBetween = false
  /// What is wrong, to be told when all that came before it is handed out.
  private var late: ReadError?

  private static let bufferSize = 128 << 10
  /// The largest window, and gzip's header and checksum around it.
  private static let windowBits: Int32 = 15 + 16

  public init(_ source: any ByteInput, limit: ExpansionLimit) throws(ReadError) {
    self.source = source
    self.limit = limit
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let result = unsafe inflateInit2_(
      stream, GzipInput.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { throw ReadError("no memory to read what is compressed with gzip") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  public func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    if let late { throw late }
    block.reserve(block.count + count)
    while true {
      if unsafe stream.pointee.avail_in == 0, !isAtEnd { try fill() }
      if isBetween, try !beginPart() { return 0 }
      unsafe stream.pointee.next_out = block.pointer + block.count
      unsafe stream.pointee.avail_out = UInt32(clamping: count)
      let result = unsafe inflate(stream, Z_NO_FLUSH)
      let made = unsafe Int(UInt32(clamping: count) - stream.pointee.avail_out)
      note(result)
      if made > 0 {
        block.assumeCount(block.count + made)
        try limit.add(made)
        return made
      }
      if let late { throw late }
    }
  }

  private func fill() throws(ReadError) {
    buffer.truncate(to: 0)
    isAtEnd = try source.append(to: &buffer, atMost: GzipInput.bufferSize) == 0
    unsafe stream.pointee.next_in = buffer.pointer
    unsafe stream.pointee.avail_in = UInt32(buffer.count)
  }

  private func note(_ result: Int32) {
    switch result {
    case Z_OK: break
    case Z_STREAM_END: isBetween = true
    case Z_BUF_ERROR:
      if isAtEnd { late = ReadError("compressed with gzip, and cut off") }
    default:
      let text = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "damaged"
      late = ReadError("damaged where it is compressed with gzip: \(text)")
    }
  }

  /// Begins what follows a part: another one; false when there is none. Tapes are filled up with zeros.
  private func beginPart() throws(ReadError) -> Bool {
    while unsafe stream.pointee.avail_in > 0, unsafe stream.pointee.next_in.pointee == 0 {
      unsafe stream.pointee.next_in += 1
      unsafe stream.pointee.avail_in -= 1
      if unsafe stream.pointee.avail_in == 0, !isAtEnd { try fill() }
    }
    if unsafe stream.pointee.avail_in == 0 { return false }
    guard unsafe stream.pointee.next_in.pointee == 0x1F else {
      throw ReadError("something that is not compressed stands behind what is compressed with gzip")
    }
    isBetween = false
    unsafe inflateReset(stream)
    return true
  }
}
