import TrawlEvents

extension Matcher {
  /// Which values rules ask for in events of the same channel and id as one of the batch; nil where all are wanted. Holds
  /// for this ruleset. Slow: for the first event of a source.
  public mutating func selection(of event: Int, in batch: borrowing EventBatch) -> EventSelection? {
    guard hasChannel(event, in: batch) else { return nil }
    let route = route(of: event, in: batch)
    let entry = routes.entries[route]
    guard entry.mappingCount == 0, !mayFindKeywordInNumber(route) else { return nil }
    return EventSelection(fields: routes.askedFields(in: route), hasKeywords: entry.gateCount > 0)
  }

  /// Whether a keyword of the route may be part of a number, a time, a GUID or a SID: those are no part of the text of an
  /// event of which only some values are there.
  private func mayFindKeywordInNumber(_ route: Int) -> Bool {
    ruleset.programsOfNumbers.contains { routes.contains($0, in: route) }
  }

  /// Matches events that were decoded with all their values and appended to the batch, from `first` on, in place of those
  /// that were unfinished.
  public mutating func matchWhole(from first: Int, in batch: borrowing EventBatch) {
    for event in first..<batch.events.count { match(event, of: batch) }
    unfinished.truncate(to: 0)
    var ordered = (0..<matches.count).map { matches[$0] }
    ordered.sort { key(of: $0, batch) < key(of: $1, batch) }
    matches.truncate(to: 0)
    for match in ordered { matches.append(match) }
  }

  private func key(of match: Match, _ batch: borrowing EventBatch) -> (UInt32, UInt32) {
    (batch.events[Int(match.event)].ordinal, match.rule)
  }

  /// Whether a candidate may be decided by any value.
  func needsAllValues() -> Bool {
    for index in 0..<candidates.count where needsAllValues(candidates[index]) { return true }
    return false
  }

  @inline(__always)
  func needsAllValues(_ program: UInt32) -> Bool { !tables.programs[Int(program)].isBounded }
}
