import TrawlEvents

extension Matcher {
  /// Looks at the values that the route asks for. True when the memo knew all of them: their bits are not set yet, and
  /// `eventMemo` has the key of the event.
  @inline(__always)
  mutating func lookAtValues(of event: Int, _ route: Int, _ batch: borrowing EventBatch) -> Bool {
    seen.truncate(to: 0)
    eventMemo.begin(route: route, era: memo.era)
    var isSeen = memo.isEnabled
    for index in batch.values(of: event) {
      let value = batch.values[index]
      guard routes.wants(field: value.field, in: route) else { continue }
      let place = value.isScalar ? find(value, route, batch) : MemoPlace(slot: -1)
      if isSeen, place.slot >= 0 || !value.isScalar {
        see(value, place)
        continue
      }
      // Before the memo forgets them for a new value.
      if isSeen { setSeenValues(route) }
      isSeen = false
      note(
        value.isScalar ? look(at: index, value, place, route, batch) : FieldState.slot(value.kind),
        value.field)
    }
    return isSeen
  }

  @inline(__always)
  private mutating func see(_ value: EventValue, _ place: MemoPlace) {
    if value.isScalar {
      seen.append(SeenValue(slot: UInt32(truncatingIfNeeded: place.slot), field: value.field))
      eventMemo.add(memo.number(of: place.slot))
    } else {
      seen.append(SeenValue(slot: FieldState.slot(value.kind), field: value.field))
      // No value of the memo has a number so high.
      eventMemo.add((value.kind == .null ? 0xFFFF_0000 : 0xFFFE_0000) | UInt32(value.field))
    }
  }

  /// Sets the bits of the values that the memo knew.
  mutating func setSeenValues(_ route: Int) {
    for index in 0..<seen.count {
      let value = seen[index]
      if value.slot < FieldState.lowest { setBits(ofSlot: Int(value.slot), route) }
      note(value)
    }
  }

  private mutating func note(_ value: SeenValue) {
    note(value.slot < FieldState.lowest ? memo.number(of: Int(value.slot)) : value.slot, value.field)
  }

  /// Does again what an event with the same values came to; false where that takes more values than were selected.
  mutating func repeatOutcomes(
    _ known: EventMemo.Entry, _ event: Int, _ route: Int, isSelected: Bool, _ batch: borrowing EventBatch
  ) -> Bool {
    counts.candidates += Int(known.candidates)
    let first = matches.count
    var isReady = false
    for index in Int(known.first)..<(Int(known.first) + Int(known.count)) {
      let outcome = eventMemo.outcomes[index]
      let program = outcome & ~EventMemo.holds
      if outcome == program {
        if isSelected, needsAllValues(program) { return false }
        if !isReady { prepareToAsk(event) }
        isReady = true
        guard holds(program: program, route, batch) else { continue }
      }
      add(program, event, first: first)
    }
    return true
  }

  /// Makes an event of known values ready for programs to be asked; what its values announce is known.
  private mutating func prepareToAsk(_ event: Int) {
    for index in 0..<seen.count {
      let value = seen[index]
      if value.slot < FieldState.lowest {
        for hit in memo.hits(of: Int(value.slot)) { groupSerials[Int(memo.hits[hit])] = serial }
      }
      note(value)
    }
    beginEvaluation(event)
  }

  /// Keeps what the programs of an event came to, whose values the memo knew.
  mutating func keepOutcomes(_ route: Int) {
    outcomes.truncate(to: 0)
    for index in 0..<candidates.count {
      let program = candidates[index] & ~EventMemo.holds
      if !isDecided(program, route) {
        outcomes.append(program)
      } else if candidates[index] != program {
        outcomes.append(candidates[index])
      }
    }
    eventMemo.keep(outcomes, candidates: candidates.count)
  }

  /// Whether the values that the route asks for are all that decides a program.
  private func isDecided(_ program: UInt32, _ route: Int) -> Bool {
    let entry = tables.programs[Int(program)]
    guard entry.isBounded else { return false }
    for place in Int(entry.firstField)..<(Int(entry.firstField) + Int(entry.fieldCount))
    where !routes.wants(field: tables.programFields[place], in: route) { return false }
    return true
  }
}
