import Glibc
import TrawlEvents

/// What values were found to be: (route, field, raw bytes) -> the bits they set. One for each worker.
///
/// Bounded: when its slots or its texts are full it starts over, which costs a scan for each value that comes again.
struct Memo: ~Copyable {
  /// 32 bytes, of which two are in a line of the cache.
  struct Slot: BitwiseCopyable {
    /// 0 is an empty slot.
    var hash: UInt64 = 0
    var textOffset: UInt32 = 0
    /// Whether the value is plain, route and field.
    var key: UInt32 = 0
    var firstHit: UInt32 = 0
    var hitCount: UInt32 = 0
    var length: UInt16 = 0
  }

  private var slots: Block<Slot>
  private let mask: Int
  private var used = 0
  /// How often the memo started over, and how often that number did: values keep their numbers within an era.
  private var generation: UInt32 = 0
  private(set) var era: UInt32 = 0
  private var texts = Block<UInt8>(capacity: 1 << 16)
  /// The groups of all slots.
  var hits = Block<UInt32>(capacity: 1 << 12)
  /// Differs from run to run, so that nobody can prepare values that collide.
  private let seed: UInt64

  /// Longer values are not kept: in UTF-8; values of two bytes a character may be twice as long.
  static let longestValue = 2048
  private static let textLimit = 4 << 20
  private static let hitLimit = 1 << 20
  /// A value that finds this many slots taken by others is not kept: bounds the cost of a look-up.
  private static let longestProbe = 16

  /// `capacity`: slots, a power of two; 0 keeps nothing.
  init(capacity: Int = 1 << 15, seed: UInt64 = .random(in: 1...UInt64.max)) {
    slots = Block(repeating: Slot(), count: max(capacity, 1))
    mask = max(capacity, 1) - 1
    self.seed = seed
    isEnabled = capacity > 0
  }

  let isEnabled: Bool

  /// Hash of a value. 8 bytes behind its last may be read.
  @inline(__always)
  func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int, key: UInt32) -> UInt64 {
    unsafe TextHash.hash(bytes, count, seed: seed ^ (UInt64(key) &* 0x9E37_79B9_7F4A_7C15))
  }

  /// The slot that holds a value, or -1.
  @inline(__always)
  func find(_ bytes: UnsafePointer<UInt8>, _ count: Int, key: UInt32, hash: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: hash) & mask
    for _ in 0..<Memo.longestProbe {
      let slot = slots[index]
      if slot.hash == 0 { return -1 }
      if slot.hash == hash, slot.key == key, Int(slot.length) == count,
        unsafe memcmp(texts.pointer + Int(slot.textOffset), bytes, count) == 0
      {
        return index
      }
      index = (index + 1) & mask
    }
    return -1
  }

  @inline(__always)
  func hits(of slot: Int) -> Range<Int> {
    let slot = slots[slot]
    return Int(slot.firstHit)..<(Int(slot.firstHit) + Int(slot.hitCount))
  }

  /// The number of the value in a slot; no other value has it in this era.
  @inline(__always)
  func number(of slot: Int) -> UInt32 {
    generation &* UInt32(truncatingIfNeeded: slots.count) &+ UInt32(slot)
  }

  /// Keeps a value and its bits, if there is room; the slot, or -1.
  mutating func keep(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, key: UInt32, hash: UInt64, groups: borrowing Block<UInt32>
  ) -> Int {
    guard isEnabled, count <= 2 * Memo.longestValue else { return -1 }
    if used * 2 >= slots.count || texts.count + count > Memo.textLimit || hits.count > Memo.hitLimit {
      clear()
    }
    var index = Int(truncatingIfNeeded: hash) & mask
    var probes = 0
    while slots[index].hash != 0 {
      index = (index + 1) & mask
      probes += 1
      if probes == Memo.longestProbe { return -1 }
    }
    slots[index] = Slot(
      hash: hash, textOffset: UInt32(texts.count), key: key, firstHit: UInt32(hits.count),
      hitCount: UInt32(groups.count), length: UInt16(count))
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    for group in 0..<groups.count { hits.append(groups[group]) }
    used += 1
    return index
  }

  mutating func clear() {
    for index in 0..<slots.count { slots[index].hash = 0 }
    texts.truncate(to: 0)
    hits.truncate(to: 0)
    used = 0
    generation += 1
    if (Int(generation) + 1) * slots.count > Int(NumberPairs.first) {
      generation = 0
      era &+= 1
    }
  }
}
