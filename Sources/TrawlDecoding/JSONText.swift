/// Text between the quotes of a JSON string.
enum JSONText {
  /// The text with its escapes resolved; an escape that JSON does not know stays as it is written.
  static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = unsafe bytes[index]
      guard byte == UInt8(ascii: "\\"), index + 1 < bytes.count else {
        text.append(byte)
        index += 1
        continue
      }
      unsafe index += appendEscape(bytes, at: index, to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends what the escape at `index` stands for; the length of the escape.
  private static func appendEscape(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, to text: inout [UInt8]
  ) -> Int {
    switch unsafe bytes[index + 1] {
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "u"):
      if let length = unsafe appendUnit(bytes, at: index, to: &text) { return length }
      text.append(UInt8(ascii: "u"))
    case let other: text.append(other)
    }
    return 2
  }

  /// Appends what `\uXXXX` stands for, with its other half if it is a surrogate; nil when it is not hexadecimal.
  private static func appendUnit(
    _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, to text: inout [UInt8]
  ) -> Int? {
    guard let unit = unsafe unit(bytes, at: index) else { return nil }
    var scalar = UInt32(unit)
    var length = 6
    if unit & 0xFC00 == 0xD800, let low = unsafe self.unit(bytes, at: index + 6), low & 0xFC00 == 0xDC00 {
      scalar = 0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(low & 0x3FF)
      length = 12
    }
    text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
    return length
  }

  /// The UTF-16 code unit of `\uXXXX` at `index`.
  private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
    guard index + 6 <= bytes.count, unsafe bytes[index] == UInt8(ascii: "\\"),
      unsafe bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    return unsafe UInt16(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
