extension TextTail {
  /// Takes room for 28 bytes.
  @inline(__always)
  mutating func append(decimal number: UInt64) {
    if number < 10 { return append(UInt8(ascii: "0") | UInt8(truncatingIfNeeded: number)) }
    if number < 100_000_000 { return append(decimal: number, atLeast: 1) }
    appendLong(decimal: number)
  }

  @inline(never)
  private mutating func appendLong(decimal number: UInt64) {
    append(decimal: number / 100_000_000)
    append(decimal: number % 100_000_000, atLeast: 8)
  }

  /// Appends a number below 100,000,000 with leading zeros, if it has fewer digits than these, of which there are 1 to 8.
  @inline(__always)
  mutating func append(decimal number: UInt64, atLeast digits: Int) {
    let eight = DigitWord.decimal(number)
    let unused = min(eight.trailingZeroBitCount &>> 3, 8 &- digits)
    append(word: (eight &+ DigitWord.zeros) &>> UInt64(8 &* unused), count: 8 &- unused)
  }

  @inline(__always)
  mutating func append(signed number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: number.magnitude)
  }

  /// Appends a number in lower-case hexadecimal digits, as few as it needs; takes room for 18 bytes.
  @inline(__always)
  mutating func append(hexadecimal number: UInt64) {
    let unused = min(number.leadingZeroBitCount &>> 2, 15)
    let shifted = number &<< UInt64(4 &* unused)
    let (high, low) = (UInt32(truncatingIfNeeded: shifted &>> 32), UInt32(truncatingIfNeeded: shifted))
    append(word: 0x7830, count: 2)
    append(word: DigitWord.hexadecimal(high, ten: "a"), count: 8)
    append(word: DigitWord.hexadecimal(low, ten: "a"), count: 8 &- unused)
  }

  /// Appends a byte as two upper-case digits; takes room for eight bytes.
  @inline(__always)
  mutating func append(hex byte: UInt8) {
    append(word: DigitWord.hexadecimal(UInt32(byte) << 24, ten: "A"), count: 2)
  }
}

extension TextTail {
  /// Appends a dash and the first four bytes of a word; takes room for eight bytes.
  @inline(__always)
  mutating func append(dashBefore word: UInt64) {
    append(word: word << 8 | UInt64(UInt8(ascii: "-")), count: 5)
  }
}

/// Eight digits in a word, the first in its lowest byte: made at once, without a branch.
enum DigitWord {
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The digits of a number below 100,000,000, each as its value.
  @inline(__always)
  static func decimal(_ number: UInt64) -> UInt64 {
    // Halves of four digits, then of two, then of one; the divisions by multiplying are exact for so few digits.
    let fours = (number / 10_000) | (number % 10_000) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (twos &- tens &* 10) << 8
  }

  /// A number in hexadecimal digits.
  @inline(__always)
  static func hexadecimal(_ number: UInt32, ten: Unicode.Scalar) -> UInt64 {
    var word = UInt64(number.byteSwapped)
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
    word = (word >> 4 | word << 8) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return word &+ zeros &+ letters &* UInt64(UInt8(ascii: ten) - 10 - UInt8(ascii: "0"))
  }
}
