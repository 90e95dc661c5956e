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

/// The members of findings that many have in common, in one text each: of rules, made when they first hold, and of the
/// event of the last finding. Copied from there, which counts no references.
private struct KnownTexts {
  /// Places of the members of a rule: `rule`, then `logsource`.
  private struct RulePlaces {
    var start = 0
    var middle = 0
    var end = 0
  }

  private var ruleTexts: [UInt8] = []
  /// By number; empty where the rule was not met.
  private var rules: [RulePlaces] = []
  private var event = EventText()

  mutating func append(_ finding: Finding, to output: inout [UInt8]) {
    if !event.isOf(finding) { event.set(finding) }
    let number = finding.rule.number
    while rules.count <= number { rules.append(RulePlaces()) }
    if rules[number].end == 0 { add(finding.rule) }
    let places = rules[number]
    unsafe event.texts.withUnsafeBufferPointer { event in
      unsafe ruleTexts.withUnsafeBufferPointer { rule in
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: event[..<self.event.timestampEnd]))
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: rule[places.start..<places.middle]))
        unsafe output.append(
          contentsOf: UnsafeBufferPointer(rebasing: event[self.event.timestampEnd..<self.event.sourceEnd]))
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: rule[places.middle..<places.end]))
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: event[self.event.sourceEnd...]))
      }
    }
  }

  private mutating func add(_ rule: RuleInfo) {
    let start = ruleTexts.count
    ruleTexts.append(",\"rule\":{\"id\":")
    ruleTexts.append(json: rule.id)
    ruleTexts.append(",\"title\":")
    ruleTexts.append(json: rule.title)
    ruleTexts.append(",\"level\":")
    ruleTexts.append(json: rule.level.isEmpty ? nil : rule.level)
    ruleTexts.append(",\"status\":")
    ruleTexts.append(json: rule.status.isEmpty ? nil : rule.status)
    ruleTexts.append(",\"tags\":")
    ruleTexts.append(json: rule.tags)
    ruleTexts.append(",\"language\":")
    ruleTexts.append(json: rule.language)
    ruleTexts.append(",\"file\":")
    ruleTexts.append(json: rule.file)
    ruleTexts.append("}")
    let middle = ruleTexts.count
    ruleTexts.append("},\"logsource\":{")
    for (index, part) in rule.logSource.enumerated() {
      if index > 0 { ruleTexts.append(",") }
      ruleTexts.append(json: part.name)
      ruleTexts.append(":")
      ruleTexts.append(json: part.value)
    }
    ruleTexts.append("}")
    rules[rule.number] = RulePlaces(start: start, middle: middle, end: ruleTexts.count)
  }
}

/// The members of a finding that are the same for all findings of an event: `timestamp`, `source` and `computer`.
private struct EventText {
  private(set) var texts: [UInt8] = []
  private(set) var timestampEnd = 0
  private(set) var sourceEnd = 0
  private var sourceFile: [UInt8] = []
  private var file: String?
  private var offset = 0
  private var record = 0

  func isOf(_ finding: Finding) -> Bool {
    offset == finding.offset && record == finding.record && file == finding.file
  }

  mutating func set(_ finding: Finding) {
    if file != finding.file { setFile(finding.file) }
    (offset, record) = (finding.offset, finding.record)
    texts.removeAll(keepingCapacity: true)
    if let time = finding.time {
      texts.append(literal: "{\"timestamp\":\"")
      time.append(to: &texts)
      texts.append(UInt8(ascii: "\""))
    } else {
      texts.append(literal: "{\"timestamp\":null")
    }
    timestampEnd = texts.count
    texts += sourceFile
    texts.append(decimal: finding.record)
    texts.append(literal: ",\"offset\":")
    texts.append(decimal: finding.offset)
    sourceEnd = texts.count
    texts.append(literal: ",\"computer\":")
    texts.append(json: finding.computer)
  }

  private mutating func setFile(_ file: String) {
    self.file = file
    sourceFile = []
    sourceFile.append(",\"source\":{\"file\":")
    sourceFile.append(json: file)
    sourceFile.append(",\"record\":")
  }
}
