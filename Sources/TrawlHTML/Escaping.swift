extension [UInt8] {
  /// Appends text such that it is text in any place of a page: between tags, and in quoted attributes. Controls and
  /// characters that reorder or hide text are replaced by signs that can be seen.
  ///
  /// - Parameter keepsLines: whether line breaks and tabs stay what they are.
  mutating func append(escaped text: String, keepsLines: Bool) {
    var text = text
    text.withUTF8 { text in
      var start = 0
      var index = 0
      while index < text.count {
        let byte = unsafe text[index]
        guard Hazards.mayBegin(byte), let hazard = unsafe Hazards.hazard(in: text, at: index, keepsLines)
        else {
          index += 1
          continue
        }
        unsafe append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
        append(replacing: hazard.scalar)
        index += hazard.length
        start = index
      }
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }
  }

  /// Appends a value, its blanks at both ends and its line breaks made visible; copied from the page, they are blanks again.
  mutating func append(value text: String) {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else {
      append(blanks: scalars)
      return
    }
    append(blanks: scalars[..<first])
    append(escaped: String(scalars[first...last]), keepsLines: false)
    append(blanks: scalars[scalars.index(after: last)...])
  }

  private mutating func append(blanks: some Sequence<Unicode.Scalar>) {
    for blank in blanks {
      if blank == " " || blank.value == 0xA0 {
        append(contentsOf: "<span class=\"blank\">\(blank)</span>".utf8)
      } else {
        append(escaped: String(blank), keepsLines: false)
      }
    }
  }

  private mutating func append(replacing scalar: UInt32) {
    switch scalar {
    case 0x26: append(contentsOf: "&amp;".utf8)
    case 0x3C: append(contentsOf: "&lt;".utf8)
    case 0x3E: append(contentsOf: "&gt;".utf8)
    case 0x22: append(contentsOf: "&quot;".utf8)
    case 0x27: append(contentsOf: "&#39;".utf8)
    default:
      let digits = String(scalar, radix: 16, uppercase: true)
      append(contentsOf: "⟨U+\(String(repeating: "0", count: Swift.max(0, 4 - digits.count)))\(digits)⟩".utf8)
    }
  }
}

/// Characters that mean something to a browser, or that a reader would take for something else.
enum Hazards {
  @inline(__always)
  static func mayBegin(_ byte: UInt8) -> Bool {
    byte < 0x40 || byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2 || byte >= 0xEF
  }

  /// The one that begins at `index`, if one does. The bytes are UTF-8.
  static func hazard(
    in text: UnsafeBufferPointer<UInt8>, at index: Int, _ keepsLines: Bool
  ) -> (scalar: UInt32, length: Int)? {
    let byte = unsafe text[index]
    guard byte >= 0x80 else { return isHazard(byte, keepsLines) ? (UInt32(byte), 1) : nil }
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    guard index + length <= text.count else { return nil }
    var scalar = UInt32(byte) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for offset in 1..<length { scalar = unsafe scalar << 6 | UInt32(text[index + offset]) & 0x3F }
    return isHidden(scalar) ? (scalar, length) : nil
  }

  private static func isHazard(_ byte: UInt8, _ keepsLines: Bool) -> Bool {
    switch byte {
    case 0x26, 0x3C, 0x3E, 0x22, 0x27, 0x7F: true
    case 0x09, 0x0A: !keepsLines
    default: byte < 0x20
    }
  }

  /// C1 controls, and what reorders, joins or hides text.
  static func isHidden(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}
