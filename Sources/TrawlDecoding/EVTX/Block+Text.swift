import TrawlEvents

extension Block where Element == UInt8 {
  /// Appends UTF-16, little-endian, as UTF-8; half a character is U+FFFD.
  @unsafe
  mutating func append(utf16 bytes: UnsafeRawBufferPointer) {
    let units = bytes.count / 2
    guard units > 0, let source = bytes.baseAddress else { return }
    // Eight characters are written at a time, however many are left.
    reserve(count + 3 * units + 8)
    let start = unsafe UnsafeMutableRawPointer(pointer + count)
    var output = unsafe start
    var place = 0
    while place < units {
      while place + 8 <= units, let eight = unsafe eightASCII(source + 2 * place) {
        unsafe output.storeBytes(of: eight, as: UInt64.self)
        unsafe output += 8
        place += 8
      }
      let left = units - place
      if left == 0 { break }
      if left < 8, units >= 8, let eight = unsafe eightASCII(source + 2 * (units - 8)) {
        // The last eight, some of which are there already.
        unsafe (output - (8 - left)).storeBytes(of: eight, as: UInt64.self)
        unsafe output += left
        break
      }
      unsafe appendCharacter(source, &place, units, &output)
    }
    unsafe assumeCount(count + (output - start))
  }

  /// Eight characters in a byte each, if all of them are ASCII.
  @inline(__always)
  private func eightASCII(_ source: UnsafeRawPointer) -> UInt64? {
    let low = unsafe UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
    let high = unsafe UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    if (low | high) & 0xFF80_FF80_FF80_FF80 != 0 { return nil }
    return (packed(low) | packed(high) << 32).littleEndian
  }

  /// Every other byte of four, side by side.
  @inline(__always)
  private func packed(_ word: UInt64) -> UInt64 {
    let pairs = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
    return (pairs | pairs >> 16) & 0xFFFF_FFFF
  }

  @inline(__always)
  private func appendCharacter(
    _ source: UnsafeRawPointer, _ place: inout Int, _ units: Int, _ output: inout UnsafeMutableRawPointer
  ) {
    func unit(_ place: Int) -> UInt32 {
      unsafe UInt32(UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
    }
    func put(_ byte: UInt32) {
      unsafe output.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
      unsafe output += 1
    }
    var code = unit(place)
    place += 1
    if code < 0x80 { return put(code) }
    if code & 0xF800 == 0xD800 {
      if code & 0x400 == 0, place < units, unit(place) & 0xFC00 == 0xDC00 {
        code = 0x10000 + ((code & 0x3FF) << 10 | unit(place) & 0x3FF)
        place += 1
      } else {
        code = 0xFFFD
      }
    }
    if code < 0x800 {
      put(0xC0 | code >> 6)
    } else {
      if code < 0x10000 {
        put(0xE0 | code >> 12)
      } else {
        put(0xF0 | code >> 18)
        put(0x80 | code >> 12 & 0x3F)
      }
      put(0x80 | code >> 6 & 0x3F)
    }
    put(0x80 | code & 0x3F)
  }

  mutating func append(scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
  }

  /// Appends text of the code page of Western Europe as UTF-8.
  @unsafe
  mutating func append(windows1252 bytes: UnsafeRawBufferPointer) {
    let upper: [UInt16] = [
      0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
      0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
      0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      let code = byte & 0xE0 == 0x80 ? upper[Int(byte & 0x1F)] : UInt16(byte)
      append(scalar: Unicode.Scalar(code) ?? "\u{FFFD}")
    }
  }

  mutating func append(decimal number: UInt64) {
    if number < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number)) }
    var digits = 0
    var rest = number
    while rest > 0 {
      rest /= 10
      digits += 1
    }
    append(decimal: number, digits: digits)
  }

  /// Appends the last digits of a number.
  @inline(__always)
  mutating func append(decimal number: UInt64, digits: Int) {
    reserve(count + digits)
    var rest = number
    for place in (0..<digits).reversed() {
      unsafe (pointer + count)[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    assumeCount(count + digits)
  }

  /// Appends a byte as two upper-case digits.
  @inline(__always)
  mutating func append(hex byte: UInt8) {
    let digits: StaticString = "0123456789ABCDEF"
    unsafe append(digits.utf8Start[Int(byte >> 4)])
    unsafe append(digits.utf8Start[Int(byte & 15)])
  }

  mutating func append(hexDigit digit: UInt8, _ ten: Unicode.Scalar) {
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: ten) + digit - 10)
  }
}
