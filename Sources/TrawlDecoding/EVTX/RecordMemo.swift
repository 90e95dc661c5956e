import Glibc
import TrawlEvents

/// What matchers found of records: (source, inner template, the values that rules ask for, as they lie) -> the number of an
/// outcome.
///
/// Bounded: a newer record takes the place of the older of the two that it may have, and all are forgotten when there is
/// no more room for keys.
struct RecordMemo: ~Copyable {
  /// Of a record; its bytes lie in `bytes`.
  struct Key: BitwiseCopyable {
    var hash: UInt64 = 0
    var offset: UInt32 = 0
    var length: UInt32 = 0
  }

  struct Entry: BitwiseCopyable {
    var key = Key()
    var outcome: EventOutcome?
    /// So that two entries fill a line of the cache.
    private var unused: UInt64 = 0

    init() {}

    init(_ key: Key, _ outcome: EventOutcome) { (self.key, self.outcome) = (key, outcome) }
  }

  private static let capacity = 1 << 14
  private static let mostBytes = 16 << 20

  /// None before the first key.
  private var entries = Block<Entry>()
  private var bytes = Block<UInt8>()
  /// The key that is being made lies behind those that are kept.
  private var first = 0
  /// Differs from run to run, so that nobody can prepare records that collide.
  private let seed = UInt64.random(in: 1...UInt64.max)

  var isFull: Bool { first > RecordMemo.mostBytes }

  mutating func clear() {
    for entry in 0..<entries.count { entries[entry] = Entry() }
    bytes.truncate(to: 0)
    first = 0
  }

  /// Starts a key with what is the same for many records; its values are written on where it ends.
  @inline(__always)
  mutating func begin(_ source: Int, _ template: UInt32) -> TextTail {
    if entries.isEmpty { allocate() }
    bytes.truncate(to: first)
    var tail = bytes.tail(room: 1 << 12)
    tail.append(word: UInt64(truncatingIfNeeded: source) << 32 | UInt64(template), count: 8)
    return tail
  }

  /// So many bytes that they seldom move; memory that is not used is none.
  @inline(never)
  private mutating func allocate() {
    entries = Block(repeating: Entry(), count: RecordMemo.capacity)
    bytes.reserve(RecordMemo.mostBytes + 1 << 16)
  }

  /// Adds a value of a type to the key. `readable`: bytes that may be read from its first on.
  @unsafe @inline(__always)
  mutating func add(
    _ type: UInt8, _ value: UnsafePointer<UInt8>, count: Int, readable: Int, _ tail: inout TextTail
  ) {
    if tail.room < count &+ 48 { renew(&tail, room: count + 48) }
    tail.append(word: UInt64(type) << 32 | UInt64(truncatingIfNeeded: count), count: 8)
    if readable >= 32 {
      unsafe tail.append(padded: value, count: count)
    } else {
      for place in 0..<count { unsafe tail.append(value[place]) }
    }
  }

  @inline(never)
  private mutating func renew(_ tail: inout TextTail, room: Int) {
    bytes.take(tail)
    tail = bytes.tail(room: max(room, 1 << 12))
  }

  /// The key that was made.
  @inline(__always)
  mutating func key(_ tail: TextTail) -> Key {
    bytes.take(tail)
    bytes.reserve(bytes.count + 8)
    let length = bytes.count - first
    let hash = unsafe TextHash.hash(UnsafePointer(bytes.pointer + first), length, seed: seed)
    return Key(hash: hash, offset: UInt32(first), length: UInt32(length))
  }

  /// What is known of the key that was made.
  @inline(__always)
  func find(_ key: Key) -> EventOutcome? {
    let place = RecordMemo.place(key)
    if isSame(entries[place].key, key) { return entries[place].outcome }
    return isSame(entries[place + 1].key, key) ? entries[place + 1].outcome : nil
  }

  /// Leaves room for the key that was made, which may be kept later.
  mutating func reserve() { first = bytes.count }

  mutating func keep(_ outcome: EventOutcome, _ key: Key) {
    let place = RecordMemo.place(key)
    if !isSame(entries[place].key, key) { entries[place + 1] = entries[place] }
    entries[place] = Entry(key, outcome)
  }

  @inline(__always)
  private static func place(_ key: Key) -> Int {
    Int(truncatingIfNeeded: key.hash >> 8) & (capacity - 1) & ~1
  }

  @inline(__always)
  private func isSame(_ kept: Key, _ key: Key) -> Bool {
    guard kept.hash == key.hash, kept.length == key.length else { return false }
    return unsafe memcmp(bytes.pointer + Int(kept.offset), bytes.pointer + Int(key.offset), Int(key.length))
      == 0
  }
}

/// An event of the last batch whose values were not known before.
public struct NewRecord: BitwiseCopyable, Sendable {
  public var event: Int
  var key: RecordMemo.Key
}
