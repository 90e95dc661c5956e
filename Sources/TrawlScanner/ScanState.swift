import TrawlEvents
import TrawlMatcher

/// What a worker made of a chunk.
struct ChunkResult {
  var number: ChunkNumber
  var next: ChunkNumber
  var output: [UInt8] = []
  var bytes = 0
  var events = 0
  var findings = 0
  var findingsByRule: [Int: Int] = [:]
  var problems: [String: Int] = [:]
  var firstProblems: [RecordProblem] = []
  var inputProblems: [InputProblem] = []
}

/// What the workers of a scan share: the reader, and the results on their way out in order of the input.
final class ScanState: @unchecked Sendable {
  let reader: LogReader
  private let writers = Monitor()
  private var pending: [ChunkNumber: ChunkResult] = [:]
  private var nextNumber: ChunkNumber
  private var summary = ScanSummary()
  private let ends = Monitor()
  private var running = 0

  init(_ reader: LogReader) {
    self.reader = reader
    nextNumber = reader.first
  }

  /// Takes the result of a chunk and writes what is next in order; false when it cannot be written.
  func submit(_ result: ChunkResult, write: ([UInt8]) throws -> Void) -> Bool {
    writers.withLock {
      pending[result.number] = result
      while let next = pending.removeValue(forKey: nextNumber) {
        nextNumber = next.next
        take(next, write)
        reader.finish(next: nextNumber)
      }
      return summary.outputError == nil
    }
  }

  private func take(_ result: ChunkResult, _ write: ([UInt8]) throws -> Void) {
    if !result.output.isEmpty, summary.outputError == nil {
      do { try write(result.output) } catch { summary.outputError = "\(error)" }
    }
    summary.bytes += result.bytes
    summary.events += result.events
    summary.findings += result.findings
    summary.findingsByRule.merge(result.findingsByRule, uniquingKeysWith: +)
    summary.problems.merge(result.problems, uniquingKeysWith: +)
    let room = ScanSummary.shownProblems - summary.firstProblems.count
    summary.firstProblems += result.firstProblems.prefix(max(0, room))
    summary.inputProblems += result.inputProblems
  }

  func add(_ counts: MatchCounts) { writers.withLock { summary.counts.add(counts) } }

  func workerEnds() {
    ends.withLock {
      running -= 1
      ends.wakeAll()
    }
  }

  /// Waits until as many workers have ended, calling `tick` now and then.
  func waitForEnd(of count: Int, tick: (() -> Void)?) {
    ends.withLock { running += count }
    while true {
      let isOver = ends.withLock {
        if running > 0 { ends.wait(seconds: 0.2) }
        return running <= 0
      }
      if isOver { return }
      tick?()
    }
  }

  /// When all workers have ended: what was found, with results that an error kept from their turn.
  func takeSummary() -> ScanSummary {
    writers.withLock {
      summary.files = reader.logsRead
      return summary
    }
  }
}
