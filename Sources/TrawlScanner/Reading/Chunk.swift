import TrawlDecoding

/// A stretch of a log, on its way to a worker.
package struct Chunk {
  var number = ChunkNumber(file: 0, part: 0)
  /// Of the log: a file, or `ARCHIVE/MEMBER`.
  var path = ""
  /// Logs that were begun on the way to this chunk.
  var logs = 0
  package var count = 0
  /// Of the first byte in the log.
  var offset = 0
  /// Lines, or documents, of the log before this chunk.
  var firstRecord = 0
  package var format = InputFormat.lines
  /// Where the documents lie, in a format of documents.
  package var documents: [Range<Int>] = []
  /// The first line of a table, which names its columns.
  var header: [UInt8] = []
  /// Input that was not read, met on the way to this chunk.
  package var problems: [InputProblem] = []
  /// Bytes of the file that were read for it, which may be compressed.
  var inputCount = 0
  /// Where reading goes on behind it.
  var end = ReadPosition()

  package var isJSON: Bool { format == .lines || format == .documents }

  /// Whether it is the last of its file; it is empty then.
  var isLast: Bool { end.file > number.file }

  /// The number of the chunk that comes behind it.
  package var next: ChunkNumber {
    isLast
      ? ChunkNumber(file: number.file + 1, part: 0) : ChunkNumber(file: number.file, part: number.part + 1)
  }
}

/// Index of the file, and which of its chunks it is, from 0.
package struct ChunkNumber: Hashable, Comparable, Sendable {
  var file: Int
  var part: Int

  package static func < (left: ChunkNumber, right: ChunkNumber) -> Bool {
    (left.file, left.part) < (right.file, right.part)
  }
}

/// A place between two chunks, in terms that hold for another reading of the same files.
package struct ReadPosition: Hashable, Sendable {
  var file = 0
  /// Which log of the file: an archive has several.
  var log = 0
  /// In bytes from the log's beginning.
  var offset = 0
  /// Lines or documents before it.
  var records = 0
  var splitter = DocumentSplitter()

  package init() {}

  init(file: Int) { self.file = file }

  init(offset: Int, records: Int, splitter: DocumentSplitter) {
    self.offset = offset
    self.records = records
    self.splitter = splitter
  }
}
