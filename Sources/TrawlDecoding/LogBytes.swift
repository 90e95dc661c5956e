import CSimdjson
import Glibc
import TrawlEvents

/// Bytes of a log: beyond their end there are zeros, so that whoever looks ahead needs no other check.
@safe
struct LogBytes {
  private let base: UnsafePointer<UInt8>?
  let count: Int

  @unsafe
  init(_ base: UnsafePointer<UInt8>?, count: Int) {
    unsafe self.base = base
    self.count = unsafe base == nil ? 0 : count
  }

  @unsafe
  init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.init(bytes.baseAddress, count: bytes.count) }

  static var none: LogBytes { unsafe LogBytes(nil, count: 0) }

  @inline(__always)
  subscript(_ index: Int) -> UInt8 {
    guard UInt(bitPattern: index) < UInt(bitPattern: count), let base = unsafe base else { return 0 }
    return unsafe base[index]
  }

  /// The first byte.
  @unsafe
  var pointer: UnsafePointer<UInt8> { unsafe base ?? UnsafePointer(LogBytes.nothing) }

  nonisolated(unsafe) private static let nothing: UnsafeMutablePointer<UInt8> = {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: EventBatch.padding)
    unsafe bytes.initialize(repeating: 0, count: EventBatch.padding)
    return unsafe bytes
  }()

  /// Those of a range that lie within.
  @unsafe
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    let range = range.clamped(to: 0..<count)
    guard let base = unsafe base, !range.isEmpty else {
      return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// Offset of the first of a byte from `start` on, or `end`, which lies within.
  func index(of byte: UInt8, from start: Int, to end: Int) -> Int {
    guard start >= 0, start < end, end <= count, let base = unsafe base,
      let found = unsafe memchr(base + start, Int32(byte), end - start)
    else { return end }
    return unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
  }

  /// Offset of a text from `start` on, or nil.
  func index(of text: StaticString, from start: Int, to end: Int) -> Int? {
    var offset = start
    while offset < end {
      offset = unsafe index(of: text.utf8Start[0], from: offset, to: end)
      if offset + text.utf8CodeUnitCount > end { return nil }
      if has(text, at: offset) { return offset }
      offset += 1
    }
    return nil
  }

  /// Whether a text stands at an offset.
  func has(_ text: StaticString, at start: Int) -> Bool {
    for index in 0..<text.utf8CodeUnitCount where unsafe self[start + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether a range holds this text and nothing else.
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount && has(text, at: range.lowerBound)
  }

  /// The text of a range; a slow way, for names and what is shown.
  func text(_ range: Range<Int>) -> String { unsafe String(decoding: slice(range), as: UTF8.self) }

  /// Where the line ends that an offset is in: its newline, or the end of all.
  func endOfLine(_ start: Int) -> Int { index(of: 10, from: start, to: count) }

  /// A line's text: what stands before its newline, or before CR LF.
  func line(_ start: Int, _ end: Int) -> Range<Int> {
    start..<(end > start && self[end - 1] == 13 ? end - 1 : end)
  }

  /// Whether a range holds nothing but blanks.
  func isBlank(_ range: Range<Int>) -> Bool { range.allSatisfy { TrawlDecoding.isBlank(self[$0]) } }

  /// From the start on, all that ends in a newline: what line formats call whole records.
  func wholeLines(isLast: Bool) -> Int {
    if isLast { return count }
    var end = count
    while end > 0, self[end - 1] != 10 { end -= 1 }
    return end
  }

  /// Whether the bytes are UTF-8, at some gigabytes a second.
  var isValidUTF8: Bool {
    let bytes = unsafe slice(0..<count)
    guard let base = bytes.baseAddress else { return true }
    return unsafe trawl_is_valid_utf8(base.assumingMemoryBound(to: UInt8.self), bytes.count) != 0
  }
}

extension Block where Element == UInt8 {
  /// The text of a range.
  func text(_ range: Range<Int>) -> String {
    unsafe LogBytes(UnsafePointer(pointer), count: count).text(range)
  }

  mutating func append(_ bytes: LogBytes, _ range: Range<Int>) {
    unsafe append(contentsOf: bytes.slice(range))
  }

  /// Puts U+FFFD for what is no UTF-8 from an offset on: expressions are matched in the belief that it is.
  mutating func mendUTF8(from start: Int) {
    let text = unsafe LogBytes(UnsafePointer(pointer + start), count: count - start)
    if text.isValidUTF8 { return }
    let mended = text.text(0..<text.count)
    truncate(to: start)
    for byte in mended.utf8 { append(byte) }
  }
}
