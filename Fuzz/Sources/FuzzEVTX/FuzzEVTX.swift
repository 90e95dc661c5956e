import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents
@testable import TrawlMatcher
@testable import TrawlScanner

/// Chunks of any bytes: as they are, as the records of a chunk, or as the binary XML of one record, by the first byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEVTX(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let input = unsafe UnsafeBufferPointer(start: bytes, count: count)
  guard let mode = unsafe input.first else { return 0 }
  let rest = unsafe Array(input.dropFirst())
  switch mode % 3 {
  case 0: unsafe fuzz.run(rest)
  case 1: unsafe fuzz.run(chunk(rest))
  default: unsafe fuzz.run(chunk(record(rest, number: 1) + record(rest, number: 2)))
  }
  return 0
}

/// Made once: the rules of the project, and what a worker has.
nonisolated(unsafe) private let fuzz = Fuzz()

private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
}

/// A record around binary XML.
private func record(_ fragment: [UInt8], number: UInt64) -> [UInt8] {
  let size = UInt32(24 + fragment.count + 4)
  return bytes(UInt32(0x2A2A)) + bytes(size) + bytes(number) + bytes(UInt64(132_000_000_000_000_000))
    + fragment
    + bytes(size)
}

/// A chunk around records.
private func chunk(_ records: [UInt8]) -> [UInt8] {
  var header = Array("ElfChnk\0".utf8)
  header += [UInt8](repeating: 0, count: 40)
  header += bytes(UInt32(512 + records.count))
  header += [UInt8](repeating: 0, count: 512 - header.count)
  return header + records
}

private final class Fuzz {
  private var decoder: EVTXDecoder
  private var matcher: Matcher
  private var batch = EventBatch()
  /// The same, of values that stay as they lie.
  private var encodedDecoder: EVTXDecoder
  private var encodedMatcher: Matcher
  private var encodedBatch = EventBatch()

  init() {
    let rules = RuleLoader().loadBuiltIn().rules
    guard let result = try? RulesetCompiler.compile(rules),
      let matcher = try? Matcher(result.ruleset, memoCapacity: 64),
      let encodedMatcher = try? Matcher(result.ruleset, memoCapacity: 64)
    else { fatalError("the project's own rules compile") }
    precondition(result.ruleset.takesEncodedValues, "no keyword of the project is a number")
    decoder = EVTXDecoder(fields: result.ruleset.fields)
    self.matcher = matcher
    encodedDecoder = EVTXDecoder(fields: result.ruleset.fields, keepsEncoded: true)
    self.encodedMatcher = encodedMatcher
  }

  /// The bytes lie in memory of their own, without any that may be read behind them.
  func run(_ log: [UInt8]) {
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(log.count, 1))
    defer { unsafe memory.deallocate() }
    for (index, byte) in log.enumerated() { unsafe memory[index] = byte }
    unsafe decoder.decodeChunks(memory, count: log.count, into: &batch)
    check(batch, log.count)
    matcher.match(batch)
    runEncoded(log)
    // The JSON counts its steps otherwise, and may give up where the fast path does not.
    for event in 0..<batch.events.count {
      _ = unsafe decoder.json(of: Int(batch.events[event].source), memory, count: log.count)
    }
  }

  /// Everything lies where the batch says.
  private func check(_ batch: borrowing EventBatch, _ count: Int) {
    for event in 0..<batch.events.count {
      let record = batch.events[event]
      precondition(Int(record.source) < count, "a record lies in the input")
      precondition(Int(record.offset + record.length) <= batch.byteCount, "a text lies in the batch")
      for index in batch.values(of: event) {
        let value = batch.values[index]
        precondition(Int(value.offset + value.length) <= batch.byteCount, "a value lies in the batch")
        let text = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
        precondition(
          unsafe String(validating: text, as: UTF8.self) != nil, "texts are valid UTF-8")
      }
    }
  }

  /// What stays as it lies comes to the same, whatever stands behind the log.
  private func runEncoded(_ log: [UInt8]) {
    let padded = log + [UInt8](repeating: 0x2A, count: EventBatch.padding)
    unsafe padded.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe encodedDecoder.decodeChunks(base, count: log.count, into: &encodedBatch)
      encodedMatcher.match(encodedBatch)
      precondition(encodedDecoder.problems == decoder.problems, "the problems are the same")
      precondition(encodedBatch.events.count == batch.events.count, "the events are the same")
      for event in 0..<batch.events.count {
        precondition(values(of: event, encodedBatch) == values(of: event, batch), "the values are the same")
      }
      precondition(encodedMatcher.matches.count == matcher.matches.count, "the matches are the same")
      for index in 0..<matcher.matches.count {
        precondition(encodedMatcher.matches[index] == matcher.matches[index], "each match is the same")
      }
    }
  }

  /// Values of known fields, each with its field; and those that bear marks.
  private func values(of event: Int, _ batch: borrowing EventBatch) -> [String] {
    var texts: [String] = []
    for index in batch.values(of: event) where batch.values[index].field != 0 {
      let value = batch.values[index]
      texts.append("\(value.field) \(value.isScalar) \(value.kind == .null) \(batch.text(of: value))")
    }
    for mark in [EventMark.channel, .eventID, .time, .computer] {
      texts.append(batch.mark(mark, of: event).map { "\($0.isScalar) \(batch.text(of: $0))" } ?? "none")
    }
    return texts
  }
}
