import Hyperscan
import TrawlEvents

/// An event of the batch for which a rule holds.
@frozen
public struct Match: BitwiseCopyable, Sendable, Equatable {
  /// Index of the event in its batch.
  public var event: UInt32
  /// Index of the rule in `Ruleset.rules`.
  public var rule: UInt32
}

/// Matches batches against a ruleset. One for each worker: it owns the memo, the routes and all memory in which an event
/// is matched; no event costs an allocation.
@safe
public struct Matcher: ~Copyable {
  let ruleset: Ruleset
  private let storage: UnsafePointer<RulesetTables>
  var scratch = Scratch()
  var memo: Memo
  var routes: RouteTable
  /// Numbers the events; what bears this number holds for the current one.
  var serial: UInt32 = 0
  var groupSerials: Block<UInt32>
  /// Programs to evaluate for the current event.
  var announced: ProgramSet
  /// The same in order, once all are known.
  var candidates = Block<UInt32>(capacity: 256)
  /// Numbers the scanned values, and the groups that the current one set.
  var valueSerial: UInt32 = 0
  var groupValueSerials: Block<UInt32>
  /// The value for which a pattern had said all that it can.
  var patternValueSerials: Block<UInt32>
  /// The value for which a target's test was announced last.
  var targetValueSerials: Block<UInt32>
  /// The same for an entry of the index of runs.
  var runValueSerials: Block<UInt32>
  var valueGroups = Block<UInt32>(capacity: 256)
  var pendingTests = Block<PendingTest>(capacity: 64)
  var texts: TextCache
  var fieldIndex: FieldIndex
  private var currentEvent = 0
  /// Whether `fieldIndex` knows the current event.
  private var isIndexed = false
  let expressionScratch = ExpressionScratch()
  var programMemo = ProgramMemo(capacity: 1 << 15)
  var eventMemo = EventMemo(capacity: 1 << 14)
  /// The values of the current event, as long as the memo knew them all; their bits are not set yet.
  var seen = Block<SeenValue>(capacity: 64)
  /// What is to be kept of the current event.
  var outcomes = Block<UInt32>(capacity: 64)
  private var pairs = NumberPairs()
  var fieldStates: Block<FieldState>
  var use: Block<FieldUse>
  /// Nil while it is in use, and where the ruleset reads no rows otherwise than they are.
  var mappedRow: MappedRow?

  /// The matches of the last batch: by event, then by rule.
  public internal(set) var matches = Block<Match>(capacity: 256)
  /// Events of the last batch for which more than the values that were selected is needed: to be matched by `matchWhole`.
  public internal(set) var unfinished = Block<UInt32>(capacity: 16)
  /// What was found of events whose values may come again.
  var matchOutcomes = MatchOutcomes()
  /// Whether events that match are wanted with all their values.
  public var wantsAllValues = false
  public internal(set) var counts = MatchCounts()
  /// Of the last batch.
  public internal(set) var misfits: MisfitColumns
  /// Whether the log tells numbers and Booleans from text, as JSON does.
  public var tellsKinds = false
  /// When the events happened that are looked at; nil: at any time.
  public var period: Period?
  /// The category of events that name none, folded; empty where it is not known.
  private(set) var table = Block<UInt8>()
  /// What programs and patterns cost; nil unless `recordCosts` was called.
  public internal(set) var costs: MatchCosts?

  /// `memoCapacity`: values that the memo keeps, a power of two; 0 turns it off.
  public init(_ ruleset: Ruleset, memoCapacity: Int = 1 << 15) throws(HyperscanError) {
    self.ruleset = ruleset
    unsafe storage = unsafe UnsafePointer(ruleset.storage)
    memo = Memo(capacity: memoCapacity)
    routes = RouteTable(ruleset)
    groupSerials = Block(repeating: 0, count: ruleset.tables.groups.count)
    announced = ProgramSet(count: ruleset.tables.programs.count)
    groupValueSerials = Block(repeating: 0, count: ruleset.tables.groups.count)
    patternValueSerials = Block(repeating: 0, count: ruleset.tables.patterns.count)
    targetValueSerials = Block(repeating: 0, count: ruleset.tables.targets.count)
    runValueSerials = Block(repeating: 0, count: ruleset.tables.runIndex.entries.count)
    texts = TextCache()
    fieldIndex = FieldIndex(fieldCount: ruleset.fields.count)
    misfits = MisfitColumns(fieldCount: ruleset.fields.count)
    fieldStates = Block(repeating: FieldState(), count: ruleset.fields.count)
    use = Block(repeating: FieldUse(), count: ruleset.fields.count)
    mappedRow = ruleset.tables.mappings.isEmpty ? nil : MappedRow()
    try ruleset.fit(&scratch)
  }

  var tables: RulesetTables {
    @inline(__always) _read { yield unsafe storage.pointee }
  }

