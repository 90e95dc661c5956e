import TrawlEvents

/// Numbers for several values of one field, made of the numbers that the memo gives to each: a pair has a number, which
/// makes a pair with the next value. So what programs come to can be kept for them too.
///
/// A pair that was forgotten gets another number the next time: no two pairs have the same one within an era.
struct NumberPairs: ~Copyable {
  struct Entry: BitwiseCopyable {
    var left: UInt32 = 0
    var right: UInt32 = 0
    /// 0 is an empty entry.
    var number: UInt32 = 0
  }

  /// Numbers of pairs begin here, those of single values end.
  static let first: UInt32 = 1 << 31

  private var entries = Block(repeating: Entry(), count: capacity)
  private var next: UInt32
  private var era: UInt32 = 0

  private static let capacity = 1 << 12

  /// `next`: the number of the first pair.
  init(next: UInt32 = first) { self.next = next }

  /// The number of a pair, `FieldState.unknown` when either has none or there are no more. `era`: of the memo.
  mutating func number(_ left: UInt32, _ right: UInt32, era: UInt32) -> UInt32 {
    if left == FieldState.unknown || right == FieldState.unknown { return FieldState.unknown }
    if era != self.era { clear(era) }
    let mixed = (UInt64(left) << 32 | UInt64(right)) &* 0x9E37_79B9_7F4A_7C15
    let slot = Int(truncatingIfNeeded: mixed &>> 40) & (NumberPairs.capacity - 1)
    let known = entries[slot]
    if known.number != 0, known.left == left, known.right == right { return known.number }
    guard next < FieldState.lowest else { return FieldState.unknown }
    entries[slot] = Entry(left: left, right: right, number: next)
    next += 1
    return next - 1
  }

  private mutating func clear(_ era: UInt32) {
    self.era = era
    next = NumberPairs.first
    for slot in 0..<entries.count { entries[slot].number = 0 }
  }
}
