import Synchronization
import TrawlMatcher

/// Findings as JSON lines, one object a line. The schema is documented in `docs/findings.md`.
public struct JSONLines: FindingFormat {
  private let detail: FindingDetail
  private let rules = RuleTexts()

  public init(_ detail: FindingDetail = FindingDetail()) {
    self.detail = detail
  }

  public var header: [UInt8] { [] }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    output.append("{\"timestamp\":")
    output.append(json: finding.timestamp)
    let rule = rules.text(of: finding.rule) { JSONLines.text(of: $0) }
    output += rule.rule
    output.append(",\"source\":{\"file\":")
    output.append(json: finding.file)
    output.append(",\"record\":")
    output.append(decimal: finding.record)
    output.append(",\"offset\":")
    output.append(decimal: finding.offset)
    output += rule.logSource
    output.append(",\"computer\":")
    output.append(json: finding.computer)
    if detail.evidence { append(finding.evidence, &output) }
    if detail.event != .none {
      output.append(",\"event\":")
      output.appendEvent(of: finding, detail.event)
    }
    output.append("}\n")
  }

  private static func text(of rule: RuleInfo) -> RuleText {
    var text = RuleText()
    text.rule.append(",\"rule\":{\"id\":")
    text.rule.append(json: rule.id)
    text.rule.append(",\"title\":")
    text.rule.append(json: rule.title)
    text.rule.append(",\"level\":")
    text.rule.append(json: rule.level.isEmpty ? nil : rule.level)
    text.rule.append(",\"status\":")
    text.rule.append(json: rule.status.isEmpty ? nil : rule.status)
    text.rule.append(",\"tags\":")
    text.rule.append(json: rule.tags)
    text.rule.append(",\"language\":")
    text.rule.append(json: rule.language)
    text.rule.append(",\"file\":")
    text.rule.append(json: rule.file)
    text.rule.append("}")
    text.logSource.append("},\"logsource\":{")
    for (index, part) in rule.logSource.enumerated() {
      if index > 0 { text.logSource.append(",") }
      text.logSource.append(json: part.name)
      text.logSource.append(":")
      text.logSource.append(json: part.value)
    }
    text.logSource.append("}")
    return text
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
    // The decoder is lenient where nothing depends on it (`\q`); the output is not.
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

/// The members of a finding that are the same for all findings of a rule.
private struct RuleText {
  /// `"rule"`.
  var rule: [UInt8] = []
  /// `"logsource"`.
  var logSource: [UInt8] = []
}

/// Makes the texts of rules once each.
private final class RuleTexts: Sendable {
  private let texts = Mutex<[RuleText?]>([])

  func text(of rule: RuleInfo, _ make: (RuleInfo) -> RuleText) -> RuleText {
    texts.withLock { texts in
      while texts.count <= rule.number { texts.append(nil) }
      if let text = texts[rule.number] { return text }
      let text = make(rule)
      texts[rule.number] = text
      return text
    }
  }
}
