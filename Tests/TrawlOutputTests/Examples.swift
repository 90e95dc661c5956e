import TrawlMatcher
import TrawlOutput

/// A finding to vary.
func example(
  title: String = "Reverse Shell", level: String = "high", file: String = "logs/a.json",
  computer: String? = "ws1",
  timestamp: String? = "2026-04-02T10:00:00.123Z", evidence: [Evidence] = [], event: String? = nil
) -> Finding {
  let rule = RuleInfo(
    number: 0,
    id: "8b36cd0c-cb80-442c-81e8-ea41e64f74fe", title: title, level: level, status: "stable",
    tags: ["attack.execution", "attack.t1059.004"], language: "sigma", file: "rules/shell.yml",
    logSource: [("product", "linux"), ("category", "process_creation")], items: [], condition: [])
  return Finding(
    rule: rule, time: timestamp.flatMap { DateText($0.utf8) }, computer: computer, file: file, record: 12,
    offset: 3456,
    evidence: evidence,
    event: event)
}

func evidence(
  _ pattern: String, in value: String?, at range: Range<Int>? = nil, field: String? = "CommandLine",
  modifiers: [String] = ["contains"], of searchIdentifier: String = "selection"
) -> Evidence {
  Evidence(
    searchIdentifier: searchIdentifier, field: field, modifiers: modifiers, pattern: pattern, value: value,
    range: range)
}

extension FindingFormat {
  /// What is written of one finding.
  func text(_ finding: Finding) -> String {
    var output: [UInt8] = []
    append(finding, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}

/// Every character that no terminal may get from a log.
let hazards: [Unicode.Scalar] =
  ((0...0x1F).map { $0 } + [0x7F] + Array(0x80...0x9F)
  + [0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0041])
  .compactMap { Unicode.Scalar(UInt32($0)) }
