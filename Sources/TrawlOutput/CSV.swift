import TrawlMatcher

/// Findings as CSV (RFC 4180), a header line first. Controls are shown as escapes, so a finding is one line; a cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
public struct CSV: FindingFormat {
  private let detail: FindingDetail

  public init(_ detail: FindingDetail = FindingDetail()) {
    self.detail = detail
  }

  public var header: [UInt8] {
    var columns = [
      "timestamp", "level", "title", "computer", "file", "record", "offset", "id", "status", "tags",
      "logsource",
    ]
    if detail.evidence { columns.append("evidence") }
    if detail.event != .none { columns.append("event") }
    return Array((columns.joined(separator: ",") + "\r\n").utf8)
  }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    let rule = finding.rule
    let source = rule.logSource.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    var cells = [
      finding.timestamp ?? "", rule.level, rule.title, finding.computer ?? "", finding.file,
      "\(finding.record)",
      "\(finding.offset)", rule.id, rule.status, rule.tags.joined(separator: " "), source,
    ]
    if detail.evidence { cells.append(finding.evidence.map(CSV.text).joined(separator: "; ")) }
    if detail.event != .none {
      var event: [UInt8] = []
      event.appendEvent(of: finding, detail.event)
      cells.append(String(decoding: event, as: UTF8.self))
    }
    for (index, cell) in cells.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      CSV.append(cell, &output)
    }
    output.append("\r\n")
  }

  /// `selection: Image|endswith \cmd.exe`
  private static func text(_ item: Evidence) -> String {
    let subject = ([item.field].compactMap { $0 } + item.modifiers).joined(separator: "|")
    return "\(item.searchIdentifier): \(subject)\(subject.isEmpty ? "" : " ")\(item.pattern)"
  }

  static func append(_ cell: String, _ output: inout [UInt8]) {
    let isFormula = cell.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    let isQuoted = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
    if isQuoted { output.append(UInt8(ascii: "\"")) }
    if isFormula { output.append(UInt8(ascii: "'")) }
    if isQuoted {
      output.append(
        cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""), .visible)
      output.append(UInt8(ascii: "\""))
    } else {
      output.append(cell, .visible)
    }
  }
}
