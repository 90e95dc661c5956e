import TrawlDecoding
import TrawlEvents
import TrawlMatcher

/// One worker: all memory that it works in is its own.
struct ScanWorker: ~Copyable {
  private let scan: Scan
  var buffer: Block<UInt8>
  private var chunks: ChunkMatcher
  private let format: Scan.Format
  /// Of the log whose table the matcher was told.
  private var path: String?

  init(_ scan: Scan) throws {
    self.scan = scan
    buffer = Block(capacity: scan.reading.chunkSize + EventBatch.padding)
    format = scan.makeFormat()
    chunks = try ChunkMatcher(scan.ruleset, memoCapacity: scan.memoCapacity)
    chunks.matcher.period = scan.period
    chunks.decoder.evtx.wantsTimes = scan.seeksNewest
    chunks.matcher.wantsAllValues = scan.detail.evidence || scan.detail.values
  }

  /// Decodes and matches what lies in `buffer`.
  mutating func process(_ chunk: Chunk, _ progress: Scan.Progress) -> ChunkResult {
    var result = ChunkResult(number: chunk.number, next: chunk.next, end: chunk.end)
    result.logs = chunk.logs
    result.bytes = chunk.count
    result.inputBytes = chunk.inputCount
    result.inputProblems = chunk.problems
    if chunk.count == 0 { return result }
    setTable(chunk)
    chunks.match(chunk, &buffer)
    result.counts = chunks.matcher.takeCounts()
    if result.counts.unknownEvents > 0 { result.unknownEvents[chunk.path] = result.counts.unknownEvents }
    result.events = chunks.eventCount
    result.findings = chunks.matcher.matches.count
    if scan.seeksNewest { result.newest = newest() }
    addProblems(chunk, &result)
    addMisfits(chunk, &result)
    addFindings(chunk, &result)
    buffer.truncate(to: 0)
    // One giant line must not cost its memory for ever.
    buffer.shrink(to: 4 * scan.reading.chunkSize)
    progress.bytesDone.add(chunk.inputCount, ordering: .relaxed)
    progress.eventsDone.add(result.events, ordering: .relaxed)
    progress.findingsDone.add(result.findings, ordering: .relaxed)
    return result
  }

  /// When the newest event of the batch happened.
  private func newest() -> DateText? {
    var newest: DateText?
    for event in 0..<chunks.batch.events.count {
      guard let time = chunks.matcher.time(of: event, in: chunks.batch) else { continue }
      if newest.map({ $0.microseconds < time.microseconds }) ?? true { newest = time }
    }
    return newest
  }

  private mutating func setTable(_ chunk: Chunk) {
    if path == chunk.path { return }
    path = chunk.path
    chunks.matcher.setTable(scan.table ?? scan.ruleset.logSources.table(ofLog: chunk.path))
  }

  private func addProblems(_ chunk: Chunk, _ result: inout ChunkResult) {
    for problem in chunks.decoder.problems {
      result.problems[problem.reason, default: 0] += 1
      guard result.firstProblems.count < ScanSummary.shownProblems else { continue }
      result.firstProblems.append(
        RecordProblem(file: chunk.path, place: place(of: problem, chunk), reason: problem.reason))
    }
  }

  private func addMisfits(_ chunk: Chunk, _ result: inout ChunkResult) {
    if chunks.matcher.misfits.isEmpty { return }
    for (field, name) in scan.ruleset.fields.names.enumerated() {
      guard let misfits = chunks.matcher.misfits.misfits(of: FieldID(field)) else { continue }
      let record = ScanWorker.number(of: chunks.batch.events[misfits.firstEvent], chunk)
      result.misfits[name] = Misfit(count: misfits.count, file: chunk.path, record: record)
    }
  }

  private func place(of problem: DecodeProblem, _ chunk: Chunk) -> RecordProblem.Place {
    chunk.format == .evtx
      ? .offset(chunk.offset + problem.offset) : .record(chunk.firstRecord + problem.ordinal + 1)
  }

  private mutating func addFindings(_ chunk: Chunk, _ result: inout ChunkResult) {
    guard !chunks.matcher.matches.isEmpty else { return }
    var finding = Finding(
      rule: scan.ruleset.rules[0], time: nil, computer: nil, file: chunk.path, record: 0, offset: 0,
      evidence: [], event: nil)
    for index in 0..<chunks.matcher.matches.count {
      let match = chunks.matcher.matches[index]
      let event = Int(match.event)
      let record = chunks.batch.events[event]
      if index == 0 || chunks.matcher.matches[index - 1].event != match.event {
        finding.record = ScanWorker.number(of: record, chunk)
        finding.offset = chunk.offset + Int(record.source)
        describe(event, chunk, &finding)
      }
      finding.rule = scan.ruleset.rules[Int(match.rule)]
      if scan.detail.evidence { finding.evidence = chunks.matcher.evidence(for: match, in: chunks.batch) }
      result.findingsByRule[Int(match.rule), default: 0] += 1
      format(finding, &result.output)
    }
  }

  /// The number that findings show: what the record says is its own, else its place in the log.
  static func number(of record: EventRecord, _ chunk: Chunk) -> Int {
    chunk.format == .evtx || record.number > 0
      ? Int(truncatingIfNeeded: record.number) : chunk.firstRecord + Int(record.ordinal) + 1
  }

  /// What an event says of itself.
  private mutating func describe(_ event: Int, _ chunk: Chunk, _ finding: inout Finding) {
    finding.time = chunks.matcher.time(of: event, in: chunks.batch)
    finding.computer = chunks.matcher.text(of: .computer, event: event, in: chunks.batch)
    if scan.detail.values {
      let hasJSON = chunk.format == .lines || chunk.format == .documents
      finding.values = chunks.matcher.values(of: event, in: chunks.batch, hasJSON: hasJSON)
    }
    guard scan.detail.event else { return }
    finding.event = chunks.decoder.text(of: event, chunk, &buffer, chunks.batch)
  }
}
