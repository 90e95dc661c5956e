import TrawlEvents

extension Block where Element == UInt8 {
  /// Appends UTF-16, little-endian, as UTF-8; half a character is U+FFFD.
  @unsafe
  mutating func append(utf16 bytes: UnsafeRawBufferPointer) {
    var tail = tail(room: 3 * (bytes.count / 2) + 16)
    unsafe tail.append(utf16: bytes, readable: bytes.count)
    take(tail)
  }

  mutating func append(scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
  }
}

extension TextTail {
  /// Appends UTF-16, little-endian, as UTF-8; half a character is U+FFFD. Takes room for 16 bytes behind the text.
  /// `readable`: bytes that may be read from the first on.
  @unsafe @inline(__always)
  mutating func append(utf16 bytes: UnsafeRawBufferPointer, readable: Int) {
    let units = bytes.count / 2
    guard units > 0, let source = bytes.baseAddress else { return }
    if units < 16 {
      guard readable >= 32, let sixteen = unsafe TextTail.sixteenASCII(source, units) else {
        return unsafe appendMixed(source, from: 0, units, readable)
      }
      return append(sixteen: sixteen, count: units)
    }
    var place = 0
    while place &+ 16 <= units {
      guard let sixteen = unsafe TextTail.sixteenASCII(source + 2 &* place) else {
        return unsafe appendMixed(source, from: place, units, readable)
      }
      append(sixteen: sixteen, count: 16)
      place &+= 16
    }
    // The last sixteen, some of which are there already.
    let left = units &- place
    if left == 0 { return }
    guard let sixteen = unsafe TextTail.sixteenASCII(source + 2 &* (units &- 16)) else {
      return unsafe appendMixed(source, from: place, units, readable)
    }
    goBack(16 &- left)
    append(sixteen: sixteen, count: 16)
  }

  /// Appends text that is not all ASCII, or lies where no more than it may be read.
  @inline(never)
  private mutating func appendMixed(
    _ source: UnsafeRawPointer, from place: Int, _ units: Int, _ readable: Int
  ) {
    var place = place
    while place < units {
      let left = min(units &- place, 8)
      if 2 &* place &+ 16 <= readable, let eight = unsafe TextTail.eightASCII(source + 2 &* place, left) {
        append(word: eight, count: left)
        place &+= left
      } else {
        unsafe appendCharacters(source, &place, units)
      }
    }
  }

  /// Sixteen characters in a byte each, if all of them are ASCII.
  @inline(__always)
  private static func sixteenASCII(_ source: UnsafeRawPointer) -> SIMD16<UInt8>? {
    let bytes = unsafe source.loadUnaligned(as: SIMD32<UInt8>.self)
    let words = unsafe unsafeBitCast(bytes, to: SIMD4<UInt64>.self)
    if (words[0] | words[1] | words[2] | words[3]) & 0xFF80_FF80_FF80_FF80 != 0 { return nil }
    return bytes.evenHalf
  }

  /// Up to fifteen characters in a byte each, if all of them are ASCII; what follows them is of no consequence. 32 bytes
  /// are read.
  @inline(__always)
  private static func sixteenASCII(_ source: UnsafeRawPointer, _ count: Int) -> SIMD16<UInt8>? {
    let bytes = unsafe source.loadUnaligned(as: SIMD32<UInt8>.self)
    let words = unsafe unsafeBitCast(bytes, to: SIMD4<UInt64>.self)
    let (whole, part) = (count &>> 2, (1 as UInt64) &<< UInt64((count & 3) &* 16) &- 1)
    var all = words[0] & (whole > 0 ? .max : part)
    all |= words[1] & (whole > 1 ? .max : whole == 1 ? part : 0)
    all |= words[2] & (whole > 2 ? .max : whole == 2 ? part : 0)
    all |= words[3] & (whole == 3 ? part : 0)
    return all & 0xFF80_FF80_FF80_FF80 == 0 ? bytes.evenHalf : nil
  }

  /// Up to eight characters in a byte each, if all of them are ASCII; 16 bytes are read.
  @inline(__always)
  private static func eightASCII(_ source: UnsafeRawPointer, _ count: Int) -> UInt64? {
    let low = unsafe UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
    let high = unsafe UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    // A shift by 64 or more leaves nothing.
    let unused = UInt64(8 - count) * 16
    let (lowMask, highMask) = (UInt64.max >> (unused < 64 ? 0 : unused - 64), UInt64.max >> unused)
    if (low & lowMask | high & highMask) & 0xFF80_FF80_FF80_FF80 != 0 { return nil }
    return packed(low) | packed(high) << 32
  }

  /// Every other byte of four, side by side.
  @inline(__always)
  private static func packed(_ word: UInt64) -> UInt64 {
    let even = word & 0x00FF_00FF_00FF_00FF
    let pairs = (even | even >> 8) & 0x0000_FFFF_0000_FFFF
    return (pairs | pairs >> 16) & 0xFFFF_FFFF
  }

  /// Appends a character, and all up to the next that is ASCII.
  @inline(never)
  private mutating func appendCharacters(_ source: UnsafeRawPointer, _ place: inout Int, _ units: Int) {
    repeat {
      unsafe appendCharacter(source, &place, units)
    } while unsafe place < units
      && source.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self).littleEndian >= 0x80
  }

  @inline(__always)
  private mutating func appendCharacter(_ source: UnsafeRawPointer, _ place: inout Int, _ units: Int) {
    func unit(_ place: Int) -> UInt32 {
      unsafe UInt32(UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
    }
    func put(_ byte: UInt32) { append(UInt8(truncatingIfNeeded: byte)) }
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
      for byte in UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
        append(byte)
      }
    }
  }

  /// Appends a short text.
  mutating func append(_ text: String) { for byte in text.utf8 { append(byte) } }
}
