import TrawlDecoding
import TrawlEvents

/// Hands out the chunks of all files to workers, in order of the input where it can.
///
/// While one worker reads or decompresses a file the others take the next files, as long as what they find does not have
/// to wait for too much: so many small files and a few large archives are both read by all workers.
package final class LogReader: @unchecked Sendable {
  private let files: [LogFile]
  private let options: ReadOptions
  private let progress: Scan.Progress
  private let monitor = Monitor()
  /// Files that are being read, in order of the input.
  private var open: [OpenFile] = []
  private let mostOpen: Int
  private var nextFile: Int
  let start: ReadPosition
  /// The chunk whose results are written next.
  private var written: ChunkNumber
  /// Chunks that were handed out and whose results are not written.
  private var pending = 0
  private var waiting = 0

  private final class OpenFile {
    let reader: FileReader
    var isBusy = false

    init(_ reader: FileReader) { self.reader = reader }
  }

  /// Results that may wait for an earlier one.
  private static let longestQueue = 64

  /// `readers`: how many files may be read at a time. `start`: where to begin.
  package init(
    _ files: [LogFile], _ options: ReadOptions, readers: Int = 1, from start: ReadPosition = ReadPosition(),
    _ progress: Scan.Progress
  ) {
    self.files = files
    self.options = options
    self.start = start
    self.progress = progress
    mostOpen = max(1, readers)
    nextFile = start.file
    written = ChunkNumber(file: start.file, part: 0)
  }

  /// The number of the first chunk.
  var first: ChunkNumber { ChunkNumber(file: start.file, part: 0) }

  /// Reads the next chunk into `buffer`; nil when all is read, or the scan was stopped. Whoever decodes it reserves
  /// `EventBatch.padding` behind it.
  package func next(_ buffer: inout Block<UInt8>) -> Chunk? {
    while let file = take() {
      let chunk = file.reader.next(&buffer)
      give(back: file, chunk)
      if let chunk { return chunk }
    }
    return nil
  }

  /// A file that nobody is reading; waits for one if need be. Nil when there is none left.
  private func take() -> OpenFile? {
    monitor.withLock {
      while !progress.isStopped {
        if let file = nextFree() {
          file.isBusy = true
          pending += 1
          return file
        }
        if open.isEmpty, nextFile == files.count { return nil }
        waiting += 1
        // A scan that is stopped tells nobody.
        monitor.wait(seconds: 0.2)
        waiting -= 1
      }
      return nil
    }
  }

  /// The first file of which a chunk may be read now.
  private func nextFree() -> OpenFile? {
    if pending >= LogReader.longestQueue {
      // Only what all results wait for.
      return open.first { !$0.isBusy && $0.reader.nextNumber == written }
    }
    if let file = open.first(where: { !$0.isBusy }) { return file }
    guard open.count < mostOpen, nextFile < files.count else { return nil }
    let isFirst = nextFile == start.file && start != ReadPosition(file: start.file)
    let reader = FileReader(
      files[nextFile], index: nextFile, from: isFirst ? start : nil, options, progress)
    open.append(OpenFile(reader))
    nextFile += 1
    return open.last
  }

  private func give(back file: OpenFile, _ chunk: Chunk?) {
    monitor.withLock {
      file.isBusy = false
      if chunk == nil { pending -= 1 }
      if chunk?.isLast == true { open.removeAll { $0 === file } }
      progress.filesDone.store(nextFile - open.count, ordering: .relaxed)
      if waiting > 0 { monitor.wakeAll() }
    }
  }

  /// Notes that all is done with a chunk, the next in order, and that `next` comes behind it.
  package func finish(next: ChunkNumber) {
    monitor.withLock {
      pending -= 1
      written = next
      if waiting > 0 { monitor.wakeAll() }
    }
  }
}
