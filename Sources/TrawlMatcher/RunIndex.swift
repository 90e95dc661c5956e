import Glibc
import TrawlEvents

/// The tests of short literals and others without a pattern in a database, by a run of two or three bytes that a value
/// must have for them: found in one walk over the value, and only in the fields that they ask.
///
/// In the database short literals are reported in every other value of every field: 13,000 times `cmd` in 53,698 events
/// of a recording, never of use. A walk costs a nanosecond a byte.
struct RunIndex: ~Copyable {
  struct Entry: BitwiseCopyable {
    var check: CheckEntry
    var field: FieldID
    /// Of the fixed part with the run, in the folded value: how it lies there, where its bytes are, and where the run is in it.
    var anchors: UInt8
    var offset: UInt32
    var length: UInt32
    var place: UInt32
    /// Whether the part is all that the test asks.
    var isWhole: Bool
    /// The next entry of the same hash, plus one; 0 at the end.
    var next: UInt32
  }

  private(set) var entries = Block<Entry>()
  /// By hash: the first entry, plus one.
  private var heads = Block<UInt32>(repeating: 0, count: 1 << 16)
  /// By hash: whether there is an entry.
  private var bits = Block<UInt64>(repeating: 0, count: 1 << 10)

  /// Adds an entry, whose `next` is set here, under its run of two or three bytes, the first of them the lowest.
  mutating func add(_ entry: Entry, run: UInt32, length: Int) {
    let hash = length == 3 ? RunIndex.hashOfThree(run) : RunIndex.hashOfTwo(run)
    var entry = entry
    entry.next = heads[hash]
    bits[hash >> 6] |= 1 << UInt64(hash & 63)
    entries.append(entry)
    heads[hash] = UInt32(entries.count)
  }

  /// Of the low three bytes of a word.
  @inline(__always)
  static func hashOfThree(_ word: UInt32) -> Int {
    Int(truncatingIfNeeded: ((word & 0xFF_FFFF) &* 0x9E37_79B1) &>> 16)
  }

  /// Of the low two bytes of a word: they themselves.
  @inline(__always)
  static func hashOfTwo(_ word: UInt32) -> Int { Int(truncatingIfNeeded: word & 0xFFFF) }

  /// The first entry for a hash, plus one; 0 when there is none.
  @inline(__always)
  func first(_ hash: Int) -> UInt32 {
    bits[hash >> 6] >> UInt64(hash & 63) & 1 == 0 ? 0 : heads[hash]
  }
}

extension RulesetTables {
  /// Finds what follows from the tables and makes matching fast: some milliseconds for all of SigmaHQ.
  mutating func prepare() {
    makeHints()
    runIndex = RunIndex()
    plainChecks = Block(repeating: 0, count: fieldUses.count)
    for field in 0..<fieldUses.count { indexChecks(of: field) }
  }

  /// Puts those checks of a field first that have no run, and the others in the index.
  private mutating func indexChecks(of field: Int) {
    let first = Int(fieldUses[field].firstCheck)
    var plain = first
    for index in first..<(first + Int(fieldUses[field].checkCount)) {
      let check = checks[index]
      let test = tests[Int(check.test)]
      if test.kind == .text, let run = rarestRun(of: textTests[Int(test.argument)]) {
        let shape = textTests[Int(test.argument)].shape
        var anchors: UInt8 = 0
        if shape == .startsWith { anchors = TargetEntry.atStart }
        if shape == .endsWith { anchors = TargetEntry.atEnd }
        let entry = RunIndex.Entry(
          check: check, field: FieldID(field), anchors: anchors, offset: run.offset, length: run.length,
          place: run.place, isWhole: shape != .glob && shape != .equals, next: 0)
        runIndex.add(entry, run: run.run, length: min(3, Int(run.length)))
      } else {
        checks[index] = checks[plain]
        checks[plain] = check
        plain += 1
      }
    }
    plainChecks[field] = UInt32(plain - first)
  }
}

extension Matcher {
  /// Notes the tests whose runs a value has, to be confirmed.
  mutating func findRuns(_ text: TestedText, _ field: FieldID, _ route: Int) {
    let start = unsafe UnsafeRawPointer(text.folded)
    var offset = 0
    while offset + 1 < text.foldedCount {
      let word = unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let (two, three) = (RunIndex.hashOfTwo(word), RunIndex.hashOfThree(word))
      let (first, second) = (tables.runIndex.first(two), tables.runIndex.first(three))
      if first | second != 0 {
        note(first, at: offset, text, field, route)
        note(second, at: offset, text, field, route)
      }
      offset += 1
    }
  }

  private mutating func note(
    _ first: UInt32, at offset: Int, _ text: TestedText, _ field: FieldID, _ route: Int
  ) {
    var next = first
    while next != 0 {
      let number = Int(next) - 1
      let entry = tables.runIndex.entries[number]
      next = entry.next
      guard entry.field == field, runValueSerials[number] != valueSerial, lies(entry, at: offset, text),
        routes.wants(group: Int(entry.check.group), in: route)
      else { continue }
      runValueSerials[number] = valueSerial
      if entry.isWhole {
        add(entry.check.group)
      } else {
        pendingTests.append(PendingTest(test: entry.check.test, group: entry.check.group))
      }
    }
  }

  /// Whether the part of an entry lies around its run, which is perhaps at `offset`.
  private func lies(_ entry: RunIndex.Entry, at offset: Int, _ text: TestedText) -> Bool {
    let (start, length) = (offset - Int(entry.place), Int(entry.length))
    guard start >= 0, start + length <= text.foldedCount else { return false }
    if entry.anchors & TargetEntry.atStart != 0, start != 0 { return false }
    if entry.anchors & TargetEntry.atEnd != 0, start + length != text.foldedCount { return false }
    return unsafe memcmp(text.folded + start, tables.texts.pointer + Int(entry.offset), length) == 0
  }
}
