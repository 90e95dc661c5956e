import TrawlCompiler
import TrawlOutput
import TrawlRules

/// What `trawl explain` says of a rule to people.
public struct ExplainReport {
  let rule: ExplainedRule
  let style: Style
  /// Cells of a line.
  let width: Int

  public init(_ rule: ExplainedRule, width: Int, style: Style) {
    self.rule = rule
    self.width = width
    self.style = style
  }

  public var text: String {
    var parts = [head]
    if rule.event != nil {
      parts += [eventHead, asks, verdict]
    } else {
      parts += [reads, asks, findings, worth]
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  var explanation: Explanation { rule.explanation }
}

extension ExplainReport {
  /// The rule as a whole; of an event, what tells the rule from others.
  private var head: [String] {
    let about = explanation.metadata
    var lines = [style.bold(explanation.title.visible)]
    lines += field("id", "\(explanation.id) (\(explanation.language == .kql ? "KQL" : "Sigma"))")
    lines += field("file", "\(explanation.location.file):\(explanation.location.line)")
    if rule.event == nil {
      let level = explanation.level.map { style.level($0.rawValue, of: $0.rawValue) }
      lines += field(
        "level", styled: [level, explanation.status?.rawValue].compactMap(\.self).joined(separator: ", "))
      lines += field("tags", explanation.tags.joined(separator: ", "))
      lines += field("about", about.description?.inOneLine ?? "")
      lines += field("harmless", about.falsePositives.map(\.inOneLine).joined(separator: "; "))
    }
    lines += outcome
    for diagnostic in rule.diagnostics where diagnostic.severity == .warning {
      lines += field("note", diagnostic.message)
    }
    return lines
  }

  private var outcome: [String] {
    let outcome = explanation.outcome
    let name = outcome.name == "skipped" ? style.warning(outcome.name) : style.bold(outcome.name)
    return field("outcome", styled: ([name + ":"] + outcome.remarks.map(\.visible)).joined(separator: " "))
  }

  func field(_ label: String, _ text: String) -> [String] { field(label, styled: text.visible) }

  /// A label and a text that is fit to be shown, which may be long; nothing for an empty one.
  private func field(_ label: String, styled text: String) -> [String] {
    text.isEmpty ? [] : hanging(style.dim(label.padded(to: 10)), 10, text, indent: 2)
  }

  /// A text in as many lines as it needs, below each other behind a head of so many cells.
  func hanging(_ head: String, _ size: Int, _ text: String, indent: Int) -> [String] {
    let lines = text.wrappedAtBlanks(to: max(24, width - indent - size))
    let blanks = String(repeating: " ", count: indent)
    return lines.enumerated().map { number, line in
      blanks + (number == 0 ? head : String(repeating: " ", count: size)) + line
    }
  }

  func title(_ text: String) -> String { style.bold(text) }

  /// `rule` or `query`.
  var noun: String { explanation.language == .kql ? "query" : "rule" }
}

extension String {
  fileprivate var inOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
