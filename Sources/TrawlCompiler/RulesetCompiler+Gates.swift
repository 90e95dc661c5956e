import Hyperscan
import TrawlMatcher
import TrawlRules

/// A gate whose patterns are still to be compiled.
struct GateDraft: Sendable {
  var selectors: [UInt32]
  var patterns: [Pattern]
  var ranges: [Range<Int>]
  var programs: [UInt32]

  func compiled() throws -> Gate {
    Gate(
      selectors: selectors, database: try Database(literals: patterns), literals: patterns.map(\.bytes),
      ranges: ranges, programs: programs)
  }
}

extension RulesetCompiler {
  /// Makes a gate for each log source that has rules which keywords announce.
  ///
  /// A gate reads the raw bytes of a record, so text hidden behind escapes must open it: `\u00XX` may hide any ASCII
  /// character, and U+212A and U+0130, escaped or not, fold to `k` and `i`. Escapes are told by their first digit, which
  /// is much cheaper than the whole of each.
  func makeGates(_ drafts: [Draft], _ selectors: [LogSourceSelection.Selector]) -> [GateDraft] {
    var programs: [Int: [(literal: [UInt8], program: UInt32)]] = [:]
    for (program, draft) in drafts.enumerated() {
      for test in draft.announcement?.keywords ?? [] {
        let literal = RulesetCompiler.literal(tests.predicates[test])
        if let literal { programs[draft.selector, default: []].append((literal, UInt32(program))) }
      }
    }
    return programs.keys.sorted().map { selector in
      // One gate for all that an event is asked is cheaper than two.
      let wider = programs.keys.filter { $0 != selector && selectors[$0].isWider(than: selectors[selector]) }
      let all = [selector] + wider.sorted()
      return makeGate(all, all.flatMap { programs[$0] ?? [] })
    }
  }

  private static let openers: [[UInt8]] = [
    Array("\\u0".utf8), Array("\\u2".utf8), [0xE2, 0x84, 0xAA], [0xC4, 0xB0],
  ]

  private func makeGate(
    _ selectors: [Int], _ entries: [(literal: [UInt8], program: UInt32)]
  ) -> GateDraft {
    var byLiteral: [[UInt8]: Set<UInt32>] = [:]
    for entry in entries {
      byLiteral[RequiredLiteral.rareEnding(entry.literal), default: []].insert(entry.program)
    }
    let all = Set(entries.map(\.program))
    for opener in RulesetCompiler.openers { byLiteral[opener, default: []].formUnion(all) }
    var patterns: [Pattern] = []
    var ranges: [Range<Int>] = []
    var programs: [UInt32] = []
    for (literal, announced) in byLiteral.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      guard let pattern = Pattern(literal, id: UInt32(patterns.count), flags: .caseless) else { continue }
      patterns.append(pattern)
      ranges.append(programs.count..<(programs.count + announced.count))
      programs += announced.sorted()
    }
    return GateDraft(
      selectors: selectors.map(UInt32.init), patterns: patterns, ranges: ranges, programs: programs)
  }
}

extension LogSourceSelection.Selector {
  /// Whether it selects all that another one does, as far as that is easily told.
  fileprivate func isWider(than other: LogSourceSelection.Selector) -> Bool {
    let everyWindowsEvent = [LogSourceSelection.WindowsEvents(channel: nil, eventIDs: nil)]
    if other.windows != nil, windows != everyWindowsEvent { return false }
    guard let wanted = other.named else { return true }
    return named.map { $0.allSatisfy { wanted[$0.key] == $0.value } } ?? false
  }
}
