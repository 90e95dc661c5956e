import Glibc
import TrawlEvents

/// Looks for one event of a log by the number that findings show.
public struct RecordSearch: Sendable {
  /// As findings show it: a file, or an archive with the way to its member behind it.
  public var path: String
  /// The line, the place in a document, or what the record says is its number.
  public var record: Int
  public var reading = ReadOptions()

  public init(path: String, record: Int) {
    self.path = path
    self.record = record
  }

  /// What was found.
  public enum Outcome: Sendable {
    case found
    /// There is no such event; with how many events the log has, and which logs the file has instead.
    case missing(events: Int, logs: [String])
    case unreadable(InputProblem)
  }

  /// Calls `body` with the batch that holds the event, and the event's place in it. Reads the log from its beginning.
  public func find(
    fields: FieldTable, _ body: (borrowing EventBatch, Int) -> Void
  ) -> Outcome {
    let (files, problems) = LogFile.find([file])
    if let problem = problems.first { return .unreadable(problem) }
    let progress = Scan.Progress()
    let reader = LogReader(files, reading, progress)
    var decoder = ChunkDecoder(fields: fields)
    var batch = EventBatch()
    var buffer = Block<UInt8>(capacity: reading.chunkSize + EventBatch.padding)
    var (events, logs, trouble) = (0, [String](), [InputProblem]())
    while let chunk = reader.next(&buffer) {
      reader.finish(next: chunk.next)
      trouble += chunk.problems
      if chunk.count > 0, !logs.contains(chunk.path) { logs.append(chunk.path) }
      guard chunk.count > 0, chunk.path == path else { continue }
      decoder.decode(chunk, &buffer, into: &batch)
      events += batch.events.count
      if let event = event(in: batch, chunk) {
        body(batch, event)
        return .found
      }
    }
    if logs.isEmpty, let problem = trouble.first { return .unreadable(problem) }
    return .missing(events: events, logs: logs.filter { $0 != path })
  }

  private func event(in batch: borrowing EventBatch, _ chunk: Chunk) -> Int? {
    for event in 0..<batch.events.count
    where ScanWorker.number(of: batch.events[event], chunk) == record { return event }
    return nil
  }

  /// The file on the disk: the path, or what of it is before the way to a member of an archive.
  private var file: String {
    var candidate = path[...]
    while !RecordSearch.isFile(candidate), let slash = candidate.lastIndex(of: "/") {
      candidate = candidate[..<slash]
    }
    return RecordSearch.isFile(candidate) ? String(candidate) : path
  }

  private static func isFile(_ path: Substring) -> Bool {
    var status = stat()
    return unsafe stat(String(path), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
