import Glibc
import Hyperscan
import TrawlEvents

/// Whether the memo is of use for a field: one whose values never repeat stops asking it for a while.
struct FieldUse: BitwiseCopyable {
  var lookups: UInt32 = 0
  var hits: UInt32 = 0
  /// Look-ups to pass over.
  var pause: UInt32 = 0

  private static let window: UInt32 = 2048
  private static let longPause: UInt32 = 65536

  /// Counts a look-up; after a window with less than a sixteenth of hits comes a pause.
  @inline(__always)
  mutating func count(hit: Bool) {
    lookups &+= 1
    if hit { hits &+= 1 }
    if lookups == FieldUse.window {
      if hits < FieldUse.window / 16 { pause = FieldUse.longPause }
      (lookups, hits) = (0, 0)
    }
  }
}

extension Matcher {
  /// Sets the bits of a value: from the memo if it was seen before, else by scanning it. The number of the value in the
  /// memo, or `FieldState.unknown`.
  @inline(__always)
  mutating func look(at index: Int, _ value: EventValue, _ route: Int, _ batch: borrowing EventBatch)
    -> UInt32
  {
    look(at: index, value, find(value, route, batch), route, batch)
  }

  /// The same for a value that was looked up.
  @inline(__always)
  mutating func look(
    at index: Int, _ value: EventValue, _ place: MemoPlace, _ route: Int, _ batch: borrowing EventBatch
  ) -> UInt32 {
    let slot = place.slot < 0 ? scanAndKeep(index, value, place, route, batch) : place.slot
    if place.slot >= 0 { setBits(ofSlot: slot, route) }
    return slot >= 0 ? memo.number(of: slot) : FieldState.unknown
  }

  /// Where the memo has a value.
  struct MemoPlace {
    /// -1 if it does not have it.
    var slot: Int
    /// What it is to be kept under; a hash of 0 says that it is not to be kept.
    var key: UInt32 = 0
    var hash: UInt64 = 0
  }

  /// Looks a value up in the memo.
  @inline(__always)
  mutating func find(_ value: EventValue, _ route: Int, _ batch: borrowing EventBatch) -> MemoPlace {
    let bytes = unsafe batch.bytes(of: value)
    let field = Int(value.field)
    let longest = value.kind == .encoded ? 2 * Memo.longestValue : Memo.longestValue
    guard memo.isEnabled, bytes.count <= longest, let base = bytes.baseAddress else {
      return MemoPlace(slot: -1)
    }
    if use[field].pause > 0 {
      use[field].pause -= 1
      return MemoPlace(slot: -1)
    }
    // The same bytes are another text in another form: logs of two formats may have one route. There are 31 forms, and
    // 2,048 routes.
    let form = value.kind == .plain ? 31 : UInt32(value.encoding)
    let key = form << 27 | UInt32(truncatingIfNeeded: route) << 16 | UInt32(value.field)
    let hash = unsafe memo.hash(base, bytes.count, key: key)
    let slot = unsafe memo.find(base, bytes.count, key: key, hash: hash)
    counts.memoLookups += 1
    use[field].count(hit: slot >= 0)
    if slot >= 0 { counts.memoHits += 1 }
    return MemoPlace(slot: slot, key: key, hash: hash)
  }

  /// Scans a value that the memo does not have, sets its bits and keeps it; its slot, or -1.
  @inline(never)
  mutating func scanAndKeep(
    _ index: Int, _ value: EventValue, _ place: MemoPlace, _ route: Int, _ batch: borrowing EventBatch
  ) -> Int {
    scan(index, value, route, batch)
    let bytes = unsafe batch.bytes(of: value)
    guard place.hash != 0, let base = bytes.baseAddress else { return -1 }
    return unsafe memo.keep(base, bytes.count, key: place.key, hash: place.hash, groups: valueGroups)
  }

  /// Sets the bits of a value that the memo has.
  @inline(__always)
  mutating func setBits(ofSlot slot: Int, _ route: Int) {
    for hit in memo.hits(of: slot) { set(memo.hits[hit], route) }
  }

  /// Sets the bit of a group and adds the programs that it announces.
  @inline(__always)
  private mutating func set(_ group: UInt32, _ route: Int) {
    let index = Int(group)
    if groupSerials[index] == serial { return }
    groupSerials[index] = serial
    let entry = tables.groups[index]
    for trigger in Int(entry.firstTrigger)..<Int(entry.firstTrigger + entry.triggerCount) {
      let program = tables.triggers[trigger]
      if routes.contains(Int(program), in: route) { announced.insert(program) }
    }
  }

  /// Finds the bits of a value, which `valueGroups` then holds, and sets them.
  private mutating func scan(_ index: Int, _ value: EventValue, _ route: Int, _ batch: borrowing EventBatch) {
    beginValue()
    var text = texts.text(index, value, batch)
    let field = tables.fieldUses[Int(value.field)]
    if field.hasEqualities { lookUpEqualities(value.field, text, route) }
    if field.familyCount > 0 { lookUpFamilies(field, value.field, text, route) }
    if field.database != FieldEntry.noDatabase, text.foldedCount > 0 {
      unsafe ruleset.databases[Int(field.database)].database.scan(
        text.folded, count: text.foldedCount, scratch)
      counts.scans += 1
      counts.scannedBytes += text.foldedCount
      counts.reports += scratch.count
      if costs != nil { recordReports(value.field, text, route) }
      for hit in 0..<scratch.count { take(scratch[hit], value.field, text, route) }
    }
    let plainChecks = Int(tables.plainChecks[Int(value.field)])
    if Int(field.checkCount) > plainChecks { findRuns(text, value.field, route) }
    text = texts.filtered(text, index, tests: plainChecks + pendingTests.count)
    confirmPending(text)
    for index in Int(field.firstCheck)..<(Int(field.firstCheck) + plainChecks) {
      let check = tables.checks[index]
      guard routes.wants(group: Int(check.group), in: route),
        groupValueSerials[Int(check.group)] != valueSerial,
        ruleset.passes(tables.tests[Int(check.test)], text, expressionScratch)
      else { continue }
      add(check.group)
    }
    for group in 0..<valueGroups.count { set(valueGroups[group], route) }
  }

