import Glibc
import TrawlEvents

/// What values were found to be: (route, field, raw bytes) -> the bits they set. One for each worker.
///
/// Bounded: when its slots or its texts are full it starts over, which costs a scan for each value that comes again.
struct Memo: ~Copyable {
  struct Slot: BitwiseCopyable {
    /// 0 is an empty slot.
    var hash: UInt64 = 0
    var textOffset: UInt32 = 0
    var length: UInt32 = 0
    /// Route and field.
    var key: UInt32 = 0
    var firstHit: UInt32 = 0
    var hitCount: UInt32 = 0
  }

  private var slots: Block<Slot>
  private let mask: Int
  private var used = 0
  private var texts = Block<UInt8>(capacity: 1 << 16)
  /// The groups of all slots.
  var hits = Block<UInt32>(capacity: 1 << 12)
  /// Differs from run to run, so that nobody can prepare values that collide.
  private let seed: UInt64

  /// Longer values are not kept.
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
    var state = seed ^ (UInt64(key) &* 0x9E37_79B9_7F4A_7C15)
    let start = unsafe UnsafeRawPointer(bytes)
    var index = 0
    while index + 16 <= count {
      let first = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let second = unsafe start.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
      state = Memo.mix(first ^ 0xA076_1D64_78BD_642F, second ^ state)
      index += 16
    }
    var first: UInt64 = 0
    var second: UInt64 = 0
    let left = count - index
    if left >= 8 {
      first = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      second = unsafe start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if left > 0 {
      first = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt64.self) & ((1 << UInt64(left * 8)) - 1)
    }
    state = Memo.mix(first ^ 0xE703_7ED1_A0B4_28DB, second ^ state)
    return Memo.mix(state ^ UInt64(count), 0x8EBC_6AF0_9C88_C6E3) | 1
  }

  @inline(__always)
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// The slot that holds a value, or -1.
  @inline(__always)
  func find(_ bytes: UnsafePointer<UInt8>, _ count: Int, key: UInt32, hash: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: hash) & mask
    for _ in 0..<Memo.longestProbe {
      let slot = slots[index]
      if slot.hash == 0 { return -1 }
      if slot.hash == hash, slot.key == key, slot.length == UInt32(truncatingIfNeeded: count),
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

  /// Keeps a value and its bits, if there is room.
  mutating func keep(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, key: UInt32, hash: UInt64, groups: borrowing Block<UInt32>
  ) {
    guard isEnabled, count <= Memo.longestValue else { return }
    if used * 2 >= slots.count || texts.count + count > Memo.textLimit || hits.count > Memo.hitLimit { clear() }
    var index = Int(truncatingIfNeeded: hash) & mask
    var probes = 0
    while slots[index].hash != 0 {
      index = (index + 1) & mask
      probes += 1
      if probes == Memo.longestProbe { return }
    }
    slots[index] = Slot(
      hash: hash, textOffset: UInt32(texts.count), length: UInt32(count), key: key,
      firstHit: UInt32(hits.count), hitCount: UInt32(groups.count))
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    for group in 0..<groups.count { hits.append(groups[group]) }
    used += 1
  }

  mutating func clear() {
    for index in 0..<slots.count { slots[index].hash = 0 }
    texts.truncate(to: 0)
    hits.truncate(to: 0)
    used = 0
  }
}