  /// Sets the table that events are rows of which name neither channel nor category; nil: they are known by their shape.
  public mutating func setTable(_ name: String?) {
    table.truncate(to: 0)
    table.reserve((name?.utf8.count ?? 0) + EventBatch.padding)
    for byte in Fold.lowercase(name ?? "") { table.append(byte) }
  }

  /// Matches all events of a batch; `matches` then holds what was found.
  public mutating func match(_ batch: borrowing EventBatch) {
    matches.truncate(to: 0)
    unfinished.truncate(to: 0)
    matchOutcomes.begin()
    misfits.clear()
    for event in 0..<batch.events.count where period == nil || isInPeriod(event, batch) {
      match(event, of: batch)
    }
  }

  private mutating func isInPeriod(_ event: Int, _ batch: borrowing EventBatch) -> Bool {
    guard let period else { return true }
    guard let time = time(of: event, in: batch) else {
      counts.eventsWithoutTime += 1
      return true
    }
    if period.contains(time) { return true }
    counts.eventsOutside += 1
    return false
  }

  /// What was done since the last call.
  public mutating func takeCounts() -> MatchCounts {
    defer { counts = MatchCounts() }
    return counts
  }

  @inline(__always)
  mutating func match(_ event: Int, of batch: borrowing EventBatch) {
    let known = batch.events[event].outcome
    if known != 0 { return repeatOutcome(Int(known) - 1, event, batch) }
    let route = route(of: event, in: batch)
    let entry = routes.entries[route]
    if entry.mappingCount > 0 {
      let first = matches.count
      if entry.programCount > 0 { findMatches(event, route, batch) }
      return matchMapped(event, route, first: first, batch)
    }
    guard entry.programCount > 0 else { return countUnlooked(entry) }
    let first = matches.count
    let isFinished = findMatches(event, route, entry, batch)
    if isFinished, !wantsAllValues || matches.count == first || !batch.events[event].isSelected { return }
    matches.truncate(to: first)
    unfinished.append(UInt32(event))
  }

  /// Counts an event that no rule looks at.
  mutating func countUnlooked(_ entry: RouteEntry) {
    if entry.isKnown { counts.unroutedEvents += 1 } else { counts.unknownEvents += 1 }
  }

  /// Finds the rules of a route that hold for an event.
  @inline(never)
  mutating func findMatches(_ event: Int, _ route: Int, _ batch: borrowing EventBatch) {
    _ = findMatches(event, route, routes.entries[route], batch)
  }

  /// False where more values are needed than were selected.
  @inline(__always)
  private mutating func findMatches(
    _ event: Int, _ route: Int, _ entry: RouteEntry, _ batch: borrowing EventBatch
  ) -> Bool {
    let isSelected = batch.events[event].isSelected
    beginEvent()
    if entry.hasText, tellsKinds { noteMisfits(event, route, batch) }
    let isSeen = lookAtValues(of: event, route, batch)
    let hasKeyword = hasKeyword(event, route, entry, batch)
    let mayBeKept = isSeen && !hasKeyword && costs == nil && eventMemo.isWhole
    if mayBeKept, let known = eventMemo.find() {
      return repeatOutcomes(known, event, route, isSelected: isSelected, batch)
    }
    if isSeen { setSeenValues(route) }
    for index in Int(entry.firstAlways)..<Int(entry.firstAlways + entry.alwaysCount) {
      announced.insert(routes.always[index])
    }
    announced.moveAll(to: &candidates)
    if isSelected, hasKeyword || needsAllValues() { return false }
    if !candidates.isEmpty { evaluateCandidates(event, route, batch) }
    if mayBeKept { keepOutcomes(route) }
    return true
  }

  private mutating func beginEvent() {
    serial &+= 1
    if serial == 0 {
      for index in 0..<groupSerials.count { groupSerials[index] = 0 }
      for index in 0..<fieldStates.count { fieldStates[index].serial = 0 }
      serial = 1
    }
    texts.beginEvent()
  }

  /// Notes which value a field has; of several values, the number that they have together.
  @inline(__always)
  mutating func note(_ slot: UInt32, _ id: FieldID) {
    let field = Int(id)
    if fieldStates[field].serial == serial {
      fieldStates[field].slot = pairs.number(fieldStates[field].slot, slot, era: memo.era)
    } else {
      fieldStates[field] = FieldState(serial: serial, slot: slot)
    }
  }

  private mutating func evaluateCandidates(_ event: Int, _ route: Int, _ batch: borrowing EventBatch) {
    counts.candidates += candidates.count
    beginEvaluation(event)
    let first = matches.count
    if costs != nil { return evaluateAndRecord(event, route, first: first, batch) }
    for index in 0..<candidates.count {
      let program = candidates[index]
      guard holds(program: program, route, batch) else { continue }
      candidates[index] |= EventMemo.holds
      add(program, event, first: first)
    }
  }

  @inline(__always)
  mutating func beginEvaluation(_ event: Int) {
    currentEvent = event
    isIndexed = false
  }

