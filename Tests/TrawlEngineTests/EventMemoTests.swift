import Testing
import TrawlEvents
import TrawlRules
import TrawlSigma
import TrawlTestSupport

@testable import TrawlMatcher

/// What events come to is kept for events of the same values, and never mixed up.
@Suite struct EventMemoTests {
  private func block(_ numbers: [UInt32]) -> Block<UInt32> {
    var block = Block<UInt32>()
    for number in numbers { block.append(number) }
    return block
  }

  private func begin(_ key: [UInt32], _ memo: inout EventMemo) {
    memo.begin(route: Int(key[0]), era: 1)
    for number in key.dropFirst() { memo.add(number) }
  }

  @Test(arguments: [2, 16, 1 << 10])
  func keysOfAnyLengthAreToldApart(_ capacity: Int) {
    var random = SplitMix64(seed: 11)
    var memo = EventMemo(capacity: capacity)
    var known: [[UInt32]: [UInt32]] = [:]
    var found = 0
    for _ in 0..<20_000 {
      // Zeros at the end, and more values than are kept.
      let key = (0...Int(random.next() % 14)).map { _ in UInt32(random.next() % 2) }
      begin(key, &memo)
      if let entry = memo.find() {
        let outcomes = (0..<Int(entry.count)).map { memo.outcomes[Int(entry.first) + $0] }
        #expect(outcomes == known[key] && Int(entry.candidates) == outcomes.count + 1)
        found += 1
      } else {
        let outcomes = known[key] ?? (0..<(random.next() % 3)).map { _ in UInt32(random.next() % 100) }
        known[key] = outcomes
        memo.keep(block(outcomes), candidates: outcomes.count + 1)
        #expect((memo.find() == nil) == (key.count - 1 > EventMemo.mostValues))
      }
    }
    #expect(found > 20)
  }

  @Test func whatIsClearedIsForgotten() {
    var memo = EventMemo(capacity: 4)
    begin([1, 2], &memo)
    memo.keep(block([7]), candidates: 1)
    #expect(memo.find() != nil)
    memo.clear()
    #expect(memo.find() == nil)
  }

  /// Rules whose programs are decided by what announces them, or by other fields, or by any value.
  private static let rules = """
    title: Announced
    id: 00000000-0000-4000-8000-000000000001
    logsource: {product: corpus}
    detection:
      selection: {a|contains: evil, b: 'x'}
      condition: selection
    ---
    title: Asks another field
    id: 00000000-0000-4000-8000-000000000002
    logsource: {product: corpus}
    detection:
      selection: {a|contains: evil}
      filter: {c|re: '^o.k$'}
      condition: selection and not filter
    ---
    title: Asks whether there is one
    id: 00000000-0000-4000-8000-000000000003
    logsource: {product: corpus}
    detection:
      selection: {a|contains: evil}
      filter: {b: null}
      condition: selection and filter
    ---
    title: Keyword
    id: 00000000-0000-4000-8000-000000000004
    logsource: {product: corpus}
    detection:
      keywords: [mimikatz]
      condition: keywords
    """

  @Test func repeatedEventsComeToWhatTheyCameToAtFirst() throws {
    let rules = SigmaParser().parse(Self.rules, file: "rules").rules
    let engine = try EngineUnderTest(rules, given: LogSource(product: "corpus"))
    var random = SplitMix64(seed: 12)
    let events = (0..<2000).map { _ -> String in
      let a = ["evil", "good", "an evil thing"][Int(random.next() % 3)]
      let b = [#""x""#, #""y""#, "null", #"["x","y"]"#, #"{"x":1}"#][Int(random.next() % 5)]
      let c = ["ook", "oak", "no", "mimikatz"][Int(random.next() % 4)]
      return random.next() % 4 == 0 ? #"{"a":"\#(a)","c":"\#(c)"}"# : #"{"a":"\#(a)","b":\#(b),"c":"\#(c)"}"#
    }
    let expected = try engine.matches(events, memoCapacity: 0, passes: 1)
    #expect(try engine.matches(events, passes: 3) == expected)
    #expect(Set(expected.flatMap { $0 }).count == 4)
  }

  @Test func anEventWhoseValuesAreKnownAsksNoProgramAgain() throws {
    let rules = SigmaParser().parse(Self.rules, file: "rules").rules
    let ruleset = try EngineUnderTest(rules, given: LogSource(product: "corpus")).ruleset
    var matcher = try Matcher(ruleset)
    for pass in 0..<3 {
      matcher.matchLines([#"{"a":"evil","b":"x","c":"ook"}"#], ruleset)
      let counts = matcher.takeCounts()
      #expect(counts.candidates == 3)
      #expect((counts.evaluations == 0) == (pass > 0))
      let found = matcher.matches.count
      #expect(found == 1)
    }
    matcher.matchLines([#"{"a":"evil","b":"x","c":"no"}"#], ruleset)
    let found = matcher.matches.count
    #expect(found == 2)
  }
}
