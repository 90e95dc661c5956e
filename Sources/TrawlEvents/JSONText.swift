/// Text between the quotes of a JSON string.
public enum JSONText {
  /// Appends the text with its escapes resolved to `output`; an escape that JSON does not know is text, backslash and
  /// all, half of a surrogate pair stands for U+FFFD. Never longer than the source.
  @unsafe
  public static func unescape(_ source: UnsafePointer<UInt8>, count: Int, to output: inout Block<UInt8>) {
    output.reserve(output.count + count + 8)
    let target = unsafe output.pointer
    var written = output.count
    var index = 0
    while index < count {
      if index + 8 <= count {
        // Eight bytes at a time; those from a backslash on are written again.
        let word = unsafe UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self)
        unsafe UnsafeMutableRawPointer(target + written).storeBytes(of: word, as: UInt64.self)
        let differences = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let backslashes = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
        let run = UInt64(littleEndian: backslashes).trailingZeroBitCount >> 3
        written += run
        index += run
        if run > 0 { continue }
      }
      let byte = unsafe source[index]
      if byte != UInt8(ascii: "\\") || index + 1 == count {
        unsafe target[written] = byte
        written += 1
        index += 1
      } else {
        let escape = unsafe self.escape(source + index, count - index)
        written += unsafe encode(escape.scalar, target + written)
        index += escape.length
      }
    }
    output.assumeCount(written)
  }

  /// The text with its escapes resolved.
  @unsafe
  public static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard let base = bytes.baseAddress else { return "" }
    var text = Block<UInt8>(capacity: bytes.count)
    unsafe unescape(base, count: bytes.count, to: &text)
    return unsafe String(decoding: UnsafeBufferPointer(start: text.pointer, count: text.count), as: UTF8.self)
  }

  /// What the escape at `source` stands for, and its length; at least two bytes are there.
  private static func escape(
    _ source: UnsafePointer<UInt8>, _ count: Int
  ) -> (scalar: UInt32, length: Int) {
    switch unsafe source[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (UInt32(unsafe source[1]), 2)
    case UInt8(ascii: "n"): return (10, 2)
    case UInt8(ascii: "t"): return (9, 2)
    case UInt8(ascii: "r"): return (13, 2)
    case UInt8(ascii: "b"): return (8, 2)
    case UInt8(ascii: "f"): return (12, 2)
    case UInt8(ascii: "u"):
      guard let unit = unsafe unit(source, count) else { return (UInt32(UInt8(ascii: "\\")), 1) }
      if unit & 0xF800 != 0xD800 { return (unit, 6) }
      guard unit & 0xFC00 == 0xD800, let low = unsafe self.unit(source + 6, count - 6), low & 0xFC00 == 0xDC00
      else { return (0xFFFD, 6) }
      return (0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF), 12)
    default: return (UInt32(UInt8(ascii: "\\")), 1)
    }
  }

  /// The UTF-16 code unit of `\uXXXX` at `source`.
  private static func unit(_ source: UnsafePointer<UInt8>, _ count: Int) -> UInt32? {
    guard count >= 6, unsafe source[0] == UInt8(ascii: "\\"), unsafe source[1] == UInt8(ascii: "u") else {
      return nil
    }
    var unit: UInt32 = 0
    for index in 2..<6 {
      guard let digit = unsafe hexadecimal(source[index]) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Writes a code point as UTF-8; how many bytes.
  private static func encode(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
    if scalar < 0x80 {
      unsafe target[0] = byte(scalar)
      return 1
    }
    if scalar < 0x800 {
      unsafe target[0] = byte(0xC0 | scalar >> 6)
      unsafe target[1] = byte(0x80 | scalar & 0x3F)
      return 2
    }
    if scalar < 0x10000 {
      unsafe target[0] = byte(0xE0 | scalar >> 12)
      unsafe target[1] = byte(0x80 | scalar >> 6 & 0x3F)
      unsafe target[2] = byte(0x80 | scalar & 0x3F)
      return 3
    }
    unsafe target[0] = byte(0xF0 | scalar >> 18)
    unsafe target[1] = byte(0x80 | scalar >> 12 & 0x3F)
    unsafe target[2] = byte(0x80 | scalar >> 6 & 0x3F)
    unsafe target[3] = byte(0x80 | scalar & 0x3F)
    return 4
  }
}
