import Testing
import TrawlDecoding
import TrawlEvents
import TrawlRules
import TrawlSigma
import TrawlTestSupport

@testable import TrawlMatcher

/// What programs come to is kept for rules of many fields and for fields of several values, and never mixed up.
@Suite struct ProgramMemoTests {
  private struct Key: Hashable {
    var program: UInt32
    var route: Int
    var bits: UInt32
    var numbers: [UInt32]

    init(_ random: inout SplitMix64) {
      program = random.next(3)
      route = Int(random.next(2))
      bits = random.next(2)
      // A program has as many fields as it has.
      let count = [0, 5, 6, 11][Int(program) + Int(random.next(2))]
      program += UInt32(count) << 8
      numbers = (0..<count).map { _ in random.next(2) }
    }

    func begin(_ memo: inout ProgramMemo) {
      memo.begin(program: program, route: route, era: 1, bits: bits, fields: numbers.count)
      for (place, number) in numbers.enumerated() { memo.set(number, at: place) }
    }
  }

  @Test(arguments: [2, 8, 1 << 12])
  func keysOfFewAndOfManyFieldsAreToldApart(_ capacity: Int) {
    var random = SplitMix64(seed: 7)
    var memo = ProgramMemo(capacity: capacity)
    var outcomes: [Key: Bool] = [:]
    var found = 0
    for _ in 0..<20_000 {
      let key = Key(&random)
      key.begin(&memo)
      if let outcome = memo.find() {
        #expect(outcome == outcomes[key])
        found += 1
      } else {
        let outcome = outcomes[key] ?? (random.next(2) == 0)
        outcomes[key] = outcome
        memo.keep(outcome)
        #expect(memo.find() == outcome)
      }
    }
    #expect(found > 100)
  }

  @Test func noTwoPairsHaveOneNumber() {
    var random = SplitMix64(seed: 8)
    var pairs = NumberPairs()
    var known: [UInt32: [UInt32]] = [:]
    for _ in 0..<50_000 {
      let (left, right) = (random.next(150), random.next(150))
      let number = pairs.number(left, right, era: 0)
      #expect(number >= NumberPairs.first && number < FieldState.lowest)
      #expect(known[number, default: [left, right]] == [left, right])
      known[number] = [left, right]
      #expect(pairs.number(left, right, era: 0) == number)
    }
  }

  @Test func whatHasNoNumberHasNoneInAPair() {
    var pairs = NumberPairs(next: FieldState.lowest - 1)
    #expect(pairs.number(FieldState.unknown, 1, era: 0) == FieldState.unknown)
    #expect(pairs.number(1, FieldState.unknown, era: 0) == FieldState.unknown)
    #expect(pairs.number(1, FieldState.null, era: 0) == FieldState.lowest - 1)
    // The numbers are used up, until the memo begins its own again.
    #expect(pairs.number(1, 2, era: 0) == FieldState.unknown)
    #expect(pairs.number(1, FieldState.null, era: 0) == FieldState.lowest - 1)
    #expect(pairs.number(1, FieldState.null, era: 1) == NumberPairs.first)
  }

  private func ruleset(_ detection: String) throws -> Ruleset {
    let text = """
      title: A rule
      id: 00000000-0000-4000-8000-000000000001
      logsource: {product: corpus}
      detection:
        \(detection)
        condition: selection
      """
    let rules = SigmaParser().parse(text, file: "rule").rules
    return try EngineUnderTest(rules, given: LogSource(product: "corpus")).ruleset
  }

  @Test func aRuleOfManyFieldsIsEvaluatedOnceForTheSameValues() throws {
    let ruleset = try ruleset(
      "selection: {a: ['x', 'y'], b|contains: o, c|cidr: 10.0.0.0/8, d|gt: 1, e|lt: 9, g|re: 'o.k', h: 'z'}")
    func event(_ number: String) -> String {
      #"{"a":"x","b":"foo","c":"10.1.1.1","d":"\#(number)","e":"2","g":"ook","h":"z"}"#
    }
    var matcher = try Matcher(ruleset)
    for (number, evaluations, matches) in [("2", 1, 1), ("2", 0, 1), ("1", 1, 0), ("1", 0, 0), ("2", 0, 1)] {
      matcher.matchLines([event(number)], ruleset)
      #expect(matcher.takeCounts().evaluations == evaluations)
      let found = matcher.matches.count
      #expect(found == matches)
    }
  }

  @Test func aFieldOfSeveralValuesIsOneQuestion() throws {
    let ruleset = try ruleset("selection: {h: z, f|gt: 5, g|contains: o}")
    var matcher = try Matcher(ruleset)
    for (values, evaluations, matches) in [
      ("1,2,3", 1, 0), ("1,2,3", 0, 0), ("1,2,7", 1, 1), ("1,2,7", 0, 1), ("3,2,1", 1, 0), ("1,2", 1, 0),
      ("1,null,7", 1, 1), ("1,null,7", 0, 1), ("1,2,3", 0, 0),
    ] {
      matcher.matchLines([#"{"h":"z","g":["o","p"],"f":[\#(values)]}"#], ruleset)
      #expect(matcher.takeCounts().evaluations == evaluations)
      let found = matcher.matches.count
      #expect(found == matches)
    }
  }

  @Test func bytesWithEscapesAndBytesAsTheyAreAreTwoTexts() throws {
    let ruleset = try ruleset(#"selection: {f: 'a\b'}"#)
    let lines = LineBuffer([#"{"f":"a\\b"}"#])
    var decoder = JSONDecoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset)
    for isPlain in [false, true, false] {
      var batch = EventBatch()
      lines.decode(with: &decoder, into: &batch)
      for index in 0..<batch.values.count where isPlain { batch.values[index].kind = .plain }
      matcher.match(batch)
      let found = matcher.matches.count
      #expect(found == (isPlain ? 0 : 1))
    }
  }
}

extension SplitMix64 {
  fileprivate mutating func next(_ limit: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: next() >> 32) % limit
  }
}
