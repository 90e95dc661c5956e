import TrawlEvents

/// What events came to: (route, the values of all fields that the route looks at) -> the programs that they announce, and
/// what each of them came to.
///
/// Values are known by their numbers in the value memo. A program that asks for other fields too is kept as one to be
/// asked. A newer entry takes the place of the older of the two that it may have.
struct EventMemo: ~Copyable {
  /// What an event with the values of a key comes to: a range of `outcomes`.
  struct Entry: BitwiseCopyable {
    var first: UInt32
    var count: UInt16
    /// Programs that were announced.
    var candidates: UInt16
  }

  /// A program's number, and in the highest bit whether it holds; without that bit it is to be asked.
  static let holds: UInt32 = 1 << 31

  /// Events of more values than this are not kept.
  static let mostValues = 12
  /// Two words of what is asked for, two numbers of values in each of six: a line of the cache.
  private static let words = 8
  private static let mostOutcomes = 1 << 18

  private var entries: Block<UInt64>
  private let mask: Int
  private(set) var outcomes = Block<UInt32>(capacity: 1 << 12)
  /// The key that is asked for; its second word is the entry's.
  private var key = Block<UInt64>(repeating: 0, count: words)
  private var hash: UInt64 = 0
  private var valueCount = 0

  /// `capacity`: entries of 64 bytes, a power of two.
  init(capacity: Int) {
    entries = Block(repeating: .max, count: capacity * EventMemo.words)
    mask = capacity - 1
  }

  /// Starts the key of an event.
  @inline(__always)
  mutating func begin(route: Int, era: UInt32) {
    for word in 2..<EventMemo.words { key[word] = 0 }
    key[0] = UInt64(era & 0x7FFF_FFFF) << 32 | UInt64(truncatingIfNeeded: route)
    hash = key[0] &* 0x9E37_79B9_7F4A_7C15
    valueCount = 0
  }

  /// Adds the number of the next value; the key is not whole when there are too many.
  @inline(__always)
  mutating func add(_ number: UInt32) {
    if valueCount < EventMemo.mostValues {
      key[2 + valueCount >> 1] |= UInt64(number) << UInt64((valueCount & 1) * 32)
    }
    hash = (hash ^ UInt64(number)) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash &>> 32
    valueCount += 1
  }

  /// Whether the key holds all values of the event.
  var isWhole: Bool {
    @inline(__always) get { valueCount <= EventMemo.mostValues }
  }

  /// The first of the two entries that the key may have.
  @inline(__always)
  private var place: Int { (Int(truncatingIfNeeded: hash &>> 8) & mask & ~1) * EventMemo.words }

  /// What was kept for the key, or nil.
  @inline(__always)
  func find() -> Entry? { entry(at: place) ?? entry(at: place + EventMemo.words) }

  @inline(__always)
  private func entry(at place: Int) -> Entry? {
    // How many values there are tells keys apart that end in zeros.
    guard entries[place] == key[0] | UInt64(valueCount) << 16 else { return nil }
    for word in 2..<EventMemo.words where entries[place + word] != key[word] { return nil }
    let found = entries[place + 1]
    return Entry(
      first: UInt32(truncatingIfNeeded: found), count: UInt16(truncatingIfNeeded: found >> 32),
      candidates: UInt16(truncatingIfNeeded: found >> 48))
  }

  /// Keeps what an event with the key came to, if it is not too much.
  mutating func keep(_ found: borrowing Block<UInt32>, candidates: Int) {
    guard isWhole, found.count <= UInt16.max, candidates <= UInt16.max else { return }
    if outcomes.count + found.count > EventMemo.mostOutcomes { clear() }
    let (first, second) = (place, place + EventMemo.words)
    for word in 0..<EventMemo.words {
      entries[second + word] = entries[first + word]
      entries[first + word] = key[word]
    }
    entries[first] |= UInt64(valueCount) << 16
    entries[first + 1] =
      UInt64(outcomes.count) | UInt64(found.count) << 32 | UInt64(candidates) << 48
    for index in 0..<found.count { outcomes.append(found[index]) }
  }

  /// Forgets all: the numbers of routes are no longer what they were, or there is no more room.
  mutating func clear() {
    for entry in 0...mask { entries[entry * EventMemo.words] = .max }
    outcomes.truncate(to: 0)
  }
}

/// A value of the current event that the memo knew.
struct SeenValue: BitwiseCopyable {
  /// Of the value in the memo, or what `FieldState` has for one without text.
  var slot: UInt32
  var field: FieldID
}
