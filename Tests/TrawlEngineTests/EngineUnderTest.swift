import TrawlCompiler
import TrawlDecoding
import TrawlEvents
import TrawlMatcher
import TrawlRules

/// Rules compiled as a scan has them, asked about events that are decoded as a scan decodes them.
struct EngineUnderTest {
  let ruleset: Ruleset
  let report: CompileReport
  let diagnostics: [Diagnostic]

  /// A ruleset that is there already.
  init(_ ruleset: Ruleset) {
    self.ruleset = ruleset
    report = CompileReport()
    diagnostics = []
  }

  init(_ rules: [Rule], given: LogSource? = nil, withoutRoutes: Set<String> = []) throws {
    var options = RulesetCompiler.Options()
    options.givenLogSource = given
    options.disabledRoutes = withoutRoutes
    let result = try RulesetCompiler.compile(rules, options: options)
    ruleset = result.ruleset
    report = result.report
    diagnostics = result.diagnostics
  }

  /// Ids of the rules that hold, in the order of the rules, for each event. The events, each one line of JSON, are matched
  /// `passes` times by the same matcher, so that the memo answers the later ones; what the last pass says is returned.
  func matches(_ events: [String], memoCapacity: Int = 1 << 15, passes: Int = 2) throws -> [[String]] {
    let lines = LineBuffer(events)
    var decoder = JSONDecoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset, memoCapacity: memoCapacity)
    var found: [[String]] = []
    for _ in 0..<passes {
      var batch = EventBatch()
      lines.decode(with: &decoder, into: &batch)
      matcher.match(batch)
      found = Array(repeating: [], count: events.count)
      for index in 0..<matcher.matches.count {
        let match = matcher.matches[index]
        let offset = Int(batch.events[Int(match.event)].offset)
        found[lines.line(at: offset)].append(ruleset.rules[Int(match.rule)].id)
      }
    }
    return found
  }

  func matches(_ event: String, memoCapacity: Int = 1 << 15) throws -> [String] {
    try matches([event], memoCapacity: memoCapacity)[0]
  }
}

/// Lines in memory that is padded as decoders want it.
final class LineBuffer {
  private var bytes: Block<UInt8>
  let count: Int
  private var starts: [Int] = []

  convenience init(_ lines: [String]) { self.init(bytes: Array(lines.joined(separator: "\n").utf8)) }

  init(bytes source: [UInt8]) {
    bytes = Block(capacity: source.count + EventBatch.padding)
    for byte in source { bytes.append(byte) }
    count = source.count
    starts = [0] + source.indices.filter { source[$0] == 10 }.map { $0 + 1 }
    // What stands behind the last byte must not matter: make it look like JSON.
    for _ in 0..<EventBatch.padding { bytes.append(UInt8(ascii: "\"")) }
  }

  func decode(with decoder: inout JSONDecoder, into batch: inout EventBatch) {
    unsafe decoder.decodeLines(bytes.pointer, count: count, into: &batch)
  }

  func decode(_ documents: [Range<Int>], with decoder: inout JSONDecoder, into batch: inout EventBatch) {
    unsafe decoder.decodeDocuments(documents, bytes.pointer, count: count, into: &batch)
  }

  /// The line, from 0, that the byte at an offset is in.
  func line(at offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

extension Matcher {
  /// Decodes and matches lines.
  mutating func matchLines(_ lines: [String], _ ruleset: Ruleset) {
    var decoder = JSONDecoder(fields: ruleset.fields)
    var batch = EventBatch()
    let buffer = LineBuffer(lines)
    buffer.decode(with: &decoder, into: &batch)
    match(batch)
  }
}
