import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents
@testable import TrawlMatcher

/// What a decoder of a text format does, for a fuzzer of any of them. `header` is of use to tables only.
public protocol FuzzedDecoder: ~Copyable {
  init(fields: FieldTable)
  var problems: [DecodeProblem] { get }
  mutating func decode(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8], into batch: inout EventBatch)
  mutating func json(_ source: Int, _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> String?
  static func whole(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> Int
  static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool
  static func headerLength(_ head: UnsafeBufferPointer<UInt8>) -> Int
}

extension FuzzedDecoder where Self: ~Copyable {
  /// Most formats have no header.
  public static func headerLength(_ head: UnsafeBufferPointer<UInt8>) -> Int { 0 }
}

/// A decoder of a format without a header, by the names that these decoders have for what is asked of them.
public protocol HeaderlessDecoder: FuzzedDecoder, ~Copyable {
  @unsafe mutating func decode(_ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch)
  @unsafe mutating func json(of source: Int, _ base: UnsafePointer<UInt8>, count: Int) -> String?
  static func wholeRecords(in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int
}

extension HeaderlessDecoder where Self: ~Copyable {
  public mutating func decode(
    _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8], into batch: inout EventBatch
  ) {
    guard let base = log.baseAddress else { return }
    unsafe decode(base, count: log.count, into: &batch)
  }

  public mutating func json(_ source: Int, _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> String? {
    guard let base = log.baseAddress else { return nil }
    return unsafe json(of: source, base, count: log.count)
  }

  public static func whole(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> Int {
    unsafe wholeRecords(in: log, isLast: false)
  }
}

/// Feeds one format: the log as a whole and in two pieces must give the same events and problems, all of them sound.
public final class FormatFuzz<Decoder: FuzzedDecoder & ~Copyable> {
  /// An event or a problem: where it lies, and what it is.
  private struct Found: Equatable {
    var offset: Int
    var line: Int
    var texts: [String]
  }

  private let ruleset: Ruleset
  private var matcher: Matcher
  private var batch = EventBatch()
  private var json: JSONDecoder

  /// A fuzzer with the rules of the project.
  public init() {
    guard let result = try? RulesetCompiler.compile(RuleLoader().loadBuiltIn().rules),
      let matcher = try? Matcher(result.ruleset, memoCapacity: 64)
    else { fatalError("the project's own rules compile") }
    ruleset = result.ruleset
    self.matcher = matcher
    json = JSONDecoder(fields: ruleset.fields)
  }

  /// Runs an input: two bytes that say where it is cut, then the log.
  public func run(_ input: UnsafeBufferPointer<UInt8>) {
    guard input.count >= 2 else { return }
    let cut = unsafe Int(input[0]) << 8 | Int(input[1])
    let log = unsafe Array(input.dropFirst(2))
    let length = unsafe log.withUnsafeBufferPointer {
      _ = unsafe Decoder.recognises($0, isWhole: true)
      _ = unsafe Decoder.recognises($0, isWhole: false)
      return unsafe Decoder.headerLength($0)
    }
    let header = Array(log.prefix(length))
    let body = Array(log.dropFirst(length))
    let whole = decode(body, header, 0, 0)
    let read = Array(body.prefix(cut % (body.count + 1)))
    let end = unsafe read.withUnsafeBufferPointer { unsafe Decoder.whole($0, header) }
    precondition(end <= read.count, "no more is whole than there is")
    if end == 0 { return }
    let lines = body.prefix(end).count { $0 == 10 }
    let pieces =
      decode(Array(body.prefix(end)), header, 0, 0) + decode(Array(body.dropFirst(end)), header, end, lines)
    precondition(whole == pieces, "a cut between records changes nothing: \(whole) \(pieces)")
  }

  /// Events, then problems, sorted by where they lie.
  private func decode(_ bytes: [UInt8], _ header: [UInt8], _ offset: Int, _ line: Int) -> [Found] {
    var decoder = Decoder(fields: ruleset.fields)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + EventBatch.padding)
    defer { unsafe memory.deallocate() }
    unsafe memory.initialize(repeating: 0x22, count: bytes.count + EventBatch.padding)
    for (index, byte) in bytes.enumerated() { unsafe memory[index] = byte }
    let log = unsafe UnsafeBufferPointer(start: UnsafePointer(memory), count: bytes.count)
    unsafe decoder.decode(log, header, into: &batch)
    matcher.match(batch)
    var found: [Found] = []
    for event in 0..<batch.events.count {
      let record = batch.events[event]
      precondition(Int(record.source) < bytes.count, "a record lies in the input")
      var texts = [text(record.offset, record.length), "\(record.number)"]
      for index in batch.values(of: event) {
        let value = batch.values[index]
        let text = text(value.offset, value.length)
        let isWithin =
          value.offset >= record.offset && value.offset + value.length <= record.offset + record.length
        precondition(isWithin, "a value lies in its event's text")
        texts.append("\(value.field) \(value.kind) \(text)")
      }
      texts.append(unsafe shown(decoder.json(Int(record.source), log, header)))
      found.append(Found(offset: offset + Int(record.source), line: line + Int(record.ordinal), texts: texts))
    }
    // What is wrong shows in what follows: where that is cut off, the reason is another.
    found += decoder.problems.map { Found(offset: offset + $0.offset, line: line + $0.ordinal, texts: []) }
    return found.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
      .map(\.element)
  }

  /// A text of the batch, which is UTF-8: expressions are matched in the belief that it is.
  private func text(_ offset: UInt32, _ length: UInt32) -> String {
    precondition(Int(offset + length) <= batch.byteCount, "a text lies in the batch")
    let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(offset), count: Int(length))
    guard let text = unsafe String(validating: bytes, as: UTF8.self) else { fatalError("texts are UTF-8") }
    return text
  }

  /// The event as JSON, which is an event of JSON.
  private func shown(_ text: String?) -> String {
    guard let text else { fatalError("every event can be shown") }
    var batch = EventBatch()
    let bytes = Array(text.utf8) + [UInt8](repeating: 0x20, count: EventBatch.padding)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe json.decodeLines(base, count: text.utf8.count, into: &batch)
    }
    precondition(batch.events.count == 1 && json.problems.isEmpty, "what is shown is JSON: \(text)")
    return text
  }
}
