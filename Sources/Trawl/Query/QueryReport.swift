import TrawlOutput
import TrawlScanner

/// What is said to the user when queries have run: rows, what was read, and all that was not looked at.
public struct QueryReport {
  private let result: QueryResult
  private let report: ScanReport
  private let style: Style
  private let width: Int

  /// Columns that are named, of those without values.
  private static let namedColumns = 12

  public init(
    _ result: QueryResult, _ run: QueryRun, missing: [InputProblem], width: Int, style: Style
  ) {
    self.result = result
    self.style = style
    self.width = width
    report = ScanReport(result.summary, run.rules, missing: missing, width: width, style: style)
  }

  public var text: String {
    (result.tables.flatMap { headline($0) + emptyColumns($0) } + [input] + report.unseen)
      .map { $0 + "\n" }.joined()
  }

  private func headline(_ table: QueryTable) -> [String] {
    var text = result.tables.count > 1 ? "\(table.query.title.visible): " : ""
    text +=
      "\(Wording.count(table.table.rows.count, "row")) of \(Wording.count(table.rowsRead, "matching event"))"
    if table.query.isTimeLifted { text += "; time filter lifted (--kql-time strict applies it)" }
    if result.summary.isStopped { text += " (stopped before the end)" }
    return [style.bold(text)]
  }

  private func emptyColumns(_ table: QueryTable) -> [String] {
    table.emptyColumns.map { table, columns in
      var names = columns.prefix(QueryReport.namedColumns).joined(separator: ", ").visible
      let others = columns.count - QueryReport.namedColumns
      if others > 0 { names += " and \(Wording.count(others, "other column"))" }
      return report.line("Empty", "no row of \(table) had a value in \(names)")
    }
  }

  private var input: String {
    var text =
      "\(Wording.count(result.summary.events, "event")) in \(Wording.count(result.summary.files, "file")), "
      + "\(Wording.duration(result.summary.seconds))"
    if result.endsEarly { text += "; not read to the end: no further row could change the result" }
    return report.line("Input", text)
  }
}
