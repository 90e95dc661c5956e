import TrawlEvents

extension Block where Element == UInt8 {
  /// Appends UTF-16, little-endian, as UTF-8; half a character is U+FFFD.
  @unsafe
  mutating func append(utf16 bytes: UnsafeRawBufferPointer) {
    let units = bytes.count / 2
    reserve(count + 3 * units)
    var place = 0
    while place < units {
      // Four ASCII characters at a time.
      while place + 4 <= units {
        let word = unsafe UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt64.self))
        if word & 0xFF80_FF80_FF80_FF80 != 0 { break }
        let pairs = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        let four = UInt32(truncatingIfNeeded: pairs | pairs >> 16)
        unsafe UnsafeMutableRawPointer(pointer + count).storeBytes(of: four.littleEndian, as: UInt32.self)
        assumeCount(count + 4)
        place += 4
      }
      if place < units { unsafe appendCharacter(bytes, &place, units) }
    }
  }

  private mutating func appendCharacter(_ bytes: UnsafeRawBufferPointer, _ place: inout Int, _ units: Int) {
    func unit(_ place: Int) -> UInt32 {
      unsafe UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
    }
    var code = unit(place)
    place += 1
    if code < 0x80 { return append(UInt8(code)) }
    if code & 0xFC00 == 0xD800, place < units, unit(place) & 0xFC00 == 0xDC00 {
      code = 0x10000 + (code & 0x3FF) << 10 + unit(place) & 0x3FF
      place += 1
    }
    append(scalar: Unicode.Scalar(code) ?? "\u{FFFD}")
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
    var digits = 1
    var unit: UInt64 = 1
    while number / unit > 9 {
      unit *= 10
      digits += 1
    }
    while unit > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / unit % 10))
      unit /= 10
    }
  }

  /// Appends a byte as two upper-case digits.
  mutating func append(hex byte: UInt8) {
    append(hexDigit: byte >> 4, "A")
    append(hexDigit: byte & 15, "A")
  }

  mutating func append(hexDigit digit: UInt8, _ ten: Unicode.Scalar) {
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: ten) + digit - 10)
  }
}
