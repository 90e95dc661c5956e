import TrawlEvents
import TrawlMatcher

/// What a worker made of a chunk.
struct ChunkResult {
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
  private let readers = Monitor()
  private var reader: LogReader
  private let writers = Monitor()
  private var pending: [Int: ChunkResult] = [:]
  private var nextSequence = 0
  private var summary = ScanSummary()
  /// Workers that wait for an earlier result to be written.
  private var waiting = 0
  private let ends = Monitor()
  private var running = 0

  /// Results that may wait for an earlier one.
  private static let longestQueue = 64

  init(_ files: [LogFile], chunkSize: Int, _ progress: Scan.Progress) {
    reader = LogReader(files, chunkSize: chunkSize, progress)
  }

  /// Reads the next chunk; nil at the end.
  func next(_ buffer: inout Block<UInt8>, _ progress: Scan.Progress) -> Chunk? {
    readers.withLock {
      let chunk = reader.next(&buffer)
      progress.filesDone.store(reader.filesDone, ordering: .relaxed)
      return chunk
    }
  }

  /// Takes the result of a chunk and writes what is next in order; false when it cannot be written.
  func submit(_ result: ChunkResult, _ sequence: Int, write: ([UInt8]) throws -> Void) -> Bool {
    writers.withLock {
      while sequence - nextSequence > ScanState.longestQueue, summary.outputError == nil, !summary.isStopped {
        waiting += 1
        writers.wait()
        waiting -= 1
      }
      pending[sequence] = result
      while let next = pending.removeValue(forKey: nextSequence) {
        nextSequence += 1
        take(next, write)
      }
      if waiting > 0 { writers.wakeAll() }
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
      summary.files = reader.filesRead
      return summary
    }
  }
}
