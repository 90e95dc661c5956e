import TrawlEvents

/// Decodes rows of a table (CSV as RFC 4180 has it; separated by commas, semicolons or tabs) into a batch, for one worker.
///
/// The first line names the members of the events. An empty cell is none, unless it is quoted. Event Viewer's export has
/// the message in a column without a name; its names, and those of PowerShell's `Get-WinEvent | Export-Csv`, become the
/// names that System has for the same.
public struct CSVDecoder: ~Copyable {
  private var fields: FieldWriter
  private var texts = TextFields()
  /// Of the row that is being decoded.
  private var cells: [CSVCell] = []
  /// Of the last batch, and what it says.
  private var headerBytes: [UInt8] = []
  private var header: CSVHeader?
  /// The members of the columns, and that of the column without a name.
  private var nodes = Block<UInt32>(capacity: 64)
  /// What the last batch held that is no event.
  public private(set) var problems: [DecodeProblem] = []

  /// A decoder of the fields in a table.
  public init(fields: FieldTable) { self.fields = FieldWriter(fields: fields) }

  /// Decodes whole rows into `batch`. `header`: the first bytes of the file, as many as `headerLength` says. A quote that
  /// is not closed, or more text behind it, costs the line that the row begins with.
  @unsafe
  public mutating func decode(
    _ base: UnsafePointer<UInt8>, count: Int, header bytes: [UInt8], into batch: inout EventBatch
  ) {
    problems.removeAll(keepingCapacity: true)
    unsafe batch.reset(base: base, count: count)
    let log = unsafe LogBytes(base, count: count)
    texts.begin(log)
    let header = take(bytes)
    let rows = CSVRows(bytes: log, separator: header.separator)
    var (start, line) = (0, 0)
    while start < count {
      let row = rows.read(start, &cells)
      decode(row, start, line, log, header, &batch)
      line += unsafe newlines(base, from: start, to: row.end)
      start = row.end
    }
    texts.end(&batch)
    fields.keys.boundMemory()
  }

  /// What a header says, and the nodes of its members, which a batch may have forgotten.
  private mutating func take(_ bytes: [UInt8]) -> CSVHeader {
    var header = header ?? CSVHeader(LogBytes.none)
    if bytes != headerBytes || self.header == nil {
      header = unsafe bytes.withUnsafeBufferPointer { unsafe CSVHeader(LogBytes($0)) }
      (self.header, headerBytes) = (header, bytes)
    }
    nodes.truncate(to: 0)
    for name in header.names + (header.unnamed.map { [$0] } ?? []) {
      texts.clear()
      for byte in name.utf8 { texts.names.append(byte) }
      let count = texts.names.count
      nodes.append(unsafe fields.node(named: texts.names.paddedPointer(), count: count, in: 0))
    }
    return header
  }

  private mutating func decode(
    _ row: CSVRow, _ start: Int, _ line: Int, _ log: LogBytes, _ header: CSVHeader, _ batch: inout EventBatch
  ) {
    if cells.count == 1, log.isBlank(start..<row.end) { return }
    if let problem = row.damage ?? CSVDecoder.problem(cells, header) {
      problems.append(DecodeProblem(offset: start, ordinal: line, reason: problem))
      return
    }
    texts.beginEvent(start, ordinal: line, text: texts.texts.count, &fields, &batch)
    for index in 0..<min(cells.count, nodes.count) {
      guard let text = write(cells[index], log) else { continue }
      let offset = UInt32(truncatingIfNeeded: text.lowerBound)
      fields.emit(nodes[index], .plain, offset, UInt32(truncatingIfNeeded: text.count), &batch)
    }
    texts.endEvent(&batch)
  }

  /// Why cells are no row of the table.
  private static func problem(_ cells: [CSVCell], _ header: CSVHeader) -> String? {
    if cells.count < 2, header.names.count > 1 { return "a row of one cell" }
    let named = header.names.count + (header.unnamed == nil ? 0 : 1)
    let isEmpty = cells.dropFirst(named).allSatisfy { !$0.isQuoted && $0.start == $0.end }
    return isEmpty ? nil : "a row with more cells than the header has"
  }

