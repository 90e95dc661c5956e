/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): a keyed hash. Without the key nobody can find bytes
/// with a given hash, or two with the same. About 1 ns for 2 bytes.
struct SipHash {
  /// A key, or a hash.
  struct Word128: Hashable, Sendable {
    var low: UInt64
    var high: UInt64
  }

  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  private init(_ key: Word128) {
    v0 = key.low ^ 0x736F_6D65_7073_6575
    v1 = key.high ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    v2 = key.low ^ 0x6C79_6765_6E65_7261
    v3 = key.high ^ 0x7465_6462_7974_6573
  }

  /// The hash of bytes under a key.
  static func hash(_ bytes: [UInt8], key: Word128) -> Word128 { hash(bytes[...], key: key) }

  /// The hash of a part of some bytes.
  static func hash(_ bytes: ArraySlice<UInt8>, key: Word128) -> Word128 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe hash(bytes, key)
    }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer, _ key: Word128) -> Word128 {
    var state = SipHash(key)
    let whole = bytes.count & ~7
    for offset in stride(from: 0, to: whole, by: 8) {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state.take(UInt64(littleEndian: word))
    }
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    for place in whole..<bytes.count {
      let byte = unsafe bytes[place]
      last |= UInt64(byte) << UInt64(8 * (place - whole))
    }
    state.take(last)
    return state.finish()
  }

  @inline(__always)
  private mutating func take(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  private mutating func finish() -> Word128 {
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let low = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return Word128(low: low, high: v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = SipHash.rotate(v1, 13) ^ v0
    v0 = SipHash.rotate(v0, 32)
    v2 &+= v3
    v3 = SipHash.rotate(v3, 16) ^ v2
    v0 &+= v3
    v3 = SipHash.rotate(v3, 21) ^ v0
    v2 &+= v1
    v1 = SipHash.rotate(v1, 17) ^ v2
    v2 = SipHash.rotate(v2, 32)
  }

  @inline(__always)
  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    (word &<< count) | (word &>> (64 &- count))
  }
}

extension SipHash.Word128 {
  /// From 16 bytes.
  init(_ bytes: some Collection<UInt8>) {
    (low, high) = (0, 0)
    for (place, byte) in bytes.prefix(16).enumerated() {
      let word = UInt64(byte) << UInt64(8 * (place & 7))
      if place < 8 { low |= word } else { high |= word }
    }
  }

  /// As 16 bytes.
  var bytes: [UInt8] {
    (0..<16).map { place in
      let word = place < 8 ? low : high
      return UInt8(truncatingIfNeeded: word >> UInt64(8 * (place & 7)))
    }
  }

  /// As 32 hexadecimal digits.
  var text: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
