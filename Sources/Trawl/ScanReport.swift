import TrawlMatcher
import TrawlOutput
import TrawlScanner

/// What is said to the user when a scan is over: counts, speed, and all that was not looked at, with the reason.
public struct ScanReport {
  private let summary: ScanSummary
  private let rules: PreparedRules
  private let style: Style
  /// Cells of a line.
  private let width: Int
  /// Inputs that could not be read at all, found before the scan.
  private let missing: [InputProblem]
  /// The file that the findings are in.
  private let output: String?

  public init(
    _ summary: ScanSummary, _ rules: PreparedRules, missing: [InputProblem] = [], output: String? = nil,
    width: Int,
    style: Style
  ) {
    self.summary = summary
    self.rules = rules
    self.missing = missing
    self.output = output
    self.width = width
    self.style = style
  }

  /// How many of the rules that hit most, and of files that were skipped, are named.
  private static let shown = 10

  public var text: String {
    let parts = [topRules, [line("Rules", ruleCounts)] + ruleRefusals, input, trouble]
    return style.bold(headline) + "\n" + parts.joined().map { $0 + "\n" }.joined()
  }

  func line(_ label: String, _ text: String) -> String {
    let lines = text.wrappedAtBlanks(to: max(20, width - 9))
    return style.dim(label.padded(to: 9)) + lines.joined(separator: "\n" + String(repeating: " ", count: 9))
  }
}

extension ScanReport {
  /// What is said when rules were compiled into a file.
  public static func compiled(_ rules: PreparedRules, _ path: String, _ size: Int) -> String {
    var text = "\(Wording.count(rules.used, "rule")) compiled to \(path.visible), \(Wording.bytes(size))"
    if rules.unselected > 0 { text += "; \(Wording.count(rules.unselected)) not selected" }
    if rules.refused > 0 { text += "; \(Wording.count(rules.refused)) refused (trawl check shows where)" }
    return text + "\n"
  }

  private var headline: String {
    var text = summary.findings == 0 ? "Nothing found" : Wording.count(summary.findings, "finding")
    let levels = countsByLevel
    if !levels.isEmpty { text += ": " + levels.joined(separator: ", ") }
    return text + (summary.isStopped ? " (stopped before the end)" : "")
  }

  private var countsByLevel: [String] {
    var counts: [String: Int] = [:]
    for (rule, count) in summary.findingsByRule {
      counts[rules.ruleset.rules[rule].level, default: 0] += count
    }
    return ["critical", "high", "medium", "low", "informational", ""].compactMap { level in
      guard let count = counts[level] else { return nil }
      return style.level("\(Wording.count(count)) \(level.isEmpty ? "without level" : level)", of: level)
    }
  }

  /// The rules that hit most.
  private var topRules: [String] {
    let counts = summary.findingsByRule.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var lines = counts.prefix(ScanReport.shown).map { rule, count in
      let rule = rules.ruleset.rules[rule]
      let number = Wording.count(count)
      return String(repeating: " ", count: max(0, 9 - number.count)) + number + "  "
        + style.level(Table.name(rule.level, width: 8).padded(to: 8), of: rule.level) + "  "
        + rule.title.fitted(to: max(20, width - 21))
    }
    if counts.count > ScanReport.shown {
      lines.append(style.dim("           and \(Wording.count(counts.count - ScanReport.shown, "more rule"))"))
    }
    return lines
  }

  var ruleCounts: String {
    var parts = ["\(Wording.count(rules.used)) used"]
    if rules.unselected > 0 { parts.append("\(Wording.count(rules.unselected)) not selected") }
    if rules.refused > 0 { parts.append(style.error("\(Wording.count(rules.refused)) refused")) }
    if rules.correlations > 0 {
      parts.append("\(Wording.count(rules.correlations, "correlation")) not evaluated")
    }
    if rules.filters > 0 { parts.append("\(Wording.count(rules.filters, "filter")) not applied") }
    return parts.joined(separator: ", ")
  }

  var ruleRefusals: [String] {
    guard rules.refused > 0 else { return [] }
    let reasons = rules.reasons(.error).map { "\(Wording.count($0.count)) \($0.reason)" }
    return [line("", "refused: " + reasons.joined(separator: ", ") + " (trawl check shows where)")]
  }

