import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents
@testable import TrawlMatcher
@testable import TrawlScanner

/// A log of any bytes: decoded as lines and as documents, in one piece and in several, and matched.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvents(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let log = unsafe PaddedBytes(UnsafeBufferPointer(start: bytes, count: count))
  fuzz.run(log)
  return 0
}

/// Made once: the rules of the project, over every kind of test.
private let fuzz = Fuzz()

/// A copy of bytes in a block of its own, with as many readable bytes behind it as a batch asks for, and no more.
@safe
final class PaddedBytes {
  let base: UnsafeMutablePointer<UInt8>
  let count: Int

  init(_ source: UnsafeBufferPointer<UInt8>) {
    count = source.count
    unsafe base = .allocate(capacity: count + EventBatch.padding)
    unsafe base.initialize(repeating: UInt8(ascii: "\""), count: count + EventBatch.padding)
    for index in 0..<count { unsafe base[index] = source[index] }
  }

  deinit { unsafe base.deallocate() }

  func part(_ range: Range<Int>) -> PaddedBytes {
    unsafe PaddedBytes(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}

/// What was decoded, in a form that can be compared: offsets count from the start of the log.
struct Decoded: Equatable {
  struct Value: Equatable {
    var field: FieldID
    var kind: EventValue.Kind
    var offset: Int
    var length: Int
  }
  struct Event: Equatable {
    var offset: Int
    var length: Int
    var line: Int
    var values: [Value]
    var marks: [Int?]
  }
  var events: [Event] = []
  var problems: [DecodeProblem] = []
  var matches: [[String]] = []
}

struct Fuzz: ~Copyable {
  private let ruleset: Ruleset

  init() {
    let rules = RuleLoader().loadBuiltIn().rules
    guard let result = try? RulesetCompiler.compile(rules) else {
      fatalError("the project's own rules compile")
    }
    ruleset = result.ruleset
  }

  func run(_ log: PaddedBytes) {
    var decoder = JSONDecoder(fields: ruleset.fields)
    var batch = EventBatch()
    guard var plain = try? Matcher(ruleset, memoCapacity: 0),
      var remembering = try? Matcher(ruleset, memoCapacity: 64)
    else { fatalError("a matcher can be had") }
    unsafe decoder.decodeLines(log.base, count: log.count, into: &batch)
    let whole = read(batch, decoder.problems, &plain, at: 0)
    let again = read(batch, decoder.problems, &remembering, at: 0)
    precondition(whole == again, "the memo changes nothing")
    precondition(whole == read(batch, decoder.problems, &remembering, at: 0), "nor does it the second time")
    var pieces = Decoded()
    var (start, number) = (0, 0)
    while start < log.count {
      var end = start
      while end < log.count, unsafe log.base[end] != 10 { end += 1 }
      let line = log.part(start..<end)
      unsafe decoder.decodeLines(line.base, count: line.count, into: &batch)
      let piece = read(batch, decoder.problems, &plain, at: start, line: number)
      pieces.events += piece.events
      pieces.problems += piece.problems
      pieces.matches += piece.matches
      start = end + 1
      number += 1
    }
    precondition(whole.events == pieces.events, "lines are the same events alone and together")
    precondition(whole.problems == pieces.problems, "lines are the same problems alone and together")
    precondition(whole.matches == pieces.matches, "rules hold for a line alone and among others")
    runDocuments(log, &decoder, &batch, &remembering)
  }

  private func runDocuments(
    _ log: PaddedBytes, _ decoder: inout JSONDecoder, _ batch: inout EventBatch, _ matcher: inout Matcher
  ) {
    var splitter = DocumentSplitter()
    let (documents, _) = unsafe splitter.split(
      UnsafeBufferPointer(start: log.base, count: log.count), isLast: true)
    precondition(chunked(log) == documents, "documents lie where they lie, however they are read")
    unsafe decoder.decodeDocuments(documents, log.base, count: log.count, into: &batch)
    _ = read(batch, decoder.problems, &matcher, at: 0)
    precondition(
      batch.events.count + decoder.problems.count == documents.count, "a document is an event or a problem")
  }

  /// The documents found when the log comes a few bytes at a time.
  private func chunked(_ log: PaddedBytes) -> [Range<Int>] {
    var splitter = DocumentSplitter()
    var documents: [Range<Int>] = []
    var (start, end) = (0, 0)
    let step = max(1, log.count / 13)
    while true {
      end = min(log.count, end + step)
      let piece = unsafe UnsafeBufferPointer(start: log.base + start, count: end - start)
      let (found, used) = unsafe splitter.split(piece, isLast: end == log.count)
      documents += found.map { ($0.lowerBound + start)..<($0.upperBound + start) }
      start += used
      if end == log.count { return documents }
    }
  }

  private func read(
    _ batch: borrowing EventBatch, _ problems: [DecodeProblem], _ matcher: inout Matcher, at shift: Int,
    line: Int = 0
  ) -> Decoded {
    var decoded = Decoded()
    for event in 0..<batch.events.count {
      let record = batch.events[event]
      precondition(
        Int(record.offset) + Int(record.length) <= batch.byteCount, "an event lies within its batch")
      let values = batch.values(of: event)
      decoded.events.append(
        Decoded.Event(
          offset: Int(record.offset) + shift, length: Int(record.length), line: Int(record.ordinal) + line,
          values: values.map { index in
            let value = batch.values[index]
            precondition(
              Int(value.offset) + Int(value.length) <= batch.byteCount, "a value lies within its batch")
            return Decoded.Value(
              field: value.field, kind: value.kind, offset: Int(value.offset) + shift,
              length: Int(value.length))
          },
          marks: (0..<EventMark.count).map { mark in
            let index = batch.marks[event * EventMark.count + mark]
            return index == EventBatch.noValue ? nil : Int(index) - values.lowerBound
          }))
    }
    decoded.problems = problems.map { problem in
      var problem = problem
      problem.offset += shift
      problem.ordinal += line
      return problem
    }
    decoded.matches = matches(batch, &matcher)
    return decoded
  }

  private func matches(_ batch: borrowing EventBatch, _ matcher: inout Matcher) -> [[String]] {
    var matches = Array(repeating: [String](), count: batch.events.count)
    matcher.match(batch)
    for index in 0..<matcher.matches.count {
      let match = matcher.matches[index]
      matches[Int(match.event)].append(ruleset.rules[Int(match.rule)].id)
      for evidence in matcher.evidence(for: match, in: batch) {
        guard let value = evidence.value, let range = evidence.range else { continue }
        precondition(range.upperBound <= value.utf8.count, "evidence lies within its value")
      }
    }
    return matches
  }
}
