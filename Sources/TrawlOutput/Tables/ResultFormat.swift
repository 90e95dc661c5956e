import TrawlQuery
import TrawlRows

/// A form in which the table of a query is written.
public enum ResultFormat: String, Sendable, CaseIterable {
  case table, csv, json, jsonl, markdown

  /// Whether several tables can be told apart in it.
  public var holdsSeveral: Bool { self != .csv }
}

/// A table with what it is called.
public struct NamedTable: Sendable {
  public var id: String
  public var title: String
  public var table: ResultTable

  public init(id: String, title: String, table: ResultTable) {
    self.id = id
    self.title = title
    self.table = table
  }
}

extension ResultFormat {
  /// The bytes of tables. `width`: cells of a line of the terminal that a `table` is for, nil for as many as it takes.
  public func bytes(_ tables: [NamedTable], width: Int? = nil, style: Style = .plain) -> [UInt8] {
    var output: [UInt8] = []
    switch self {
    case .json: ResultJSON.append(tables, &output)
    case .jsonl: for table in tables { ResultJSON.appendLines(table, isNamed: tables.count > 1, &output) }
    case .csv: for table in tables { ResultFormat.appendCSV(table.table, &output) }
    case .markdown:
      for table in tables { ResultFormat.appendMarkdown(table, isNamed: tables.count > 1, &output) }
    case .table:
      for (index, table) in tables.enumerated() {
        if index > 0 { output.append("\n") }
        if tables.count > 1 { output.append(style.bold(table.title.visible) + "\n") }
        output.append(TextTable(table.table, width: width, style: style).text)
      }
    }
    return output
  }

  private static func appendCSV(_ table: ResultTable, _ output: inout [UInt8]) {
    for cells in [table.columns.map(\.name)] + table.rows.map({ $0.map(\.shown) }) {
      for (index, cell) in cells.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        CSV.append(cell, &output)
      }
      output.append("\r\n")
    }
  }

  private static func appendMarkdown(_ table: NamedTable, isNamed: Bool, _ output: inout [UInt8]) {
    if isNamed { output.append("\(output.isEmpty ? "" : "\n")## \(table.title.visible)\n\n") }
    let isNumber = table.table.columns.map { $0.type.isNumber }
    func line(_ cells: [String]) { output.append("| " + cells.joined(separator: " | ") + " |\n") }
    line(table.table.columns.map { markdown($0.name) })
    line(isNumber.map { $0 ? "---:" : "---" })
    for row in table.table.rows { line(row.map { markdown($0.shown) }) }
  }

  /// Text in which Markdown sees no mark-up that would break the table or hide what was there.
  private static func markdown(_ text: String) -> String {
    var escaped = ""
    for character in text.visible {
      if "\\|`*_<>[]".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}
