import TrawlRows

extension Lexer {
  /// A number, a timespan such as `15m`, or a name that starts with digits.
  mutating func number() throws(Problem) -> Token.Kind {
    let start = at
    if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x"), byte(2).isHexDigit {
      at += 2
      while byte().isHexDigit { at += 1 }
      return .value(.integer(try hexadecimal(from: start)))
    }
    while byte().isDigit { at += 1 }
    var isReal = false
    if byte() == UInt8(ascii: "."), byte(1).isDigit {
      isReal = true
      at += 1
      while byte().isDigit { at += 1 }
    }
    if byte() | 0x20 == UInt8(ascii: "e"), exponentFollows {
      isReal = true
      at += 2
      while byte().isDigit { at += 1 }
    }
    let digits = text(start, at)
    if byte().isWordStart { return try suffixed(digits, from: start, isReal: isReal) }
    return .value(try literal(digits, isReal: isReal, from: start))
  }

  private var exponentFollows: Bool {
    byte(1).isDigit || ((byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")) && byte(2).isDigit)
  }

  private func hexadecimal(from start: Int) throws(Problem) -> Int64 {
    guard let bits = UInt64(text(start + 2, at), radix: 16) else { throw badNumber(from: start) }
    return Int64(bitPattern: bits)
  }

  private func literal(_ digits: String, isReal: Bool, from start: Int) throws(Problem) -> KQLValue {
    if !isReal, let value = Int64(digits) { return .integer(value) }
    guard isReal, let value = Double(digits) else { throw badNumber(from: start) }
    return .real(value)
  }

  private func badNumber(from start: Int) -> Problem {
    Problem(
      105, range(from: start), reason: "bad literal", "\(text(start, at)) does not fit into 64 bits",
      advice: "write it as a string")
  }

  private mutating func suffixed(_ digits: String, from start: Int, isReal: Bool) throws(Problem)
    -> Token.Kind
  {
    let suffix = at
    while byte().isWordPart { at += 1 }
    if let size = KQLTime.ticks(ofUnit: text(suffix, at)), let count = Double(digits) {
      guard let ticks = KQLTime.ticks(count * size) else { throw badNumber(from: start) }
      return .value(.timespan(ticks))
    }
    if isReal {
      throw Problem(
        105, range(from: start), reason: "bad literal",
        "'\(text(start, at))' is neither a number nor a timespan",
        advice: "units are d, h, m, s, ms, microsecond and tick")
    }
    return .name(text(start, at))
  }
}
