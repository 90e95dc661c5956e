import TrawlDecoding
import TrawlEvents

/// How files are read.
public struct ReadOptions: Sendable {
  /// Bytes that a worker takes at a time.
  package var chunkSize = 256 << 10
  /// Which members of archives are logs to scan.
  public var selection = FileSelection()
  /// How many times as large as itself the contents of an archive may be, in bytes.
  public var maximumExpansion = 1000
  /// What all logs are; nil: each is recognised by what it begins with.
  public var format: LogFormat?

  public init() {}
}

/// Reads one file in chunks: a log, or the logs of an archive one after the other.
final class FileReader {
  private let file: LogFile
  private let index: Int
  private let options: ReadOptions
  private let progress: Scan.Progress
  private var input: FileInput?
  /// The archives that the reader is in, the outermost first, each with what its members' names follow, and how deep its
  /// members lie.
  private var archives: [(reader: ArchiveReader, prefix: String, depth: Int)] = []
  /// Of all of them.
  private lazy var limit = ExpansionLimit(ratio: options.maximumExpansion) { [input] in input?.count ?? 0 }
  private var log: StreamReader?
  /// Logs that were begun, and all else that was looked at.
  private var logs = 0
  /// Where to go on, until that is reached.
  private var start: ReadPosition?
  private var parts = 0
  private var inputCount = 0
  private var isOpened = false
  private var problems: [InputProblem] = []
  /// Logs that were recognised since the last chunk.
  private var logsBegun = 0

  /// Archives, and what is compressed, may lie in each other this deep.
  private static let maximumDepth = 2

  init(
    _ file: LogFile, index: Int, from start: ReadPosition?, _ options: ReadOptions, _ progress: Scan.Progress
  ) {
    self.file = file
    self.index = index
    self.start = start
    self.options = options
    self.progress = progress
  }

  /// Of the next chunk.
  var nextNumber: ChunkNumber { ChunkNumber(file: index, part: parts) }

  /// Reads the next chunk into `buffer`; the file's last one is empty. Nil when the scan was stopped.
  func next(_ buffer: inout Block<UInt8>) -> Chunk? {
    buffer.truncate(to: 0)
    while !progress.isStopped {
      if let log {
        if let chunk = log.next(&buffer) { return progress.isStopped ? nil : finished(chunk, log) }
        if let error = log.error { report(log.path, error.message) }
        self.log = nil
      } else if !isOpened {
        isOpened = true
        open()
      } else if archives.isEmpty {
        return last()
      } else {
        openMember()
      }
    }
    return nil
  }

  private func finished(_ chunk: Chunk, _ log: StreamReader) -> Chunk {
    var end = log.position
    (end.file, end.log) = (index, logs - 1)
    return numbered(chunk, end)
  }

  private func last() -> Chunk { numbered(Chunk(), ReadPosition(file: index + 1)) }

  private func numbered(_ chunk: Chunk, _ end: ReadPosition) -> Chunk {
    var chunk = chunk
    let count = input?.count ?? 0
    chunk.inputCount = count - inputCount
    inputCount = count
    (chunk.number, chunk.end) = (nextNumber, end)
    parts += 1
    swap(&chunk.problems, &problems)
    swap(&chunk.logs, &logsBegun)
    return chunk
  }

  /// Problems before the place where a scan goes on were reported when it came there first.
  private func report(_ path: String, _ message: String, isUnreadable: Bool = true) {
    report(InputProblem(path: path, message: message, isUnreadable: isUnreadable))
  }

  private func report(_ problem: InputProblem) { if start == nil { problems.append(problem) } }
}

extension FileReader {
  private func open() {
    do throws(ReadError) {
      let input = try FileInput(file.path, progress)
      self.input = input
      begin(input, file.path, depth: 0)
    } catch {
      start = nil
      report(file.path, error.message)
    }
  }

  /// Begins what may be a log or an archive, and lies in so many others.
  private func begin(_ input: any ByteInput, _ path: String, depth: Int) {
    let log = StreamReader(input, path: path, chunkSize: options.chunkSize)
    guard let kind = log.archiveKind else { return begin(log) }
    logs += 1
    guard depth < FileReader.maximumDepth else {
      return report(path, "archives nested more than \(FileReader.maximumDepth) deep: unpack it first")
    }
    do throws(ReadError) {
      if kind == .gzip {
        try beginGzip(log, depth: depth + 1)
      } else {
        try beginArchive(log, kind, depth: depth + 1)
      }
    } catch {
      report(path, error.message)
    }
  }

  /// A tar archive that is compressed is one thing, not two.
  private func beginGzip(_ log: StreamReader, depth: Int) throws(ReadError) {
    let input = try GzipInput(log.inputFromStart(), limit: limit)
    let inner = StreamReader(input, path: log.path, chunkSize: options.chunkSize)
    switch inner.archiveKind {
    case nil: begin(inner)
    case .tar: try beginArchive(inner, .tar, depth: depth)
    default: begin(inner.inputFromStart(), log.path, depth: depth)
    }
  }

  private func beginArchive(_ log: StreamReader, _ kind: ArchiveKind, depth: Int) throws(ReadError) {
    let input = log.inputFromStart()
    if kind == .sevenZip, !input.canSeek {
      throw ReadError("a 7z archive that comes through a pipe or lies in another archive: unpack it first")
    }
    archives.append((try ArchiveReader(input, kind, limit: limit), log.path, depth))
  }

  private func begin(_ log: StreamReader) {
    logs += 1
    if let start, logs <= start.log { return }
    let target = start
    start = nil
    if let problem = log.recognise(as: options.format) {
      // What cannot be read may be a log all the same.
      if let error = log.error { return report(log.path, error.message) }
      return report(problem)
    }
    if let target {
      log.skip(to: target)
    } else if !log.isEmpty || log.error == nil {
      logsBegun += 1
    }
    self.log = log
  }

  /// Begins the next member of the innermost archive, or leaves it.
  private func openMember() {
    let (archive, prefix, depth) = archives[archives.count - 1]
    do throws(ReadError) {
      guard let member = try archive.next() else {
        archives.removeLast()
        if let damage = archive.damage { report(prefix, damage.message) }
        return
      }
      guard let name = member.name else {
        return begin(archive, prefix, depth: depth)
      }
      if isLeftOut(name) { return }
      let path = "\(prefix)/\(name)"
      if member.isEncrypted {
        logs += 1
        return report(path, "encrypted: Trawl asks for no passwords; unpack it first")
      }
      begin(archive, path, depth: depth)
    } catch {
      archives.removeLast()
      report(prefix, error.message)
    }
  }

  /// Hidden files and folders, as below folders, and what the user left out.
  private func isLeftOut(_ name: String) -> Bool {
    let parts = name.split(separator: "/").filter { $0 != "." }
    let isHidden = parts.contains { ($0.hasPrefix(".") && $0 != "..") || $0 == "__MACOSX" }
    return isHidden || !options.selection.takes(parts)
  }
}
