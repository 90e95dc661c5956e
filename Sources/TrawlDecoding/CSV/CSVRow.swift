/// A cell of a row: where its text lies, without the quotes around it.
struct CSVCell: BitwiseCopyable {
  var start: Int
  var end: Int
  var isQuoted = false
  /// Whether quotes in it are doubled.
  var hasQuotes = false
}

/// How a row ended.
struct CSVRow {
  /// Behind its newline.
  var end: Int
  /// Whether there is a newline, so that nothing that follows can change it.
  var isWhole: Bool
  var damage: String?
}

/// Reads rows as RFC 4180 has them; only a quote at the start of a cell is one.
struct CSVRows {
  let bytes: LogBytes
  let separator: UInt8

  /// A quote that is not closed within so much is damaged; the row after it begins with the next line.
  static let mostRow = 4 << 20
  private static let quote = UInt8(ascii: "\"")

  /// Reads the row at an offset into `cells`. A damaged one ends with its first line, wherever its quotes lead.
  func read(_ start: Int, _ cells: inout [CSVCell]) -> CSVRow {
    cells.removeAll(keepingCapacity: true)
    var offset = start
    var lineEnd = -1
    while true {
      var cell = CSVCell(start: offset, end: offset)
      if bytes[offset] == CSVRows.quote {
        guard readQuoted(&cell, row: start) else {
          let isCutOff = bytes.count - start < CSVRows.mostRow
          return damaged(start, "a quote that is not closed", isCutOff: isCutOff)
        }
        offset = cell.end + 1
      } else {
        if lineEnd < offset { lineEnd = bytes.endOfLine(offset) }
        cell.end = bytes.index(of: separator, from: offset, to: lineEnd)
        offset = cell.end
        if offset == lineEnd { cell.end = bytes.line(cell.start, cell.end).upperBound }
      }
      cells.append(cell)
      if offset < bytes.count, bytes[offset] == separator {
        offset += 1
        continue
      }
      let isReturn = bytes[offset] == 13 && (bytes[offset + 1] == 10 || offset + 1 == bytes.count)
      if isReturn { offset += 1 }
      if offset >= bytes.count { return CSVRow(end: bytes.count, isWhole: false, damage: nil) }
      guard bytes[offset] == 10 else { return damaged(start, "text behind the quote that closes a cell") }
      return CSVRow(end: offset + 1, isWhole: true, damage: nil)
    }
  }

  /// Finds the quote that closes a cell, which is where the cell ends; false when there is none.
  private func readQuoted(_ cell: inout CSVCell, row: Int) -> Bool {
    cell.isQuoted = true
    cell.start += 1
    let limit = min(bytes.count, row + CSVRows.mostRow)
    var offset = cell.start
    while true {
      offset = bytes.index(of: CSVRows.quote, from: offset, to: limit)
      if offset >= limit { return false }
      if bytes[offset + 1] != CSVRows.quote { break }
      cell.hasQuotes = true
      offset += 2
    }
    cell.end = offset
    return true
  }

  /// A row that ends with its first line; one that is cut off may yet turn out whole.
  private func damaged(_ start: Int, _ reason: String, isCutOff: Bool = false) -> CSVRow {
    let end = bytes.endOfLine(start)
    return CSVRow(
      end: min(end + 1, bytes.count), isWhole: end < bytes.count && !isCutOff, damage: reason)
  }
}