  private mutating func beginValue() {
    valueGroups.truncate(to: 0)
    pendingTests.truncate(to: 0)
    valueSerial &+= 1
    if valueSerial == 0 {
      for index in 0..<groupValueSerials.count { groupValueSerials[index] = 0 }
      for index in 0..<patternValueSerials.count { patternValueSerials[index] = 0 }
      for index in 0..<targetValueSerials.count { targetValueSerials[index] = 0 }
      for index in 0..<runValueSerials.count { runValueSerials[index] = 0 }
      valueSerial = 1
    }
  }

  mutating func add(_ group: UInt32) {
    if groupValueSerials[Int(group)] == valueSerial { return }
    groupValueSerials[Int(group)] = valueSerial
    valueGroups.append(group)
  }

  /// Takes one hit: its anchors are checked here, its test, if it needs one, when the scan's hits are no longer needed.
  /// Further hits of a pattern tell nothing new, unless they may lie at the value's end.
  @inline(__always)
  private mutating func take(_ hit: Hit, _ field: FieldID, _ text: TestedText, _ route: Int) {
    if patternValueSerials[Int(hit.id)] == valueSerial { return }
    let pattern = tables.patterns[Int(hit.id)]
    var isDone = true
    for index in Int(pattern.firstTarget)..<Int(pattern.firstTarget + pattern.targetCount) {
      let target = tables.targets[index]
      guard target.field == field, routes.wants(group: Int(target.group), in: route) else { continue }
      if target.anchors & TargetEntry.atStart != 0, hit.end != pattern.length { continue }
      if target.anchors & TargetEntry.atEnd != 0, Int(hit.end) != text.foldedCount {
        isDone = false
        continue
      }
      if target.test == TargetEntry.noTest {
        add(target.group)
      } else if targetValueSerials[index] != valueSerial {
        targetValueSerials[index] = valueSerial
        pendingTests.append(PendingTest(test: target.test, group: target.group))
      }
    }
    if isDone { patternValueSerials[Int(hit.id)] = valueSerial }
  }

  private mutating func confirmPending(_ text: TestedText) {
    for index in 0..<pendingTests.count {
      let pending = pendingTests[index]
      if groupValueSerials[Int(pending.group)] == valueSerial { continue }
      if ruleset.passes(tables.tests[Int(pending.test)], text, expressionScratch) { add(pending.group) }
    }
  }

  private mutating func lookUpEqualities(_ field: FieldID, _ text: TestedText, _ route: Int) {
    unsafe lookUp(text.folded, text.foldedCount, field, text, route, isMember: false)
  }

  /// Looks up, at each `=` of the value, the literals of the field's families.
  private mutating func lookUpFamilies(
    _ entry: FieldEntry, _ field: FieldID, _ text: TestedText, _ route: Int
  ) {
    let count = text.foldedCount
    var start = 0
    while start < count, let found = unsafe memchr(text.folded + start, 0x3D, count - start) {
      let equals = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - text.folded
      for index in Int(entry.firstFamily)..<Int(entry.firstFamily + entry.familyCount) {
        let family = tables.families[index]
        let name = Int(family.nameLength)
        let length = name + 1 + Int(family.valueLength)
        guard equals >= name, equals - name + length <= count,
          unsafe memcmp(text.folded + (equals - name), tables.texts.pointer + Int(family.nameOffset), name)
            == 0
        else { continue }
        unsafe lookUp(text.folded + (equals - name), length, field, text, route, isMember: true)
      }
      start = equals + 1
    }
  }

  /// Adds the groups of a literal. Members of families also count when they are the whole value.
  private mutating func lookUp(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ field: FieldID, _ text: TestedText, _ route: Int,
    isMember: Bool
  ) {
    let hash = unsafe EqualityEntry.hash(bytes, count, field: field)
    guard tables.mayHaveEquality(hash) else { return }
    let mask = tables.equalities.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while tables.equalities[slot].group != EqualityEntry.noGroup {
      let entry = tables.equalities[slot]
      slot = (slot + 1) & mask
      guard entry.hash == hash, entry.field == field, entry.isMember || !isMember,
        routes.wants(group: Int(entry.group), in: route), Int(entry.length) == count,
        unsafe memcmp(bytes, tables.texts.pointer + Int(entry.offset), count) == 0
      else { continue }
      if entry.test != TargetEntry.noTest,
        !ruleset.passes(tables.tests[Int(entry.test)], text, expressionScratch)
      {
        continue
      }
      add(entry.group)
    }
  }
}

/// A hit whose test is still to be made.
struct PendingTest: BitwiseCopyable, Equatable {
  var test: UInt32
  var group: UInt32
}
