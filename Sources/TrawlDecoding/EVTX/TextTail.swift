import TrawlEvents

/// Where texts are written on, in room that was reserved for them: whoever writes has asked for enough, so that no byte
/// costs a comparison.
@safe
struct TextTail {
  fileprivate(set) var end: UnsafeMutableRawPointer
  private let limit: UnsafeMutableRawPointer

  @unsafe
  init(_ end: UnsafeMutableRawPointer, room: Int) {
    unsafe self.end = end
    unsafe limit = end + room
  }

  /// Bytes that may still be written.
  var room: Int {
    @inline(__always) get { unsafe limit - end }
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    unsafe end.storeBytes(of: byte, as: UInt8.self)
    unsafe end += 1
  }

  /// Appends up to eight bytes of a word, the lowest first; takes room for eight.
  @inline(__always)
  mutating func append(word: UInt64, count: Int) {
    unsafe end.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe end += count
  }

  /// Appends the first of 16 bytes; takes room for all.
  @inline(__always)
  mutating func append(sixteen bytes: SIMD16<UInt8>, count: Int) {
    unsafe end.storeBytes(of: bytes, as: SIMD16<UInt8>.self)
    unsafe end += count
  }

  /// Goes back over bytes that are written once more.
  @inline(__always)
  mutating func goBack(_ count: Int) { unsafe end -= count }

  /// Appends bytes, mostly few: 31 behind the last may be read, and take room.
  @unsafe @inline(__always)
  mutating func append(padded bytes: UnsafePointer<UInt8>, count: Int) {
    let source = unsafe UnsafeRawPointer(bytes)
    let (first, second) = unsafe (
      source.loadUnaligned(as: SIMD16<UInt8>.self),
      source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
    )
    unsafe end.storeBytes(of: first, as: SIMD16<UInt8>.self)
    unsafe end.storeBytes(of: second, toByteOffset: 16, as: SIMD16<UInt8>.self)
    if count > 32 { unsafe (end + 32).copyMemory(from: source + 32, byteCount: count - 32) }
    unsafe end += count
  }
}

extension Block where Element == UInt8 {
  /// The block's end, with room for so many bytes and for what may be written behind them.
  @inline(__always)
  mutating func tail(room: Int) -> TextTail {
    reserve(count + room)
    return unsafe TextTail(pointer + count, room: room)
  }

  /// The count with what was written at the block's end.
  @inline(__always)
  func count(with tail: TextTail) -> Int { unsafe tail.end - UnsafeMutableRawPointer(pointer) }

  /// Makes what was written at the block's end part of it.
  @inline(__always)
  mutating func take(_ tail: TextTail) {
    assumeCount(count(with: tail))
  }
}
