import Testing
import TrawlDecoding
import TrawlEvents
import TrawlMatcher
import TrawlRules
import TrawlSigma
import TrawlTestSupport

@testable import TrawlScanner

/// What a worker makes of the chunks of an event log.
struct MatchedEVTX: Equatable {
  struct Event: Equatable {
    /// Of the record in the chunks.
    var offset: Int
    /// Of an event for which a rule holds: its record's number, its time and its computer.
    var number: UInt64 = 0
    var marks: [String?] = []
    /// Ids of the rules that hold.
    var rules: [String] = []
    /// Of what was found, if asked for: fields and values that make a rule hold, and all values that have fields.
    var evidence: [String] = []
  }

  var events: [Event] = []
  var problems: [DecodeProblem] = []
  /// Events of no rule, of no log source, outside the period, without a time.
  var counts: [Int] = []

  /// What is found does not depend on how many values were decoded.
  var found: [String] { events.flatMap { event in event.rules.map { "\(event.number) \($0)" } } }

  fileprivate init(_ batch: borrowing EventBatch, eventCount: Int, _ problems: [DecodeProblem]) {
    self.problems = problems
    for event in 0..<eventCount { events.append(Self.event(event, batch)) }
  }

  fileprivate static func event(_ event: Int, _ batch: borrowing EventBatch) -> Event {
    Event(offset: Int(batch.events[event].source))
  }

  private static func describe(_ found: Int, _ batch: borrowing EventBatch, _ event: inout Event) {
    event.number = batch.events[found].number
    event.marks = [batch.mark(.time, of: found), batch.mark(.computer, of: found)].map { value in
      value.map { DecodedText.text($0, batch) }
    }
  }

  fileprivate mutating func add(
    _ matcher: inout Matcher, _ batch: borrowing EventBatch, _ ruleset: Ruleset, withEvidence: Bool
  ) {
    for index in 0..<matcher.matches.count {
      let match = matcher.matches[index]
      // An event that was decoded again is found as another of the same record.
      let ordinal = batch.events[Int(match.event)].ordinal
      guard let event = (0..<events.count).first(where: { batch.events[$0].ordinal == ordinal }) else {
        Issue.record("a match of no event")
        continue
      }
      Self.describe(Int(match.event), batch, &events[event])
      events[event].rules.append(ruleset.rules[Int(match.rule)].id)
      guard withEvidence else { continue }
      events[event].evidence += matcher.evidence(for: match, in: batch).map { "\($0)" }
      let values = matcher.values(of: Int(match.event), in: batch, hasJSON: false)
      events[event].evidence.append("\(values)")
    }
    let counts = matcher.takeCounts()
    self.counts = [
      counts.unroutedEvents, counts.unknownEvents, counts.eventsOutside, counts.eventsWithoutTime,
    ]
  }
}

/// One worker of a scan, which is given the same or other chunks again.
struct SelectingWorker: ~Copyable {
  private let ruleset: Ruleset
  private var chunks: ChunkMatcher
  private let withEvidence: Bool
  /// Events of the last pass of which only some values were decoded, those of them whose values were known, and those that
  /// were decoded again.
  private(set) var selected = 0
  private(set) var known = 0
  private(set) var again = 0

  init(
    _ ruleset: Ruleset, withEvidence: Bool = false, period: Period? = nil, memoCapacity: Int = 1 << 10
  ) throws {
    self.ruleset = ruleset
    self.withEvidence = withEvidence
    chunks = try ChunkMatcher(ruleset, memoCapacity: memoCapacity)
    chunks.matcher.wantsAllValues = withEvidence
    chunks.matcher.period = period
  }

  /// Matches the chunks of a file.
  mutating func match(_ file: [UInt8]) -> MatchedEVTX {
    var chunk = Chunk()
    chunk.format = .evtx
    chunk.count = file.count - EVTXFile.headerSize
    var buffer = padded(file)
    chunks.match(chunk, &buffer)
    selected = (0..<chunks.eventCount).count { chunks.batch.events[$0].isSelected }
    known = (0..<chunks.eventCount).count { chunks.batch.events[$0].outcome != 0 }
    again = chunks.batch.events.count - chunks.eventCount
    var matched = MatchedEVTX(chunks.batch, eventCount: chunks.eventCount, chunks.decoder.problems)
    matched.add(&chunks.matcher, chunks.batch, ruleset, withEvidence: withEvidence)
    return matched
  }

  /// What is found where all values of all records are decoded.
  static func whole(
    _ file: [UInt8], _ ruleset: Ruleset, withEvidence: Bool = false, period: Period? = nil
  ) throws -> MatchedEVTX {
    var decoder = EVTXDecoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset, memoCapacity: 1 << 10)
    matcher.period = period
    var batch = EventBatch()
    let buffer = ChunkBuffer(file.dropFirst(EVTXFile.headerSize))
    buffer.decode(with: &decoder, into: &batch)
    matcher.match(batch)
    var matched = MatchedEVTX(batch, eventCount: batch.events.count, decoder.problems)
    matched.add(&matcher, batch, ruleset, withEvidence: withEvidence)
    return matched
  }
}

/// The chunks of a file, behind which stands what must not matter.
private func padded(_ file: [UInt8]) -> Block<UInt8> {
  var buffer = Block<UInt8>(capacity: file.count + EventBatch.padding)
  unsafe file.dropFirst(EVTXFile.headerSize).withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
  for _ in 0..<EventBatch.padding { buffer.append(0x2A) }
  return buffer
}

/// What is found in a file when its sources were met before, held to what is found when all values are decoded.
struct SecondPass {
  /// The numbers of the records in which the rule holds.
  var records: [String]
  /// Records of which only some values were decoded, and those that were decoded again.
  var selected: Int
  var again: Int
  /// Records of the third pass whose values were known.
  var known: Int

  init(
    _ file: EVTXFile, _ detection: String, product: String = "windows", service: String? = nil,
    given: LogSource? = nil
  ) throws {
    let ruleset = try SecondPass.ruleset(detection, product: product, service: service, given: given)
    let whole = try SelectingWorker.whole(file.bytes, ruleset)
    var worker = try SelectingWorker(ruleset)
    #expect(worker.match(file.bytes) == whole && worker.selected == 0, "the first pass")
    #expect(worker.match(file.bytes) == whole, "the second pass")
    #expect(whole.problems.isEmpty)
    (selected, again) = (worker.selected, worker.again)
    #expect(worker.match(file.bytes) == whole && worker.selected == selected, "the third pass")
    #expect(worker.again == again)
    known = worker.known
    records = whole.found.map { String($0.split(separator: " ")[0]) }
  }

  static func ruleset(
    _ detection: String, product: String = "windows", service: String? = nil, given: LogSource? = nil
  ) throws -> Ruleset {
    let source = service.map { ", service: \($0)" } ?? ""
    return try ruleset(
      rules: """
        title: A rule
        id: a
        logsource: {product: \(product)\(source)}
        detection: \(detection)
        """, given: given)
  }

  static func ruleset(rules: String, given: LogSource? = nil) throws -> Ruleset {
    let parsed = SigmaParser().parse(rules, file: "rule")
    return try EngineUnderTest(parsed.rules, given: given).ruleset
  }
}
