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
    var run: Run
    /// How the part with the run lies in the value.
    var anchors: UInt8
    /// Whether the part is all that the test asks.
    var isWhole: Bool
    /// The next entry of the same hash, plus one; 0 at the end.
    var next: UInt32 = 0
  }

  /// Two or three bytes of a folded text, and the fixed part of a pattern around them.
  struct Run: BitwiseCopyable {
    /// The first byte is the lowest.
    var bytes: UInt32
    var count: Int
    /// Where the part lies in `RulesetTables.texts`, and the run in it.
    var offset: UInt32 = 0
    var length: UInt32 = 0
    var place: UInt32 = 0
  }

  private(set) var entries = Block<Entry>()
  /// By hash: the first entry, plus one.
  private var heads = Block<UInt32>(repeating: 0, count: 1 << 16)
  /// By hash: whether there is an entry.
  private var bits = Block<UInt64>(repeating: 0, count: 1 << 10)

  /// Adds an entry, whose `next` is set here.
  mutating func add(_ entry: Entry) {
    let run = entry.run
    let hash =
      run.count == 3
      ? RunIndex.hashOfThree(run.bytes, entry.field) : RunIndex.hashOfTwo(run.bytes, entry.field)
    var entry = entry
    entry.next = heads[hash]
    bits[hash >> 6] |= 1 << UInt64(hash & 63)
    entries.append(entry)
    heads[hash] = UInt32(entries.count)
  }

  /// Of the low three bytes of a word, in a field.
  @inline(__always)
  static func hashOfThree(_ word: UInt32, _ field: FieldID) -> Int {
    Int(truncatingIfNeeded: ((word << 8 | UInt32(field & 0xFF)) &* 0x9E37_79B1) &>> 16)
  }

  /// Of the low two bytes of a word, in a field.
  @inline(__always)
  static func hashOfTwo(_ word: UInt32, _ field: FieldID) -> Int {
    Int(truncatingIfNeeded: ((word << 16 | UInt32(field)) &* 0x85EB_CA6B) &>> 16)
  }

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
      let runs =
        test.kind == .text && test.part.isSlice ? rarestRuns(of: textTests[Int(test.argument)]) : []
      for run in runs {
        let (shape, needle) = (textTests[Int(test.argument)].shape, textTests[Int(test.argument)].needle)
        var anchors: UInt8 = 0
        let isWhole = test.part == .whole && needle == TextEntry.noNeedle
        if shape == .startsWith, test.part == .whole { anchors = TargetEntry.atStart }
        if shape == .endsWith, test.part.keepsEnd { anchors = TargetEntry.atEnd }
        runIndex.add(
          RunIndex.Entry(
            check: check, field: FieldID(field), run: run, anchors: anchors,
            isWhole: isWhole && shape != .glob && shape != .equals))
      }
      if runs.isEmpty {
        checks[index] = checks[plain]
        checks[plain] = check
        plain += 1
      }
    }
    plainChecks[field] = UInt32(plain - first)
  }

  /// Runs of which every text has one on which a test passes that is not cased: the rarest of its fixed parts or, where
  /// these are shorter than three bytes, those across a dash. Empty when there is none.
  private func rarestRuns(of test: TextEntry) -> [RunIndex.Run] {
    guard !test.isCased else { return [] }
    let run = rarestRun(of: test)
    if run?.count == 3 || test.shape != .glob { return run.map { [$0] } ?? [] }
    let elements = (Int(test.offset)..<Int(test.offset + test.length)).map { globs[$0] }
    let across = elements.indices.filter { elements[$0].kind == .dash }.map { dash in
      runs(
        before: dash > 0 ? bytes(elements[dash - 1]) : [],
        behind: dash + 1 < elements.count ? bytes(elements[dash + 1]) : [])
    }
    return across.first { !$0.isEmpty } ?? run.map { [$0] } ?? []
  }

  /// The fixed bytes of an element of a glob.
  private func bytes(_ element: GlobEntry) -> [UInt8] {
    guard element.kind == .text else { return [] }
    return (Int(element.offset)..<Int(element.offset + element.length)).map { texts[$0] }
  }

  /// The runs of three bytes across any dash between two texts; empty when these are too short.
  private func runs(before: [UInt8], behind: [UInt8]) -> [RunIndex.Run] {
    let dashes: [[UInt8]] = [[0x2D], [0x2F], [0xE2, 0x80, 0x93], [0xE2, 0x80, 0x94], [0xE2, 0x80, 0x95]]
    let words = dashes.map { dash in
      let run = before.isEmpty ? (dash + behind).suffix(3) : (before.suffix(1) + dash + behind).prefix(3)
      return run.count < 3 ? nil : run.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    if words.contains(nil) { return [] }
    return Set(words.compactMap(\.self)).sorted().map { RunIndex.Run(bytes: $0, count: 3) }
  }
}

extension Matcher {
  /// Notes the tests whose runs a value has, to be confirmed.
  mutating func findRuns(_ text: TestedText, _ field: FieldID, _ route: Int) {
    let start = unsafe UnsafeRawPointer(text.folded)
    var offset = 0
    while offset + 1 < text.foldedCount {
      let word = unsafe start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let (two, three) = (RunIndex.hashOfTwo(word, field), RunIndex.hashOfThree(word, field))
      let (first, second) = (tables.runIndex.first(two), tables.runIndex.first(three))
      if first | second != 0 {
        note(first, word & 0xFFFF, at: offset, text, field, route)
        note(second, word & 0xFF_FFFF, at: offset, text, field, route)
      }
      offset += 1
    }
  }

  private mutating func note(
    _ first: UInt32, _ run: UInt32, at offset: Int, _ text: TestedText, _ field: FieldID, _ route: Int
  ) {
    var next = first
    while next != 0 {
      let number = Int(next) - 1
      let entry = tables.runIndex.entries[number]
      next = entry.next
      guard entry.run.bytes == run, entry.field == field, runValueSerials[number] != valueSerial,
        lies(entry, at: offset, text),
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

  /// Whether the part of an entry lies around its run, which is at `offset`.
  private func lies(_ entry: RunIndex.Entry, at offset: Int, _ text: TestedText) -> Bool {
    let (start, length) = (offset - Int(entry.run.place), Int(entry.run.length))
    guard start >= 0, start + length <= text.foldedCount else { return false }
    if entry.anchors & TargetEntry.atStart != 0, start != 0 { return false }
    if entry.anchors & TargetEntry.atEnd != 0, start + length != text.foldedCount { return false }
    return unsafe isEqual(text.folded + start, tables.texts.pointer + Int(entry.run.offset), length)
  }
}
