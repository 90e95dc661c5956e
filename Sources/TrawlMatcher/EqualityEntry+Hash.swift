import TrawlEvents

extension EqualityEntry {
  /// Hash of a folded literal and its field; 8 bytes behind its last may be read.
  @inline(__always)
  static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int, field: UInt16) -> UInt64 {
    unsafe TextHash.hash(bytes, count, seed: UInt64(field) &* 0x9E37_79B9_7F4A_7C15)
  }
}
