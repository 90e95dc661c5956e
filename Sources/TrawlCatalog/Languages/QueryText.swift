/// Places in the bytes of a query.
enum QueryText {
  /// Where a comment of `/*` ends.
  static func endOfComment(_ bytes: [UInt8], _ start: Int, _ end: Int) throws(QueryProblem) -> Int {
    var at = start + 2
    while at + 1 < end {
      if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") { return at + 2 }
      at += 1
    }
    throw QueryProblem("a comment is not closed")
  }

  /// Behind the string that starts here: with escapes, or raw in three quotes where the language has those.
  static func endOfString(
    _ bytes: [UInt8], _ start: Int, _ end: Int, hasRaw: Bool
  ) throws(QueryProblem) -> Int {
    let quote = bytes[start]
    var at = start + 1
    if hasRaw, isTriple(bytes, start, end) {
      at = start + 3
      while at + 2 < end {
        // A quote before the closing ones belongs to the text.
        if isTriple(bytes, at, end), at + 3 >= end || bytes[at + 3] != quote { return at + 3 }
        at += 1
      }
      throw QueryProblem("a text in three quotes is not closed")
    }
    while at < end {
      if bytes[at] == quote { return at + 1 }
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    throw QueryProblem("a quote is not closed")
  }

  private static func isTriple(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Bool {
    at + 2 < end && bytes[at] == UInt8(ascii: "\"") && bytes[at + 1] == bytes[at]
      && bytes[at + 2] == bytes[at]
  }

  /// The whole character that starts here, in quotes, for a message.
  static func character(_ bytes: [UInt8], _ at: Int) -> String {
    var end = at + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return "'\(String(decoding: bytes[at..<end], as: UTF8.self))'"
  }

  /// Without blanks at both ends.
  static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start].isBlank { start += 1 }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  static func string(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[trimmed(bytes, range)], as: UTF8.self)
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  var isDigit: Bool { (48...57).contains(self) }
  /// Letters, `_`, `@`, `$` and all beyond ASCII.
  var isWordStart: Bool {
    (65...90).contains(self) || (97...122).contains(self) || self == UInt8(ascii: "_")
      || self == UInt8(ascii: "@") || self == UInt8(ascii: "$") || self >= 0x80
  }
  var isWordPart: Bool { isWordStart || isDigit }
}
