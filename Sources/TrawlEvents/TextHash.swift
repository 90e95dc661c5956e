/// A hash of bytes, 16 at a time, by multiplying and folding as wyhash does (Wang Yi, public domain).
public enum TextHash {
  /// 8 bytes behind the last may be read.
  @unsafe @inlinable @inline(__always)
  public static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int, seed: UInt64) -> UInt64 {
    var state = seed
    let start = unsafe UnsafeRawPointer(bytes)
    var index = 0
    while index + 16 <= count {
      let first = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let second = unsafe start.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
      state = mix(first ^ 0xA076_1D64_78BD_642F, second ^ state)
      index += 16
    }
    var first: UInt64 = 0
    var second: UInt64 = 0
    let left = count - index
    if left >= 8 {
      first = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      second = unsafe start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if left > 0 {
      first =
        unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self) & ((1 << UInt64(left * 8)) - 1)
    }
    state = mix(first ^ 0xE703_7ED1_A0B4_28DB, second ^ state)
    return mix(state ^ UInt64(count), 0x8EBC_6AF0_9C88_C6E3) | 1
  }

  @inlinable @inline(__always)
  static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
