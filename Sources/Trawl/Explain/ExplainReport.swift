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
      parts += [reads, asks, findings]
    }
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  var explanation: Explanation { rule.explanation }
}

extension ExplainReport {
  /// The rule as a whole.
  private var head: [String] {
    let about = explanation.metadata
    var lines = [style.bold(explanation.title.visible)]
    lines += field("id", "\(explanation.id) (\(explanation.language == .kql ? "KQL" : "Sigma"))")
    let level = explanation.level.map { style.level($0.rawValue, of: $0.rawValue) }
    let grades = [level, explanation.status?.rawValue].compactMap(\.self).joined(separator: ", ")
    lines += field("level", styled: grades)
    lines += field("file", explanation.location.description)
    lines += field("tags", explanation.tags.joined(separator: ", "))
    lines += field("about", about.description ?? "")
    lines += field("harmless", about.falsePositives.joined(separator: "; "))
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

  private func field(_ label: String, _ text: String) -> [String] { field(label, styled: text.visible) }

  /// A label and a text that is fit to be shown, which may be long; nothing for an empty one.
  func field(_ label: String, styled text: String) -> [String] {
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
}

extension ExplainReport {
  /// Which events the rule looks at, and which of their fields.
  private var reads: [String] {
    let programs = rule.plans.flatMap(\.programs)
    guard !programs.isEmpty else { return [] }
    var lines = [title("Reads")]
    for (plan, source) in zip(rule.plans, explanation.rules) {
      lines += hanging("", 0, "\(source.logSource)".visible, indent: 2)
      for program in plan.programs { lines += events(program) }
    }
    let fields = Set(programs.flatMap(\.fields)).sorted()
    let keywords = programs.flatMap(\.items).contains { $0.field == nil }
    let names = (fields + (keywords ? ["every value, for keywords"] : [])).joined(separator: ", ")
    return lines + field("fields", names)
  }

  private func events(_ program: RulePlan.Program) -> [String] {
    var lines = program.events.windows.map { events in
      let channel = events.channel.map { "Windows, channel \($0)" } ?? "Windows, every channel"
      guard !events.eventIDs.isEmpty else { return channel + ", every event" }
      let plural = events.eventIDs.count > 1 ? "events" : "event"
      return "\(channel), \(plural) \(events.eventIDs.joined(separator: ", "))"
    }
    if let named = program.events.named {
      let parts = named.map { "\($0.part) \($0.value)" }.joined(separator: ", ")
      lines.append("other events that are known to be of \(parts)")
    }
    if lines.isEmpty { lines = ["no events that the table of log sources knows"] }
    let route = program.route.map { " (route \($0))" } ?? ""
    let renamed = program.renamed.map { "\($0.field) is \($0.source)" }
    var shown = lines.flatMap { hanging("- ", 2, ($0 + route).visible, indent: 4) }
    if !renamed.isEmpty {
      shown += hanging("", 0, style.dim(("there " + renamed.joined(separator: ", ")).visible), indent: 6)
    }
    return shown
  }
}
