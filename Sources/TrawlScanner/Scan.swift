import Glibc
import Synchronization
import TrawlDecoding
import TrawlEvents
import TrawlMatcher

/// A scan of logs with a ruleset.
public struct Scan: Sendable {
  /// What a finding is to carry beside the rule and the place.
  public struct Detail: Sendable {
    public var evidence = false
    public var event = false
    /// The values of all fields that the ruleset names.
    public var values = false

    public init() {}
  }

  public var ruleset: Ruleset
  public var files: [LogFile]
  public var threads: Int
  public var detail = Detail()
  public var reading = ReadOptions()
  /// When the events happened that are looked at; nil: at any time.
  public var period: Period?
  /// Whether the summary is to say when the newest event happened.
  public var seeksNewest = false
  /// The table that events are rows of which name none: a category. Nil: the name of the log or the columns of the row say it.
  public var table: String?
  /// Values that a worker's memo keeps; a power of two, or 0.
  public var memoCapacity = 1 << 15
  /// Turns a finding into bytes.
  public typealias Format = (Finding, inout [UInt8]) -> Void
  /// Makes a format for each worker.
  public var makeFormat: @Sendable () -> Format
  /// Takes the bytes of findings, in order of the input; by one worker at a time. An error ends the scan.
  public var write: @Sendable ([UInt8]) throws -> Void

  /// Where an earlier scan of the same files with the same rules had come to.
  public var resume: ScanPoint?
  /// Writes down how far the scan has come; called by a worker now and then, when all findings up to there are written, and
  /// at the end, also of a scan that is stopped. An error ends the scan.
  public var checkpoint: (@Sendable (ScanPoint) throws -> Void)?

  public init(
    ruleset: Ruleset, files: [LogFile], threads: Int,
    makeFormat: @escaping @Sendable () -> Format,
    write: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.ruleset = ruleset
    self.files = files
    self.threads = threads
    self.makeFormat = makeFormat
    self.write = write
  }

  /// How far a running scan has come, and the way to stop it. Safe to use from any thread.
  public final class Progress: Sendable {
    /// Of the files, by an earlier scan that this one goes on with, and by this one.
    let bytesBefore = Atomic<Int>(0)
    let bytesDone = Atomic<Int>(0)
    let eventsDone = Atomic<Int>(0)
    let findingsDone = Atomic<Int>(0)
    let filesDone = Atomic<Int>(0)
    let stopped = Atomic<Bool>(false)

    public init() {}

    public var bytesOfEarlierScan: Int { bytesBefore.load(ordering: .relaxed) }
    public var bytes: Int { bytesDone.load(ordering: .relaxed) }
    public var events: Int { eventsDone.load(ordering: .relaxed) }
    public var findings: Int { findingsDone.load(ordering: .relaxed) }
    public var files: Int { filesDone.load(ordering: .relaxed) }

    /// Ends the scan after what the workers are at; what was found is written.
    public func stop() { stopped.store(true, ordering: .relaxed) }

    var isStopped: Bool { stopped.load(ordering: .relaxed) }
  }

  /// Scans all files. `tick` is called a few times a second while it runs.
  public func run(_ progress: Progress = Progress(), tick: (() -> Void)? = nil) throws -> ScanSummary {
    let begin = secondsOfMonotonicClock()
    let start = resume?.position ?? ReadPosition()
    progress.bytesBefore.store(resume?.summary.inputBytes ?? 0, ordering: .relaxed)
    let state = ScanState(LogReader(files, reading, readers: threads, from: start, progress), self)
    // Made here, so that a worker that cannot be had is an error rather than a silent loss.
    try ruleset.checkMemory()
    let workers = (0..<max(1, threads)).map { _ in
      WorkerThread { [self] in work(state, progress) }
    }
    state.waitForEnd(of: workers.count, tick: tick)
    for worker in workers { worker.join() }
    var summary = state.takeSummary()
    summary.isStopped = summary.isStopped || progress.isStopped
    summary.seconds += secondsOfMonotonicClock() - begin
    return summary
  }

  private func work(_ state: ScanState, _ progress: Progress) {
    if var worker = try? ScanWorker(self) {
      while !progress.isStopped, let chunk = state.reader.next(&worker.buffer) {
        let result = worker.process(chunk, progress)
        if !state.submit(result) { progress.stop() }
      }
    }
    state.workerEnds()
  }
}
