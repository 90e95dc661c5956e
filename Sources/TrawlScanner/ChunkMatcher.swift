import TrawlDecoding
import TrawlEvents
import TrawlMatcher

/// Decodes chunks and finds the rules that hold for their events, for one worker. Of events whose source is known, only
/// the values that rules ask for are decoded, and of those whose values came up before next to none, where a format can do
/// that; the few that need more are decoded again.
package struct ChunkMatcher: ~Copyable {
  var decoder: ChunkDecoder
  package var matcher: Matcher
  var batch = EventBatch()
  /// Of the last chunk.
  package private(set) var eventCount = 0

  package init(_ ruleset: Ruleset, memoCapacity: Int) throws {
    decoder = ChunkDecoder(fields: ruleset.fields)
    matcher = try Matcher(ruleset, memoCapacity: memoCapacity)
  }

  /// Matches a chunk, which lies in `buffer`; `matcher.matches` then holds what was found.
  package mutating func match(_ chunk: Chunk, _ buffer: inout Block<UInt8>) {
    decoder.decode(chunk, &buffer, into: &batch)
    eventCount = batch.events.count
    matcher.tellsKinds = chunk.isJSON
    matcher.match(batch)
    if chunk.format == .evtx { teachDecoder() }
    if matcher.unfinished.isEmpty { return }
    for index in 0..<matcher.unfinished.count {
      decoder.decodeWhole(Int(matcher.unfinished[index]), chunk, &buffer, into: &batch)
    }
    matcher.matchWhole(from: eventCount, in: batch)
  }

  /// Tells the decoder which values are wanted, and what events of the same values come to.
  private mutating func teachDecoder() {
    for met in decoder.evtx.metSources {
      decoder.evtx.select(matcher.selection(of: met.event, in: batch), for: met)
    }
    if matcher.hasLostOutcomes || decoder.evtx.isMemoFull {
      decoder.evtx.forgetRecords()
      return matcher.forgetOutcomes()
    }
    for index in 0..<decoder.evtx.newRecords.count {
      let record = decoder.evtx.newRecords[index]
      guard let outcome = matcher.keepOutcome(of: record.event, in: batch) else { continue }
      decoder.evtx.keep(outcome, of: record)
    }
  }
}
