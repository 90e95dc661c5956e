import TrawlEvents

/// The checksum of IEEE 802.3, eight bytes at a time (Kounavis and Berry, "slicing by eight").
struct CRC32: ~Copyable {
  private var state = UInt32.max
  private let tables = CRC32.tables

  var value: UInt32 { ~state }

  /// Adds eight bytes, the lowest first.
  @inline(__always)
  mutating func add(_ word: UInt64) {
    let word = word ^ UInt64(state)
    var sum: UInt32 = 0
    for byte in 0..<8 {
      sum ^= tables[(7 - byte) << 8 | Int(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte)))]
    }
    state = sum
  }

  /// For each byte, and for each with one to seven zeros behind it, the checksum's change.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { value, _ in
        value & 1 == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1)
      }
    }
    for index in 0..<(7 * 256) {
      let before = tables[index]
      tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
    }
    return tables
  }()
}
