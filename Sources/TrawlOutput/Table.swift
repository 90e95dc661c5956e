import TrawlMatcher

/// Findings as a table for people: one line each, in columns whose widths are fixed beforehand, so that lines can be shown
/// as they come.
public struct Table: FindingFormat {
  private let detail: FindingDetail
  private let style: Style
  let columns: Columns

  /// Cells that the columns take.
  struct Columns {
    /// `2020-09-20 14:20:03`
    let time = 19
    let level: Int
    let title: Int
    let computer: Int
    let place: Int
    let total: Int

    /// Shares what the time and the level leave: most for the title, then the place.
    init(width: Int) {
      let isNarrow = width < 100
      level = isNarrow ? 4 : 8
      let gaps = 4 * 2
      let room = max(30, width - time - level - gaps)
      computer = isNarrow ? room / 7 : min(24, room / 5)
      title = min(72, room * (isNarrow ? 11 : 10) / 21)
      place = room - computer - title
      total = time + level + gaps + room
    }
  }

  /// `width`: cells of a line.
  public init(width: Int, style: Style, _ detail: FindingDetail = FindingDetail()) {
    columns = Columns(width: width)
    self.style = style
    self.detail = detail
  }

  public var header: [UInt8] {
    let cells = [
      "TIME (UTC)".padded(to: columns.time), "LEVEL".padded(to: columns.level),
      "RULE".padded(to: columns.title),
      "COMPUTER".padded(to: columns.computer), "RECORD",
    ]
    return Array((style.bold(cells.joined(separator: "  ")) + "\n").utf8)
  }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    let rule = finding.rule
    let level = Table.name(rule.level, width: columns.level)
    let place = "\(finding.file):\(finding.record)".fittedFromEnd(to: columns.place)
    output.append(Table.time(finding.timestamp).padded(to: columns.time))
    output.append("  ")
    output.append(style.level(level.padded(to: columns.level), of: rule.level))
    output.append("  ")
    let title = rule.title.fitted(to: columns.title).padded(to: columns.title)
    output.append(detail.evidence || detail.event != .none ? style.bold(title) : title)
    output.append("  ")
    output.append((finding.computer ?? "").fitted(to: columns.computer).padded(to: columns.computer))
    output.append("  ")
    output.append(style.dim(place))
    output.append("\n")
    if detail.evidence { append(finding.evidence, &output) }
    if detail.event != .none { appendEvent(of: finding, &output) }
  }

  /// A level's name, short where there is little room.
  package static func name(_ level: String, width: Int) -> String {
    if level == "informational" { return "info" }
    let isCut = width < 8 && level.count > 4
    return (isCut ? String(level.prefix(level == "medium" ? 3 : 4)) : level).fitted(to: width)
  }

  /// To the second, without the letters.
  private static func time(_ timestamp: String?) -> String {
    guard let timestamp else { return "-" }
    return String(timestamp.prefix(19)).split(separator: "T").joined(separator: " ").fitted(to: 19)
  }
}

extension Table {
  /// `selection: CommandLine|contains '/dev/tcp/'`, and below the value in which it was found.
  private func append(_ evidence: [Evidence], _ output: inout [UInt8]) {
    var index = 0
    while index < evidence.count {
      let first = evidence[index]
      let group = evidence[index...].prefix {
        $0.searchIdentifier == first.searchIdentifier && $0.field == first.field
          && $0.modifiers == first.modifiers
          && $0.value == first.value
      }
      index = group.endIndex
      let subject = ([first.field ?? "any value"] + first.modifiers).joined(separator: "|")
      let patterns = group.map { "'\($0.pattern)'" }.joined(separator: " ")
      let line = "\(first.searchIdentifier): \(subject) \(patterns)"
      output.append("    " + style.dim(line.fitted(to: columns.total - 4)) + "\n")
      if let value = first.value, group.contains(where: { $0.pattern != value }) {
        output.append("      " + excerpt(value, group.compactMap(\.range)) + "\n")
      }
    }
  }

  /// The part of a value around the first hit that fits a line, hits in colour.
  private func excerpt(_ value: String, _ hits: [Range<Int>]) -> String {
    let room = columns.total - 6
    let first = hits.map(\.lowerBound).min() ?? 0
    var text = ""
    var (used, offset) = (0, 0)
    var isCut = false
    let start = value.displayWidth <= room ? 0 : first - room / 3
    if start > 0 {
      text = "…"
      used = 1
    }
    var run = (text: "", isHit: false)
    for scalar in value.unicodeScalars {
      defer { offset += UTF8.width(scalar) }
      guard offset >= start else { continue }
      let shown = String(scalar).visible
      used += shown.displayWidth
      if used >= room, offset + UTF8.width(scalar) < value.utf8.count {
        isCut = true
        break
      }
      let isHit = hits.contains { $0.contains(offset) }
      if isHit != run.isHit {
        text += run.isHit ? style.hit(run.text) : run.text
        run = ("", isHit)
      }
      run.text += shown
    }
    return text + (run.isHit ? style.hit(run.text) : run.text) + (isCut ? "…" : "")
  }

  private func appendEvent(of finding: Finding, _ output: inout [UInt8]) {
    guard detail.event == .full else {
      for field in finding.matchedFields {
        let values = field.values.map { $0 ?? "(none)" }.joined(separator: ", ")
        output.append("    " + "\(field.field) = \(values)".fitted(to: columns.total - 4) + "\n")
      }
      return
    }
    var event: [UInt8] = []
    event.appendEvent(of: finding, .full)
    for line in String(decoding: event, as: UTF8.self).visible.wrapped(to: columns.total - 4) {
      output.append("    " + line + "\n")
    }
  }
}

extension String {
  /// Cut into lines of so many cells; the text has no controls.
  package func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = UnicodeScalarView()
    var used = 0
    for scalar in unicodeScalars {
      used += scalar.displayWidth
      if used > width {
        lines.append(String(line))
        line = UnicodeScalarView()
        used = scalar.displayWidth
      }
      line.append(scalar)
    }
    lines.append(String(line))
    return lines
  }
}
