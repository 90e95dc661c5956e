/// How characters that mean something to whoever reads the text are written.
enum Escaping {
  /// Within the quotes of a JSON string.
  case json
  /// JSON that stays JSON: what lies outside strings is not touched but for line breaks, which become blanks.
  case jsonText
  /// Text for terminals and tables: `\n`, `\x1b`, `\u{202e}`.
  case visible
}

extension [UInt8] {
  /// Appends text with its hazards escaped.
  mutating func append(_ text: String, _ escaping: Escaping) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      var index = 0
      while index < bytes.count {
        guard let found = unsafe Hazard.find(in: bytes, at: index, escaping) else {
          index += 1
          continue
        }
        unsafe append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
        append(found.scalar, escaping)
        index += found.length
        start = index
      }
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }
  }

  private mutating func append(_ scalar: UInt32, _ escaping: Escaping) {
    switch escaping {
    case .jsonText where scalar < 0x20: append(UInt8(ascii: " "))
    case .json, .jsonText: appendJSONEscape(scalar)
    case .visible: appendVisibleEscape(scalar)
    }
  }

  private mutating func appendJSONEscape(_ scalar: UInt32) {
    append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x22: append(UInt8(ascii: "\""))
    case 0x5C: append(UInt8(ascii: "\\"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x10000...:
      let offset = scalar - 0x10000
      appendHexadecimal(0xD800 + offset >> 10, digits: 4, prefix: "u")
      append(UInt8(ascii: "\\"))
      appendHexadecimal(0xDC00 + offset & 0x3FF, digits: 4, prefix: "u")
    default: appendHexadecimal(scalar, digits: 4, prefix: "u")
    }
  }

  private mutating func appendVisibleEscape(_ scalar: UInt32) {
    append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x09: append(UInt8(ascii: "t"))
    case ..<0x100: appendHexadecimal(scalar, digits: 2, prefix: "x")
    default:
      appendHexadecimal(scalar, digits: 4, prefix: "u{")
      append(UInt8(ascii: "}"))
    }
  }

  private mutating func appendHexadecimal(_ value: UInt32, digits: Int, prefix: StaticString) {
    append(contentsOf: "\(prefix)".utf8)
    let text = String(value, radix: 16)
    append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(0, digits - text.utf8.count)))
    append(contentsOf: text.utf8)
  }
}

/// Characters that a terminal, an editor or a reader may take for something else: C0 and C1 controls, DEL, and the
/// invisible ones of Unicode that reorder, join or hide text.
enum Hazard {
  /// The hazard that begins at `index`, if one does. The bytes are UTF-8.
  @inline(__always)
  static func find(
    in bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ escaping: Escaping
  ) -> (scalar: UInt32, length: Int)? {
    let byte = unsafe bytes[index]
    if byte < 0x80 {
      let isQuoted = escaping == .json && (byte == 0x22 || byte == 0x5C)
      return byte < 0x20 || byte == 0x7F || isQuoted ? (UInt32(byte), 1) : nil
    }
    return unsafe byte == 0xC2 || byte == 0xD8 || byte == 0xE2 || byte >= 0xEF ? wide(bytes, index) : nil
  }

  private static func wide(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (scalar: UInt32, length: Int)? {
    let byte = unsafe bytes[index]
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    guard index + length <= bytes.count else { return nil }
    var scalar = UInt32(byte) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for offset in 1..<length { scalar = unsafe scalar << 6 | UInt32(bytes[index + offset]) & 0x3F }
    return isHazard(scalar) ? (scalar, length) : nil
  }

  /// Of the characters beyond ASCII.
  static func isHazard(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}

extension String {
  /// The text as it may be shown on a terminal: controls and invisible characters as escapes like `\x1b`.
  public var visible: String {
    var bytes: [UInt8] = []
    bytes.append(self, .visible)
    return String(decoding: bytes, as: UTF8.self)
  }
}
