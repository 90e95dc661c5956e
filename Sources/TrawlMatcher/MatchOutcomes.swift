import TrawlEvents

/// Which rules were found to hold for events, so that those of the same values need not be looked at again. Numbers of
/// outcomes are for whoever decodes events; they hold until `isLost`.
struct MatchOutcomes: ~Copyable {
  struct Entry: BitwiseCopyable {
    var route: UInt32
    /// Of its rules, in `rules`.
    var first: UInt32
    var count: UInt32
  }

  private var entries = Block<Entry>(capacity: 256)
  private(set) var rules = Block<UInt32>(capacity: 256)
  /// Whether no outcome holds any more: routes are no longer what they were.
  private(set) var isLost = false

  private static let most = 1 << 18

  var isFull: Bool { entries.count > MatchOutcomes.most || rules.count > MatchOutcomes.most }

  /// Starts over where all was lost; nobody remembers a number by now.
  mutating func begin() {
    guard isLost else { return }
    entries.truncate(to: 0)
    rules.truncate(to: 0)
    isLost = false
  }

  mutating func lose() { isLost = true }

  /// An outcome; nil where it is lost.
  @inline(__always)
  func find(_ number: Int) -> Entry? { isLost || number >= entries.count ? nil : entries[number] }

  /// Starts an outcome; its number.
  mutating func append(route: Int) -> UInt32 {
    entries.append(Entry(route: UInt32(route), first: UInt32(rules.count), count: 0))
    return UInt32(entries.count - 1)
  }

  /// Adds a rule to the last outcome.
  mutating func add(_ rule: UInt32) {
    rules.append(rule)
    entries[entries.count - 1].count += 1
  }
}

extension Matcher {
  /// Whether outcomes that were kept do not hold any more, or take too much room: whoever knows their numbers is to forget
  /// them, and to call `forgetOutcomes`.
  public var hasLostOutcomes: Bool { matchOutcomes.isLost || matchOutcomes.isFull }

  public mutating func forgetOutcomes() { matchOutcomes.lose() }

  /// Keeps which rules hold for an event of the batch that was matched last, before `matchWhole`; nil where events
  /// of the same values may come to something else.
  public mutating func keepOutcome(of event: Int, in batch: borrowing EventBatch) -> EventOutcome? {
    guard period == nil, costs == nil, !hasLostOutcomes, !isUnfinished(event) else { return nil }
    let number = matchOutcomes.append(route: route(of: event, in: batch))
    let first = firstMatch(of: event)
    var match = first
    while match < matches.count, matches[match].event == UInt32(event) {
      matchOutcomes.add(matches[match].rule)
      match += 1
    }
    return EventOutcome(number: number, hasMatches: match > first)
  }

  private func firstMatch(of event: Int) -> Int {
    var (low, high) = (0, matches.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(matches[middle].event) < event { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Those are few.
  private func isUnfinished(_ event: Int) -> Bool {
    for index in 0..<unfinished.count where Int(unfinished[index]) == event { return true }
    return false
  }

  /// Does again what an event of the same values came to; its text is looked at for keywords.
  mutating func repeatOutcome(_ number: Int, _ event: Int, _ batch: borrowing EventBatch) {
    guard let outcome = matchOutcomes.find(number) else { return unfinished.append(UInt32(event)) }
    let route = Int(outcome.route)
    let entry = routes.entries[route]
    guard entry.programCount > 0 else { return countUnlooked(entry) }
    counts.repeatedEvents += 1
    if hasKeyword(event, route, entry, batch) || (wantsAllValues && outcome.count > 0) {
      announced.moveAll(to: &candidates)
      return unfinished.append(UInt32(event))
    }
    for index in Int(outcome.first)..<Int(outcome.first + outcome.count) {
      matches.append(Match(event: UInt32(truncatingIfNeeded: event), rule: matchOutcomes.rules[index]))
    }
  }
}
