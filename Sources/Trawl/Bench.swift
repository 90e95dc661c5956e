import TrawlDecoding
import TrawlEvents
import TrawlMatcher
import TrawlOutput
import TrawlScanner

/// Measures on one thread what a scan of some logs costs, step by step. The steps before the whole scan get the same
/// chunks in memory as its worker does, one after the other; only their work on them is timed, not the reading. Takes
/// the time of a scan some `4 * runs` times, and the memory of one.
public struct Bench: Sendable {
  public var ruleset: Ruleset
  /// Regular files, which are read several times and do not change meanwhile.
  public var files: [LogFile]
  public var reading = ReadOptions()
  /// How often each step is measured; the fastest counts. The steps take turns, so that what else the machine does
  /// slows all of them.
  public var runs = 3
  /// Whether to find out, in a run that is not timed, what each rule and each pattern costs.
  public var recordsCosts = false

  public init(ruleset: Ruleset, files: [LogFile]) {
    self.ruleset = ruleset
    self.files = files
  }

  /// Measures all steps. `tell` hears what comes next. Throws `BenchError` where figures would be wrong.
  public func run(tell: (String) -> Void = { _ in }) throws -> BenchFigures {
    tell("reading the logs")
    let first = decoding()
    guard first.events > 0 else { throw BenchError.noEvents(first.problems) }
    var figures = BenchFigures(first)
    for run in 1...max(1, runs) {
      for (name, measure) in steps {
        tell("run \(run) of \(max(1, runs)): \(name.text)")
        try figures.take(try measure(), as: name)
      }
    }
    if recordsCosts {
      tell("what rules cost")
      let (pass, costs) = try recording()
      try figures.check(pass, .matching)
      figures.costs = costs
    }
    return figures
  }

  private var steps: [(BenchFigures.StepName, () throws -> BenchPass)] {
    [(.floor, floor), (.decoding, decoding), (.matching, matching), (.scan, wholeScan)]
  }

  /// The best of several runs of the whole scan: its seconds and its findings.
  public func measureScan() throws -> BenchFigures.Step {
    var step = BenchFigures.Step()
    for _ in 0..<max(1, runs) { step.take(try wholeScan()) }
    return step
  }
}

extension Bench {
  private var scan: Scan {
    var scan = Scan(
      ruleset: ruleset, files: files, threads: 1,
      makeFormat: {
        let lines = JSONLines()
        return { lines.append($0, to: &$1) }
      }, write: { _ in })
    scan.reading = reading
    return scan
  }

  /// Net of its start, which is what a scan of nothing takes.
  private func wholeScan() throws -> BenchPass {
    var nothing = scan
    nothing.files = []
    let start = try nothing.run().seconds
    let summary = try scan.run()
    var pass = BenchPass()
    pass.bytes = summary.bytes
    pass.events = summary.events
    pass.found = summary.findings
    // Of a few events the difference is noise.
    pass.seconds = max(summary.seconds - start, summary.seconds / 10)
    pass.summary = summary
    return pass
  }

  private func floor() -> BenchPass {
    var floor = JSONFloor(fields: ruleset.fields)
    var decoder = ChunkDecoder(fields: ruleset.fields)
    var batch = EventBatch()
    var pass = walk { chunk, buffer, pass in
      if chunk.isJSON { return floor.walk(chunk, &buffer) }
      decoder.decode(chunk, &buffer, into: &batch)
      pass.events += batch.events.count
      pass.decodedFloorEvents += batch.events.count
    }
    pass.events += floor.events
    pass.found = floor.knownKeys
    return pass
  }

  private func decoding() -> BenchPass {
    var decoder = ChunkDecoder(fields: ruleset.fields)
    var batch = EventBatch()
    return walk { chunk, buffer, pass in
      decoder.decode(chunk, &buffer, into: &batch)
      pass.events += batch.events.count
      pass.found += batch.values.count
    }
  }

  private func matching() throws -> BenchPass {
    var chunks = try ChunkMatcher(ruleset, memoCapacity: scan.memoCapacity)
    return matching(&chunks)
  }

  private func recording() throws -> (BenchPass, MatchCosts?) {
    var chunks = try ChunkMatcher(ruleset, memoCapacity: scan.memoCapacity)
    chunks.matcher.recordCosts()
    let pass = matching(&chunks)
    return (pass, chunks.matcher.costs)
  }

  private func matching(_ chunks: inout ChunkMatcher) -> BenchPass {
    walk { chunk, buffer, pass in
      chunks.match(chunk, &buffer)
      pass.events += chunks.eventCount
      pass.found += chunks.matcher.matches.count
    }
  }

  /// Reads all logs, times what `body` does with each chunk, and adds it up.
  private func walk(_ body: (Chunk, inout Block<UInt8>, inout BenchPass) -> Void) -> BenchPass {
    let reader = LogReader(files, scan.reading, Scan.Progress())
    var buffer = Block<UInt8>(capacity: scan.reading.chunkSize + EventBatch.padding)
    var pass = BenchPass()
    while let chunk = reader.next(&buffer) {
      reader.finish(next: chunk.next)
      let start = secondsOfMonotonicClock()
      body(chunk, &buffer, &pass)
      pass.seconds += secondsOfMonotonicClock() - start
      pass.bytes += chunk.count
      pass.problems += chunk.problems
    }
    return pass
  }
}

/// What one pass over all logs came to.
struct BenchPass {
  var bytes = 0
  var events = 0
  var found = 0
  var seconds = 0.0
  var problems: [InputProblem] = []
  /// Of the floor: events of formats that have none, so that their decoding stands for it.
  var decodedFloorEvents = 0
  /// Of a whole scan.
  var summary: ScanSummary?
}

/// Why there are no figures.
public enum BenchError: Error, Sendable {
  /// There is nothing to measure; with the input that was not read.
  case noEvents([InputProblem])
  /// Two passes over the logs did not see the same.
  case changed
}