  /// Adds the match of a program that holds, unless another of its rule did; `first`: of the event's matches.
  @inline(__always)
  mutating func add(_ program: UInt32, _ event: Int, first: Int) {
    let rule = tables.programs[Int(program)].rule
    if matches.count > first, matches[matches.count - 1].rule == rule { return }
    matches.append(Match(event: UInt32(truncatingIfNeeded: event), rule: rule))
  }

  /// Indexes the current event's values by field, unless that is done.
  private mutating func indexFields(_ batch: borrowing EventBatch) {
    if isIndexed { return }
    isIndexed = true
    fieldIndex.build(currentEvent, batch)
  }

  /// Whether a program holds: by the memo of programs, or evaluated.
  @inline(__always)
  mutating func holds(program: UInt32, _ route: Int, _ batch: borrowing EventBatch) -> Bool {
    let entry = tables.programs[Int(program)]
    let isKept = beginKey(program, entry, route, batch)
    if isKept, let outcome = programMemo.find() { return outcome }
    counts.evaluations += 1
    indexFields(batch)
    let outcome = holds(Int(entry.firstNode), batch)
    if isKept { programMemo.keep(outcome) }
    return outcome
  }

  /// Makes the key of a program and what decides it; false when one of them is not kept.
  @inline(__always)
  private mutating func beginKey(
    _ program: UInt32, _ entry: ProgramEntry, _ route: Int, _ batch: borrowing EventBatch
  ) -> Bool {
    guard Int(entry.fieldCount) <= ProgramMemo.mostFields, memo.isEnabled else { return false }
    var bits: UInt32 = 0
    for place in 0..<Int(entry.groupCount) {
      let group = tables.programGroups[Int(entry.firstGroup) + place]
      if groupSerials[Int(group)] == serial { bits |= 1 << UInt32(place) }
    }
    programMemo.begin(
      program: program, route: route, era: memo.era, bits: bits, fields: Int(entry.fieldCount))
    for place in 0..<Int(entry.fieldCount) {
      let slot = slot(of: tables.programFields[Int(entry.firstField) + place], route, batch)
      if slot == FieldState.unknown { return false }
      programMemo.set(slot, at: place)
    }
    return true
  }

  /// The value of a field in the current event, looked up in the memo if that was not done yet.
  @inline(__always)
  private mutating func slot(of field: FieldID, _ route: Int, _ batch: borrowing EventBatch) -> UInt32 {
    let state = fieldStates[Int(field)]
    if state.serial == serial { return state.slot }
    // All values of a field that the route wants were looked at.
    let slot = routes.wants(field: field, in: route) ? FieldState.absent : findSlot(field, route, batch)
    fieldStates[Int(field)] = FieldState(serial: serial, slot: slot)
    return slot
  }

  private mutating func findSlot(_ field: FieldID, _ route: Int, _ batch: borrowing EventBatch) -> UInt32 {
    indexFields(batch)
    guard let first = fieldIndex.first(field) else { return FieldState.absent }
    var slot = findSlot(at: first, route, batch)
    var value = fieldIndex.next(first)
    var rest = Matcher.mostValues
    while let index = value, slot != FieldState.unknown {
      rest -= 1
      slot =
        rest == 0 ? FieldState.unknown : pairs.number(slot, findSlot(at: index, route, batch), era: memo.era)
      value = fieldIndex.next(index)
    }
    return slot
  }

  /// More values of a field than this are not looked up only to know their number.
  private static let mostValues = 16

  private mutating func findSlot(at index: Int, _ route: Int, _ batch: borrowing EventBatch) -> UInt32 {
    let value = batch.values[index]
    return value.isScalar ? look(at: index, value, route, batch) : FieldState.slot(value.kind)
  }
}

/// Programs, of which each is in once; bits, so that they come out in order.
struct ProgramSet: ~Copyable {
  private var words: Block<UInt64>
  /// A bit for each word that is not zero.
  private var usedWords: Block<UInt64>

  init(count: Int) {
    words = Block(repeating: 0, count: (count + 63) / 64)
    usedWords = Block(repeating: 0, count: (words.count + 63) / 64)
  }

  @inline(__always)
  mutating func insert(_ program: UInt32) {
    let word = Int(program) >> 6
    words[word] |= 1 << UInt64(program & 63)
    usedWords[word >> 6] |= 1 << UInt64(word & 63)
  }

  /// Empties the set into `list`, from the lowest to the highest.
  @inline(__always)
  mutating func moveAll(to list: inout Block<UInt32>) {
    list.truncate(to: 0)
    for place in 0..<usedWords.count {
      var used = usedWords[place]
      if used == 0 { continue }
      usedWords[place] = 0
      while used != 0 {
        let word = place << 6 | used.trailingZeroBitCount
        used &= used - 1
        var bits = words[word]
        words[word] = 0
        while bits != 0 {
          list.append(UInt32(truncatingIfNeeded: word << 6 | bits.trailingZeroBitCount))
          bits &= bits - 1
        }
      }
    }
  }
}
