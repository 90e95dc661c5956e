import TrawlEvents

/// What programs came to: (program, route, the bits and values that decide it) -> holds or not.
///
/// Values are known by their numbers in the value memo; a program whose fields' values were met together before is not
/// evaluated again. Direct-mapped: a newer entry takes an older one's place.
struct ProgramMemo: ~Copyable {
  /// More fields than this are not kept.
  static let mostFields = 5
  /// Four words: program, route and era of the value memo, outcome; then bits and five numbers of values, two a word.
  private static let words = 4

  private var entries: Block<UInt64>
  private let mask: Int
  /// The key that is asked for.
  private var key = Block<UInt64>(repeating: 0, count: words)
  private var hash: UInt64 = 0

  /// `capacity`: entries of 32 bytes, a power of two.
  init(capacity: Int) {
    entries = Block(repeating: .max, count: capacity * ProgramMemo.words)
    mask = capacity - 1
  }

  /// Starts a key.
  @inline(__always)
  mutating func begin(program: UInt32, route: Int, era: UInt32, bits: UInt32) {
    let head = UInt64(program) << 32 | UInt64(era & 0x7FFF) << 17 | UInt64(route) << 1
    key[0] = head
    key[1] = UInt64(bits)
    key[2] = 0
    key[3] = 0
    hash = (head ^ UInt64(bits) << 7) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
  }

  /// Sets the number of the value of one of the deciding fields, by its place among them.
  @inline(__always)
  mutating func set(_ number: UInt32, at place: Int) {
    key[1 + (place + 1) >> 1] |= UInt64(number) << UInt64(((place + 1) & 1) * 32)
    hash = (hash ^ UInt64(number)) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
  }

  /// The outcome that was kept for the key, or nil.
  @inline(__always)
  func find() -> Bool? {
    let entry = (Int(truncatingIfNeeded: hash &>> 8) & mask) * ProgramMemo.words
    let head = entries[entry]
    guard head & ~1 == key[0], entries[entry + 1] == key[1], entries[entry + 2] == key[2],
      entries[entry + 3] == key[3]
    else { return nil }
    return head & 1 != 0
  }

  mutating func keep(_ outcome: Bool) {
    let entry = (Int(truncatingIfNeeded: hash &>> 8) & mask) * ProgramMemo.words
    entries[entry] = key[0] | (outcome ? 1 : 0)
    entries[entry + 1] = key[1]
    entries[entry + 2] = key[2]
    entries[entry + 3] = key[3]
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
