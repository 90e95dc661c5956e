import TrawlMatcher

/// Findings as JSON lines, one object a line. The schema is documented in `docs/findings.md`.
public struct JSONLines: FindingFormat {
  private let detail: FindingDetail

  public init(_ detail: FindingDetail = FindingDetail()) {
    self.detail = detail
  }

  public var header: [UInt8] { [] }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    output.append("{\"timestamp\":")
    output.append(json: finding.timestamp)
    append(finding.rule, &output)
    output.append(",\"source\":{\"file\":")
    output.append(json: finding.file)
    output.append(",\"record\":\(finding.record),\"offset\":\(finding.offset)},\"logsource\":{")
    for (index, part) in finding.rule.logSource.enumerated() {
      if index > 0 { output.append(",") }
      output.append(json: part.name)
      output.append(":")
      output.append(json: part.value)
    }
    output.append("},\"computer\":")
    output.append(json: finding.computer)
    if detail.evidence { append(finding.evidence, &output) }
    if detail.event != .none {
      output.append(",\"event\":")
      output.appendEvent(of: finding, detail.event)
    }
    output.append("}\n")
  }

  private func append(_ rule: RuleInfo, _ output: inout [UInt8]) {
    output.append(",\"rule\":{\"id\":")
    output.append(json: rule.id)
    output.append(",\"title\":")
    output.append(json: rule.title)
    output.append(",\"level\":")
    output.append(json: rule.level.isEmpty ? nil : rule.level)
    output.append(",\"status\":")
    output.append(json: rule.status.isEmpty ? nil : rule.status)
    output.append(",\"tags\":")
    output.append(json: rule.tags)
    output.append(",\"language\":")
    output.append(json: rule.language)
    output.append(",\"file\":")
    output.append(json: rule.file)
    output.append("}")
  }

  private func append(_ evidence: [Evidence], _ output: inout [UInt8]) {
    output.append(",\"evidence\":[")
    for (index, item) in evidence.enumerated() {
      output.append(index > 0 ? ",{\"search_identifier\":" : "{\"search_identifier\":")
      output.append(json: item.searchIdentifier)
      output.append(",\"field\":")
      output.append(json: item.field)
      output.append(",\"modifiers\":")
      output.append(json: item.modifiers)
      output.append(",\"pattern\":")
      output.append(json: item.pattern)
      output.append(",\"value\":")
      output.append(json: item.value)
      output.append(",\"offset\":")
      output.append(json: item.range?.lowerBound)
      output.append(",\"length\":")
      output.append(json: item.range?.count)
      output.append("}")
    }
    output.append("]")
  }
}

extension [UInt8] {
  /// Appends the event as JSON on one line: the matched fields, or all of its own text.
  mutating func appendEvent(of finding: Finding, _ detail: FindingDetail.Event) {
    guard detail == .full else { return appendFields(finding.matchedFields) }
    guard let event = finding.event else { return append("null") }
    // The decoder is lenient where nothing depends on it (`01`, `tru`); the output is not.
    if JSONValidator.isValid(event) { append(event, .jsonText) } else { append(json: event) }
  }

  private mutating func appendFields(_ fields: [(field: String, values: [String?])]) {
    append("{")
    for (index, field) in fields.enumerated() {
      if index > 0 { append(",") }
      append(json: field.field)
      append(":")
      if field.values.count == 1 {
        append(json: field.values[0])
      } else {
        append("[")
        for (place, value) in field.values.enumerated() {
          if place > 0 { append(",") }
          append(json: value)
        }
        append("]")
      }
    }
    append("}")
  }
}
