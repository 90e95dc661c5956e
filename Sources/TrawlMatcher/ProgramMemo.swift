import TrawlEvents

/// What programs came to: (program, route, the bits and values that decide it) -> holds or not.
///
/// Values are known by their numbers in the value memo; a program whose fields' values were met together before is not
/// evaluated again. A newer entry takes the place of the older of the two that it may have; one of many values, that of
/// both.
struct ProgramMemo: ~Copyable {
  /// More fields than this are not kept.
  static let mostFields = 11
  /// Four words: program, route and era of the value memo, outcome; then bits and five numbers of values, two a word.
  private static let words = 4
  /// So many fields take one entry. More take two: the second's first word is `more`, six numbers follow.
  private static let fewFields = 5
  /// What no entry of its own begins with: there is no such program.
  private static let more = UInt64.max

  private var entries: Block<UInt64>
  private let mask: Int
  /// The key that is asked for.
  private var key = Block<UInt64>(repeating: 0, count: 2 * words)
  private var isWide = false
  private var hash: UInt64 = 0

  /// `capacity`: entries of 32 bytes, a power of two.
  init(capacity: Int) {
    entries = Block(repeating: .max, count: capacity * ProgramMemo.words)
    mask = capacity - 1
  }

  /// Starts a key of so many fields.
  @inline(__always)
  mutating func begin(program: UInt32, route: Int, era: UInt32, bits: UInt32, fields: Int) {
    let head = UInt64(program) << 32 | UInt64(era & 0x7FFF) << 17 | UInt64(route) << 1
    key[0] = head
    key[1] = UInt64(bits)
    key[2] = 0
    key[3] = 0
    isWide = fields > ProgramMemo.fewFields
    if isWide {
      key[4] = ProgramMemo.more
      for word in 5..<8 { key[word] = 0 }
    }
    hash = (head ^ UInt64(bits) << 7) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
  }

  /// Sets the number of the value of one of the deciding fields, by its place among them.
  @inline(__always)
  mutating func set(_ number: UInt32, at place: Int) {
    // Halves of words: behind the bits, and behind `more`.
    let half = place < ProgramMemo.fewFields ? place + 3 : place + 5
    key[half >> 1] |= UInt64(number) << UInt64((half & 1) * 32)
    hash = (hash ^ UInt64(number)) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
  }

  /// The first of the two entries that the key may have.
  @inline(__always)
  private var place: Int { (Int(truncatingIfNeeded: hash &>> 8) & mask & ~1) * ProgramMemo.words }

  /// The outcome that was kept for the key, or nil.
  @inline(__always)
  func find() -> Bool? {
    if isWide { return hasMore(at: place + ProgramMemo.words) ? outcome(at: place) : nil }
    return outcome(at: place) ?? outcome(at: place + ProgramMemo.words)
  }

  private func hasMore(at entry: Int) -> Bool {
    for word in 0..<ProgramMemo.words where entries[entry + word] != key[ProgramMemo.words + word] {
      return false
    }
    return true
  }

  @inline(__always)
  private func outcome(at entry: Int) -> Bool? {
    let head = entries[entry]
    guard head & ~1 == key[0], entries[entry + 1] == key[1], entries[entry + 2] == key[2],
      entries[entry + 3] == key[3]
    else { return nil }
    return head & 1 != 0
  }

  mutating func keep(_ outcome: Bool) {
    let (first, second) = (place, place + ProgramMemo.words)
    for word in 0..<ProgramMemo.words {
      entries[second + word] = isWide ? key[ProgramMemo.words + word] : entries[first + word]
      entries[first + word] = key[word]
    }
    if outcome { entries[first] |= 1 }
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
  /// The lowest of these: no value has it, or a higher one, for its number.
  static let lowest = null

  /// Of a value that has no text. What is in an object or array may matter.
  @inline(__always)
  static func slot(_ kind: EventValue.Kind) -> UInt32 { kind == .null ? null : unknown }
}
