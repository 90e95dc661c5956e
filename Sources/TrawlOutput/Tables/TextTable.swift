import TrawlQuery
import TrawlRows

/// A table as text: columns side by side, numbers to the right. Where it does not fit the terminal, columns without any value
/// are left out and wide ones cut; where it still does not, each row is a block of lines.
struct TextTable {
  private let table: ResultTable
  /// Cells of a line; nil for no limit.
  private let width: Int?
  private let style: Style

  init(_ table: ResultTable, width: Int?, style: Style) {
    self.table = table
    self.width = width
    self.style = style
  }

  /// Between columns.
  private static let gap = 2
  /// No column is cut to fewer cells.
  private static let narrowest = 8
  private static let longestCell = 4096
  /// Columns without values that are named.
  private static let namedColumns = 12

  var text: String {
    guard !table.columns.isEmpty else { return "" }
    let cells = table.rows.map { $0.map { String($0.shown.prefix(TextTable.longestCell)).visible } }
    var shown = Array(table.columns.indices)
    var widths = naturalWidths(cells)
    guard let width, TextTable.total(widths) > width else { return grid(cells, shown, widths) }
    let empty = shown.filter { column in !cells.isEmpty && cells.allSatisfy { $0[column].isEmpty } }
    shown.removeAll { empty.contains($0) }
    widths = TextTable.fitted(shown.map { widths[$0] }, to: width)
    let body =
      TextTable.total(widths) <= width ? grid(cells, shown, widths) : blocks(cells, shown, width)
    return body + note(empty, width)
  }

  private func naturalWidths(_ cells: [[String]]) -> [Int] {
    table.columns.indices.map { column in
      cells.reduce(table.columns[column].name.visible.displayWidth) { max($0, $1[column].displayWidth) }
    }
  }

  private static func total(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + gap } - gap }

  /// Cuts the widest columns until all fit, if they can.
  private static func fitted(_ widths: [Int], to width: Int) -> [Int] {
    var limit = max(widths.max() ?? 0, narrowest)
    while limit > narrowest, total(widths.map { min($0, limit) }) > width { limit -= 1 }
    return widths.map { min($0, limit) }
  }

  private func note(_ empty: [Int], _ width: Int) -> String {
    guard !empty.isEmpty else { return "" }
    let names = empty.prefix(TextTable.namedColumns).map { table.columns[$0].name.visible }
    let others = empty.count - names.count
    let rest = others > 0 ? " and \(others) more" : ""
    let lines = "no values: \(names.joined(separator: ", "))\(rest)".wrappedAtBlanks(to: width)
    return lines.map { style.dim($0) + "\n" }.joined()
  }
}

extension TextTable {
  private func grid(_ cells: [[String]], _ shown: [Int], _ widths: [Int]) -> String {
    let names = zip(shown, widths).map { cell(table.columns[$0].name.visible, $0, $1) }
    var lines = [style.bold(TextTable.line(names))]
    lines.append(style.dim(TextTable.line(widths.map { String(repeating: "─", count: $0) })))
    for row in cells { lines.append(TextTable.line(zip(shown, widths).map { cell(row[$0], $0, $1) })) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func cell(_ text: String, _ column: Int, _ width: Int) -> String {
    let text = text.displayWidth > width ? text.fitted(to: width) : text
    let blanks = String(repeating: " ", count: max(0, width - text.displayWidth))
    return table.columns[column].type.isNumber ? blanks + text : text + blanks
  }

  private static func line(_ cells: [String]) -> String {
    var line = cells.joined(separator: String(repeating: " ", count: gap))
    while line.last == " " { line.removeLast() }
    return line
  }

  /// A row as lines of name and value, those without a value left out.
  private func blocks(_ cells: [[String]], _ shown: [Int], _ width: Int) -> String {
    let longest = shown.map { table.columns[$0].name.visible.displayWidth }.max() ?? 0
    let names = min(longest, max(TextTable.narrowest, width / 2))
    var lines: [String] = []
    for (number, row) in cells.enumerated() {
      lines.append(style.bold("row \(number + 1)"))
      for column in shown where !row[column].isEmpty {
        let name = table.columns[column].name.fitted(to: names).padded(to: names)
        let room = max(TextTable.narrowest, width - names - TextTable.gap)
        lines.append(
          style.dim(name) + String(repeating: " ", count: TextTable.gap) + row[column].fitted(to: room))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
