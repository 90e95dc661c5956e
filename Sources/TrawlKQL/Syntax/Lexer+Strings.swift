extension Lexer {
  /// A string of any form, or nil if none starts here.
  mutating func string() throws(Problem) -> String? {
    let start = at
    var ahead = 0
    if byte() | 0x20 == UInt8(ascii: "h") { ahead += 1 }
    let isVerbatim = byte(ahead) == UInt8(ascii: "@")
    if isVerbatim { ahead += 1 }
    let quote = byte(ahead)
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      at += ahead + 1
      return isVerbatim ? try verbatim(quote, from: start) : try escaped(quote, from: start)
    }
    guard !isVerbatim, quote == UInt8(ascii: "`") || quote == UInt8(ascii: "~"), byte(ahead + 1) == quote,
      byte(ahead + 2) == quote
    else { return nil }
    at += ahead + 3
    return try multiLine(quote, from: start)
  }

  private mutating func verbatim(_ quote: UInt8, from start: Int) throws(Problem) -> String {
    var result: [UInt8] = []
    while at < end, byte() != UInt8(ascii: "\n") {
      if byte() == quote {
        at += 1
        guard byte() == quote else { return String(decoding: result, as: UTF8.self) }
      }
      result.append(byte())
      at += 1
    }
    throw unterminated(quote, from: start)
  }

  private mutating func multiLine(_ quote: UInt8, from start: Int) throws(Problem) -> String {
    let begin = at
    while at < end {
      if byte() == quote, byte(1) == quote, byte(2) == quote {
        at += 3
        return text(begin, at - 3)
      }
      at += 1
    }
    throw unterminated(quote, from: start)
  }

  private mutating func escaped(_ quote: UInt8, from start: Int) throws(Problem) -> String {
    var result = String.UnicodeScalarView()
    var plain = at
    while at < end, byte() != UInt8(ascii: "\n"), byte() != UInt8(ascii: "\r") {
      if byte() == quote {
        result.append(contentsOf: text(plain, at).unicodeScalars)
        at += 1
        return String(result)
      }
      if byte() == UInt8(ascii: "\\") {
        result.append(contentsOf: text(plain, at).unicodeScalars)
        result.append(try escape(quote, from: start))
        plain = at
      } else {
        at += 1
      }
    }
    throw unterminated(quote, from: start)
  }

  /// What stands at a backslash.
  private mutating func escape(_ quote: UInt8, from start: Int) throws(Problem) -> Unicode.Scalar {
    let backslash = at
    at += 2
    switch backslash + 1 < end ? bytes[backslash + 1] : 0 {
    case UInt8(ascii: "'"): return "'"
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "a"): return "\u{07}"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "v"): return "\u{0B}"
    case UInt8(ascii: "x"): return try coded(2, backslash, quote, from: start)
    case UInt8(ascii: "u"): return try coded(4, backslash, quote, from: start)
    case UInt8(ascii: "U"): return try coded(8, backslash, quote, from: start)
    case 48...55: return octal()
    default: throw badEscape(backslash, quote, from: start)
    }
  }

  private mutating func coded(
    _ digits: Int, _ backslash: Int, _ quote: UInt8, from start: Int
  ) throws(Problem) -> Unicode.Scalar {
    guard at + digits <= end, bytes[at..<at + digits].allSatisfy(\.isHexDigit),
      let code = UInt32(text(at, at + digits), radix: 16), let scalar = Unicode.Scalar(code)
    else { throw badEscape(backslash, quote, from: start) }
    at += digits
    return scalar
  }

  /// Up to three digits, `\377` the largest.
  private mutating func octal() -> Unicode.Scalar {
    at -= 1
    var code: UInt8 = 0
    for digit in 0..<3 where (48...55).contains(byte()) && (digit < 2 || code < 32) {
      code = code &* 8 &+ (byte() &- 48)
      at += 1
    }
    return Unicode.Scalar(code)
  }

  private func badEscape(_ backslash: Int, _ quote: UInt8, from start: Int) -> Problem {
    let mark = Character(Unicode.Scalar(quote))
    var next = min(backslash + 2, end)
    while next < end, bytes[next] & 0xC0 == 0x80 { next += 1 }
    let body = rawBody(quote, from: start)
    let doubled = body.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    return Problem(
      104, SourceRange(start: start, end: next), reason: "bad escape",
      "'\(text(backslash, next))' is not a KQL escape in a \(mark)...\(mark) string",
      advice:
        "write @\(mark)\(body)\(mark) or \(mark)\(doubled)\(mark); Kusto rejects this query too. Skipped.")
  }

  /// What the author wrote between the quotes, as far as the line goes.
  private func rawBody(_ quote: UInt8, from start: Int) -> String {
    guard let opening = bytes[start..<end].firstIndex(of: quote) else { return "" }
    var last = opening + 1
    while last < end, bytes[last] != quote, bytes[last] != UInt8(ascii: "\n") { last += 1 }
    return text(opening + 1, last)
  }

  private mutating func unterminated(_ quote: UInt8, from start: Int) -> Problem {
    let lineEnd = bytes[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
    return Problem(
      102, SourceRange(start: start, end: lineEnd), reason: "unterminated string",
      "this string has no closing \(Character(Unicode.Scalar(quote))) on its line",
      advice: "close it; a text of several lines stands between ``` and ```")
  }
}