  private var input: [String] {
    let seconds = max(summary.seconds, 1e-6)
    let amount =
      "\(Wording.count(summary.events, "event")) in \(Wording.count(summary.files, "file")), \(Wording.bytes(summary.bytes))"
    let speed =
      "\(Wording.bytes(Int(Double(summary.bytes) / seconds)))/s, \(Wording.count(Int(Double(summary.events) / seconds))) events/s"
    let lines = [line("Input", amount), line("Time", "\(Wording.duration(summary.seconds)): \(speed)")]
    return lines + (output.map { [line("Output", $0.visible)] } ?? [])
  }
}

extension ScanReport {
  private var trouble: [String] { unseen + surrenders }

  /// All that was not looked at, or is not what it should be.
  var unseen: [String] { unreadRecords + misfits + skippedFiles + unseenEvents }

  private var unreadRecords: [String] {
    let total = summary.problems.values.reduce(0, +)
    guard total > 0 else { return [] }
    let reasons = summary.problems.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(Wording.count($0.value)) \($0.key)" }
    var lines = [
      line("Unread", style.warning(Wording.count(total, "record")) + ": " + reasons.joined(separator: ", "))
    ]
    lines += summary.firstProblems.map { line("", "\($0.file):\($0.place): \($0.reason)".visible) }
    if total > summary.firstProblems.count { lines.append(line("", "and so on")) }
    return lines
  }

  private var misfits: [String] {
    let total = summary.misfits.values.reduce(0) { $0 + $1.count }
    guard total > 0 else { return [] }
    let columns = summary.misfits.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    var lines = [
      line(
        "Types",
        style.warning(Wording.count(total, "number or Boolean", "numbers or Booleans"))
          + " in columns of text: read as text")
    ]
    lines += columns.prefix(ScanReport.shown).map { column, misfit in
      line(
        "",
        "\(column): \(Wording.count(misfit.count)), first in \(misfit.file):\(misfit.record)".visible)
    }
    if columns.count > ScanReport.shown {
      lines.append(line("", "and \(Wording.count(columns.count - ScanReport.shown)) more"))
    }
    return lines
  }

  private var skippedFiles: [String] {
    let problems = missing + summary.inputProblems
    guard !problems.isEmpty else { return [] }
    var lines = [line("Skipped", style.warning(Wording.count(problems.count, "file")))]
    lines += problems.prefix(ScanReport.shown).map { line("", "\($0.path): \($0.message)".visible) }
    if problems.count > ScanReport.shown {
      lines.append(line("", "and \(Wording.count(problems.count - ScanReport.shown)) more"))
    }
    return lines
  }

  private var unseenEvents: [String] {
    var lines: [String] = []
    if summary.counts.eventsOutside > 0 {
      lines.append(
        line(
          "Outside",
          "\(Wording.count(summary.counts.eventsOutside, "event")) before --from or not before --to"))
    }
    if summary.counts.eventsWithoutTime > 0 {
      lines.append(
        line(
          "No time",
          style.warning(Wording.count(summary.counts.eventsWithoutTime, "event"))
            + " without a time that is understood: looked at all the same"))
    }
    if summary.counts.unknownEvents > 0 {
      lines.append(
        line(
          "Unknown",
          style.warning(Wording.count(summary.counts.unknownEvents, "event"))
            + " of unknown log source: no rule looked at them"))
      lines += unknownLogs.map { line("", $0.visible) }
      lines.append(
        line(
          "",
          "say what they are, such as --logsource product=aws,service=cloudtrail, or --table DeviceProcessEvents"
        ))
    }
    if summary.counts.unroutedEvents > 0 {
      lines.append(
        line(
          "No rule",
          "\(Wording.count(summary.counts.unroutedEvents, "event")) of log sources that no rule is about"
        ))
    }
    return lines
  }

  /// Each log once that has such events, but no more than are worth a look.
  private var unknownLogs: [String] {
    let logs = summary.unknownEvents.sorted { $0.key < $1.key }
    let shown = logs.prefix(ScanReport.shown).map { "\($0.key): \(Wording.count($0.value))" }
    return logs.count > shown.count ? shown + ["and so on"] : shown
  }

  private var surrenders: [String] {
    let count = rules.ruleset.surrenderCount
    guard count > 0 else { return [] }
    return [
      line(
        "Gave up",
        style.warning("\(Wording.count(count, "value"))")
          + " on which a regular expression hit its match limit; taken as not matching")
    ]
  }
}
