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
  /// The same, of which only the values are decoded that rules ask for.
  private var selectingMatcher: Matcher
  private var selectedBatch = EventBatch()
  private let ruleset: Ruleset

  init() {
    let rules = RuleLoader().loadBuiltIn().rules
    guard let result = try? RulesetCompiler.compile(rules),
      let matcher = try? Matcher(result.ruleset, memoCapacity: 64),
      let selectingMatcher = try? Matcher(result.ruleset, memoCapacity: 64)
    else { fatalError("the project's own rules compile") }
    ruleset = result.ruleset
    decoder = EVTXDecoder(fields: ruleset.fields)
    self.matcher = matcher
    self.selectingMatcher = selectingMatcher
  }

  /// The bytes lie in memory of their own, without any that may be read behind them. Decoders are new ones, so that an
  /// input fails alone as it fails among others.
  func run(_ log: [UInt8]) {
    decoder = EVTXDecoder(fields: ruleset.fields)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(log.count, 1))
    defer { unsafe memory.deallocate() }
    for (index, byte) in log.enumerated() { unsafe memory[index] = byte }
    unsafe decoder.decodeChunks(memory, count: log.count, into: &batch)
    check(batch, log.count)
    matcher.match(batch)
    runSelecting(log)
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
        if value.kind == .encoded {
          precondition(Int(value.offset + value.length) <= count, "an encoded value lies in the input")
          continue
        }
        precondition(Int(value.offset + value.length) <= batch.byteCount, "a value lies in the batch")
        let text = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
        precondition(
          unsafe String(validating: text, as: UTF8.self) != nil, "texts are valid UTF-8")
      }
    }
  }

  /// A log whose sources are known comes to the same, and so does one whose records are, whatever stands behind it.
  private func runSelecting(_ log: [UInt8]) {
    var selecting = EVTXDecoder(fields: ruleset.fields)
    let padded = log + [UInt8](repeating: 0x2A, count: EventBatch.padding)
    unsafe padded.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      for _ in 0..<3 {
        unsafe selecting.decodeChunks(base, count: log.count, into: &selectedBatch)
        check(selectedBatch, log.count)
        let eventCount = selectedBatch.events.count
        selectingMatcher.match(selectedBatch)
        for met in selecting.metSources {
          selecting.select(selectingMatcher.selection(of: met.event, in: selectedBatch), for: met)
        }
        if selectingMatcher.hasLostOutcomes || selecting.isMemoFull {
          selecting.forgetRecords()
          selectingMatcher.forgetOutcomes()
        }
        for index in 0..<selecting.newRecords.count {
          let record = selecting.newRecords[index]
          guard let outcome = selectingMatcher.keepOutcome(of: record.event, in: selectedBatch) else {
            continue
          }
          selecting.keep(outcome, of: record)
        }
        for index in 0..<selectingMatcher.unfinished.count {
          let event = Int(selectingMatcher.unfinished[index])
          unsafe selecting.decodeWhole(event, base, count: log.count, into: &selectedBatch)
        }
        selectingMatcher.matchWhole(from: eventCount, in: selectedBatch)
        precondition(selecting.problems == decoder.problems, "the problems are the same")
        precondition(eventCount == batch.events.count, "the events are the same")
        for event in 0..<eventCount { compare(event) }
        compareMatches()
      }
    }
  }

  /// What a matcher asks of an event is the same.
  private func compare(_ event: Int) {
    let (record, other) = (batch.events[event], selectedBatch.events[event])
    precondition(
      record.ordinal == other.ordinal && record.source == other.source, "the records are the same")
    // Of a record that is known, nothing is told but what is found.
    if other.outcome != 0 { return }
    precondition(record.number == other.number, "the records have the same numbers")
    let wanted = other.isSelected ? matcher.selection(of: event, in: batch)?.fields : nil
    precondition(wanted != nil || !other.isSelected, "a source of which not all is wanted")
    precondition(
      values(of: event, selectedBatch, wanted) == values(of: event, batch, wanted), "the values are the same")
  }

  private func compareMatches() {
    precondition(selectingMatcher.matches.count == matcher.matches.count, "the matches are the same")
    for index in 0..<matcher.matches.count {
      let (match, other) = (matcher.matches[index], selectingMatcher.matches[index])
      precondition(
        match.rule == other.rule
          && batch.events[Int(match.event)].ordinal == selectedBatch.events[Int(other.event)].ordinal,
        "each match is the same")
      let (event, found) = (batch.events[Int(match.event)], selectedBatch.events[Int(other.event)])
      precondition(event.number == found.number, "what is found has the same number")
      precondition(
        marks(of: Int(match.event), batch) == marks(of: Int(other.event), selectedBatch), "and time and host")
    }
  }

  /// Values of known fields that are wanted (nil: all), each with its field; and those that bear marks.
  private func values(of event: Int, _ batch: borrowing EventBatch, _ wanted: [Bool]?) -> [String] {
    var texts: [String] = []
    for index in batch.values(of: event) where batch.values[index].field != 0 {
      let value = batch.values[index]
      if let wanted, !wanted[Int(value.field)] { continue }
      texts.append("\(value.field) \(value.isScalar) \(value.kind == .null) \(batch.text(of: value))")
    }
    for mark in [EventMark.channel, .eventID] { texts.append(text(of: mark, event, batch)) }
    return texts + marks(of: event, batch)
  }

  private func marks(of event: Int, _ batch: borrowing EventBatch) -> [String] {
    [text(of: .time, event, batch), text(of: .computer, event, batch)]
  }

  private func text(of mark: EventMark, _ event: Int, _ batch: borrowing EventBatch) -> String {
    batch.mark(mark, of: event).map { "\($0.isScalar) \(batch.text(of: $0))" } ?? "none"
  }
}
