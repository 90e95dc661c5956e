import TrawlMatcher

/// Findings as JSON lines, one object a line. The schema is documented in `docs/findings.md`.
///
/// What is the same for all findings of an event, or of a rule, is made once.
public final class JSONLines: FindingFormat {
  private let detail: FindingDetail
  private var texts = KnownTexts()

  public init(_ detail: FindingDetail = FindingDetail()) {
    self.detail = detail
  }

  public var header: [UInt8] { [] }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    texts.append(finding, to: &output)
    if detail.evidence { append(finding.evidence, &output) }
    if detail.event != .none {
      output.append(",\"event\":")
      output.appendEvent(of: finding, detail.event)
    }
    output.append(literal: "}\n")
  }

  fileprivate static func text(of rule: RuleInfo) -> RuleText {
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

/// The texts of rules, made once each, and of the event of the last finding.
private struct KnownTexts {
  private var rules: [RuleText?] = []
  private var event = EventText()

  mutating func append(_ finding: Finding, to output: inout [UInt8]) {
    if !event.isOf(finding) { event.set(finding) }
    let number = finding.rule.number
    while rules.count <= number { rules.append(nil) }
    if rules[number] == nil { rules[number] = JSONLines.text(of: finding.rule) }
    output += event.timestamp
    output += rules[number]!.rule
    output += event.source
    output += rules[number]!.logSource
    output += event.computer
  }
}

/// The members of a finding that are the same for all findings of an event.
private struct EventText {
  private(set) var timestamp: [UInt8] = []
  private(set) var source: [UInt8] = []
  private var sourceFile: [UInt8] = []
  private(set) var computer: [UInt8] = []
  private var file: String?
  private var offset = 0
  private var record = 0

  func isOf(_ finding: Finding) -> Bool {
    offset == finding.offset && record == finding.record && file == finding.file
  }

  mutating func set(_ finding: Finding) {
    if file != finding.file { setFile(finding.file) }
    (offset, record) = (finding.offset, finding.record)
    timestamp.removeAll(keepingCapacity: true)
    if let time = finding.time {
      timestamp.append(literal: "{\"timestamp\":\"")
      time.append(to: &timestamp)
      timestamp.append(UInt8(ascii: "\""))
    } else {
      timestamp.append(literal: "{\"timestamp\":null")
    }
    source.removeAll(keepingCapacity: true)
    source += sourceFile
    source.append(decimal: finding.record)
    source.append(literal: ",\"offset\":")
    source.append(decimal: finding.offset)
    computer.removeAll(keepingCapacity: true)
    computer.append(literal: ",\"computer\":")
    computer.append(json: finding.computer)
  }

  private mutating func setFile(_ file: String) {
    self.file = file
    sourceFile = []
    sourceFile.append(",\"source\":{\"file\":")
    sourceFile.append(json: file)
    sourceFile.append(",\"record\":")
  }
}
