import TrawlEvents
import TrawlMatcher

/// What a worker made of a chunk.
struct ChunkResult {
  var number: ChunkNumber
  var next: ChunkNumber
  /// Where reading goes on behind it.
  var end: ReadPosition
  var counts = MatchCounts()
  var output: [UInt8] = []
  /// Logs that begin with it.
  var logs = 0
  var bytes = 0
  var inputBytes = 0
  var events = 0
  var findings = 0
  var findingsByRule: [Int: Int] = [:]
  var problems: [String: Int] = [:]
  var firstProblems: [RecordProblem] = []
  var unknownEvents: [String: Int] = [:]
  var misfits: [String: Misfit] = [:]
  var inputProblems: [InputProblem] = []
  var newest: DateText?
}

/// What the workers of a scan share: the reader, and the results on their way out in order of the input.
final class ScanState: @unchecked Sendable {
  let reader: LogReader
  private let writers = Monitor()
  private var pending: [ChunkNumber: ChunkResult] = [:]
  private var nextNumber: ChunkNumber
  private var summary: ScanSummary
  /// Where the results that were written end.
  private var position: ReadPosition
  private let write: ([UInt8]) throws -> Void
  private let save: ((ScanPoint) throws -> Void)?
  private var lastSaved = secondsOfMonotonicClock()
  private let ends = Monitor()
  private var running = 0

  /// In seconds; what is written down takes a few milliseconds.
  private static let savingInterval = 0.25

  init(_ reader: LogReader, _ scan: Scan) {
    self.reader = reader
    write = scan.write
    save = scan.checkpoint
    nextNumber = reader.first
    position = reader.start
    summary = scan.resume?.summary ?? ScanSummary()
  }

  /// Takes the result of a chunk and writes what is next in order; false when that cannot be done.
  func submit(_ result: ChunkResult) -> Bool {
    writers.withLock {
      pending[result.number] = result
      while let next = pending.removeValue(forKey: nextNumber) {
        nextNumber = next.next
        take(next)
        position = next.end
        reader.finish(next: nextNumber)
      }
      if secondsOfMonotonicClock() - lastSaved >= ScanState.savingInterval { saveCheckpoint() }
      return summary.outputError == nil
    }
  }

  /// Has it written down how far findings were written, unless that went wrong.
  private func saveCheckpoint() {
    guard let save, summary.outputError == nil else { return }
    do { try save(ScanPoint(position: position, summary: summary)) } catch {
      summary.outputError = "\(error)"
    }
    lastSaved = secondsOfMonotonicClock()
  }

  private func take(_ result: ChunkResult) {
    if !result.output.isEmpty, summary.outputError == nil {
      do { try write(result.output) } catch { summary.outputError = "\(error)" }
    }
    summary.files += result.logs
    summary.bytes += result.bytes
    summary.inputBytes += result.inputBytes
    summary.events += result.events
    summary.findings += result.findings
    summary.findingsByRule.merge(result.findingsByRule, uniquingKeysWith: +)
    summary.problems.merge(result.problems, uniquingKeysWith: +)
    let room = ScanSummary.shownProblems - summary.firstProblems.count
    summary.firstProblems += result.firstProblems.prefix(max(0, room))
    summary.inputProblems += result.inputProblems
    summary.noteUnknown(result.unknownEvents)
    summary.note(result.misfits)
    summary.counts.add(result.counts)
    if let time = result.newest, summary.newest.map({ $0.microseconds < time.microseconds }) ?? true {
      summary.newest = time
    }
  }

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

  /// When all workers have ended: what was found. Of a scan that was stopped, results may be left that wait for earlier
  /// ones; another scan that goes on from here finds them again.
  func takeSummary() -> ScanSummary {
    writers.withLock {
      saveCheckpoint()
      if save == nil {
        for number in pending.keys.sorted() { pending[number].map(take) }
      }
      return summary
    }
  }
}

/// How far a scan has come: what lies before is done, and its findings are written.
public struct ScanPoint: Sendable {
  package var position: ReadPosition
  public var summary: ScanSummary

  /// The beginning of a scan.
  public init() { self.init(position: ReadPosition(), summary: ScanSummary()) }

  package init(position: ReadPosition, summary: ScanSummary) {
    self.position = position
    self.summary = summary
  }
}