  /// Writes the text of a cell, and where it lies; nil for an empty one.
  private mutating func write(_ cell: CSVCell, _ log: LogBytes) -> Range<Int>? {
    if cell.start == cell.end, !cell.isQuoted { return nil }
    let first = texts.texts.count
    var start = cell.start
    while cell.hasQuotes, start < cell.end {
      let quote = log.index(of: UInt8(ascii: "\""), from: start, to: cell.end)
      if quote == cell.end { break }
      texts.texts.append(log, start..<(quote + 1))
      start = quote + 2
    }
    texts.texts.append(log, min(start, cell.end)..<cell.end)
    return texts.endText(from: first)
  }
}

extension CSVDecoder {
  /// The row at an offset as JSON on one line; slow. `source`: where it lies in the bytes, which `base` still holds.
  @unsafe
  public mutating func json(
    of source: Int, _ base: UnsafePointer<UInt8>, count: Int, header bytes: [UInt8]
  ) -> String? {
    let log = unsafe LogBytes(base, count: count)
    let header = unsafe bytes.withUnsafeBufferPointer { unsafe CSVHeader(LogBytes($0)) }
    let rows = CSVRows(bytes: log, separator: header.separator)
    guard source < count, rows.read(source, &cells).damage == nil else { return nil }
    // The batch still reads the texts.
    var kept = TextFields()
    swap(&kept, &texts)
    defer { swap(&kept, &texts) }
    var members = JSONMembers()
    for (name, cell) in zip(header.names + (header.unnamed.map { [$0] } ?? []), cells) {
      if let range = write(cell, log) { members.add(name, texts.texts.text(range)) }
    }
    return members.text
  }

  /// Whether a file that begins like this is such a table: a line of names, then a row of as many cells. `head`: up to
  /// 64 KiB; `isWhole`: there is no more.
  public static func recognises(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    let log = unsafe LogBytes(head)
    let header = CSVHeader(log)
    let rows = CSVRows(bytes: log, separator: header.separator)
    var cells: [CSVCell] = []
    var row = rows.read(CSVHeader.lengthOfType(log), &cells)
    guard row.damage == nil, header.isPlausible, row.isWhole || isWhole else { return false }
    while row.end < log.count {
      row = rows.read(row.end, &cells)
      if cells.count == 1, row.damage == nil, row.isWhole, log.isBlank(cells[0].start..<cells[0].end) {
        continue
      }
      if !row.isWhole, !isWhole { return cells.count <= header.names.count + 1 }
      return row.damage == nil
        && (cells.count == header.names.count
          || header.unnamed != nil && cells.count == header.names.count + 1)
    }
    return true
  }

  /// How many bytes of a file the header takes, which are no row: what `decode` wants to be given.
  public static func headerLength(_ head: UnsafeBufferPointer<UInt8>) -> Int {
    let log = unsafe LogBytes(head)
    var cells: [CSVCell] = []
    return CSVRows(bytes: log, separator: CSVHeader(log).separator)
      .read(CSVHeader.lengthOfType(log), &cells).end
  }

  /// How many bytes, from the start of a row on, are whole rows; 0: more bytes are needed. `header` as for `decode`.
  public static func wholeRecords(
    in bytes: UnsafeBufferPointer<UInt8>, header: [UInt8], isLast: Bool
  ) -> Int {
    if isLast { return bytes.count }
    let header = unsafe header.withUnsafeBufferPointer { unsafe CSVHeader(LogBytes($0)) }
    let rows = unsafe CSVRows(bytes: LogBytes(bytes), separator: header.separator)
    var cells: [CSVCell] = []
    var end = 0
    while end < bytes.count {
      let row = rows.read(end, &cells)
      if !row.isWhole { break }
      end = row.end
    }
    return end
  }
}
