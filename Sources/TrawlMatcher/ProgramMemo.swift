import TrawlEvents

/// What programs came to: (program, route, the values of the fields that decide it) -> holds or not.
///
/// Values are known by their slots in the value memo; a program whose fields' values were met together before is not
/// evaluated again. Direct-mapped: a newer entry takes an older one's place.
struct ProgramMemo: ~Copyable {
  /// Program, route and era of the value memo, and up to six slots. The highest bit of the second lane is the outcome.
  typealias Key = SIMD8<UInt32>

  /// More fields than this are not kept.
  static let mostFields = 6
  /// Where the first slot lies in a key.
  static let firstSlot = 2
  private static let outcomeBit: UInt32 = 1 << 31

  private var entries: Block<Key>
  private let mask: Int

  /// `capacity`: entries of 32 bytes, a power of two.
  init(capacity: Int) {
    entries = Block(repeating: Key(repeating: .max), count: capacity)
    mask = capacity - 1
  }

  @inline(__always)
  private func index(_ key: Key) -> Int {
    var hash: UInt64 = 0
    for lane in stride(from: 0, to: 8, by: 2) {
      let word = UInt64(key[lane]) | UInt64(key[lane + 1]) << 32
      hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash &>> 29
    }
    return Int(truncatingIfNeeded: hash &>> 16) & mask
  }

  /// The outcome that was kept, or nil.
  @inline(__always)
  func find(_ key: Key) -> Bool? {
    var entry = entries[index(key)]
    let outcome = entry[1] & ProgramMemo.outcomeBit != 0
    entry[1] &= ~ProgramMemo.outcomeBit
    return entry == key ? outcome : nil
  }

  mutating func keep(_ key: Key, _ outcome: Bool) {
    var entry = key
    if outcome { entry[1] |= ProgramMemo.outcomeBit }
    entries[index(key)] = entry
  }
}

/// The value of a field in the current event, as far as memos know it.
struct FieldState: BitwiseCopyable {
  /// Of the event.
  var serial: UInt32 = 0
  /// Number of the value in the memo, or one of these.
  var slot: UInt32 = 0

  /// Not kept in the memo, or one of several values.
  static let unknown = UInt32.max
  static let absent = UInt32.max - 1
  static let null = UInt32.max - 2
}
