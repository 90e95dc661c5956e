import TrawlCompiler
import TrawlOutput
import TrawlRules

extension ExplainReport {
  /// How a scan finds the rule: its literals, which of them announce it, and what is asked besides.
  var findings: [String] {
    guard !rule.plans.isEmpty else { return [] }
    var lines = [title("Is found by")]
    for (plan, source) in zip(rule.plans, explanation.sources) {
      let groups = alike(plan.programs.filter { !$0.events.isNone })
      for group in groups {
        if rule.plans.count > 1 || groups.count > 1 {
          lines += hanging("", 0, name(group[0], source), indent: 2)
        }
        lines += finding(group[0])
        let others = group.dropFirst().map { way($0) ?? source.visible }.joined(separator: ", ")
        if !others.isEmpty {
          lines += hanging("", 0, "The same in \(others), with its own fields.", indent: 4)
        }
      }
    }
    return lines.count == 1 ? lines + ["  nothing: it reads no events"] : lines
  }

  private func name(_ program: RulePlan.Program, _ source: String) -> String {
    source.visible + (way(program).map { ", " + $0 } ?? "")
  }

  /// By which other events a program is; nil for those of the log source itself.
  private func way(_ program: RulePlan.Program) -> String? {
    (program.route.map { "route \($0)" } ?? program.member.map { "events with the member \($0)" })?.visible
  }

  /// Programs whose items count alike, together.
  private func alike(_ programs: [RulePlan.Program]) -> [[RulePlan.Program]] {
    var groups: [[RulePlan.Program]] = []
    for program in programs {
      let index = groups.firstIndex { group in
        group[0].isAlways == program.isAlways && group[0].items.count == program.items.count
          && zip(group[0].items, program.items).allSatisfy { $0.role == $1.role && $0.literal == $1.literal }
      }
      if let index { groups[index].append(program) } else { groups.append([program]) }
    }
    return groups
  }

  private func finding(_ program: RulePlan.Program) -> [String] {
    let announcing = distinct(program.items.filter(\.role.announces))
    var lines: [String] = []
    if program.isAlways {
      let sentence = "No literal is required: the \(noun) is evaluated for every event of its log source."
      lines += hanging("", 0, sentence, indent: 4)
    } else {
      let what = announcing.count == 1 ? "this is" : "one of these is"
      let sentence = "The required bit is set where \(what) found. Only then the \(noun) is evaluated."
      lines += hanging("", 0, sentence, indent: 4)
      lines += list(announcing, announcement)
    }
    let compared = distinct(program.items.filter { $0.role == .compared })
    if !compared.isEmpty {
      lines += hanging("", 0, "Then asked of the event's own values:", indent: 4) + byField(compared)
    }
    let excluding = distinct(program.items.filter { $0.role == .excluding })
    if !excluding.isEmpty {
      lines += hanging("", 0, "Likewise, to leave events out:", indent: 4) + byField(excluding)
    }
    return lines
  }

  private static let mostLiterals = 15

  private func list(_ items: [RulePlan.Item], _ words: (RulePlan.Item) -> String) -> [String] {
    let shown = items.prefix(ExplainReport.mostLiterals).flatMap { item in
      hanging("- ", 2, words(item).visible, indent: 6)
    }
    let rest = items.count - min(items.count, ExplainReport.mostLiterals)
    return rest > 0 ? shown + ["      " + style.dim("and \(Wording.count(rest)) more")] : shown
  }

  private func distinct(_ items: [RulePlan.Item]) -> [RulePlan.Item] {
    var seen: Set<[String?]> = []
    return items.filter { seen.insert([$0.field, $0.literal, $0.role.rawValue]).inserted }
  }

  /// Items that are only compared, those of a field on one line.
  private func byField(_ items: [RulePlan.Item]) -> [String] {
    var fields: [String] = []
    for item in items where !fields.contains(item.field ?? "any value") {
      fields.append(item.field ?? "any value")
    }
    return fields.flatMap { field in
      let own = items.filter { ($0.field ?? "any value") == field }
      let words = own.prefix(ExplainReport.mostLiterals).map {
        $0.literal.map(quoted) ?? "a test without a literal"
      }
      let rest = own.count - words.count
      let text = words.joined(separator: ", ") + (rest > 0 ? " and \(Wording.count(rest)) more" : "")
      return hanging("- ", 2, "\(field): \(text)".visible, indent: 6)
    }
  }

  /// A literal in quotes, without the end of a long one.
  private func quoted(_ literal: String) -> String {
    literal.isEmpty ? "(empty)" : "'\(literal.fitted(to: max(30, width - 30)))'"
  }

  private func announcement(_ item: RulePlan.Item) -> String {
    let field = item.field ?? "any value"
    let literal = item.literal.map(quoted) ?? "a test"
    let confirmed = item.isConfirmed ? "; then the whole test is made on the value" : ""
    switch item.role {
    case .database: return "\(literal) in \(field): a pattern of the database\(confirmed)"
    case .equality: return "\(literal) as all of \(field): looked up in the table of equalities\(confirmed)"
    case .family: return "\(literal) in \(field): one of a family, looked up by its name"
    case .gate: return "\(literal) anywhere in the raw event: a gate before values are looked at\(confirmed)"
    case .check where item.literal == nil:
      return "a test of \(field) without a literal: made on each new value"
    case .check: return "\(literal) in \(field): too short for the database, looked for in each new value"
    case .compared, .excluding: return "\(literal) in \(field)"
    }
  }
}

extension RulePlan.Events {
  /// Whether there are none.
  var isNone: Bool { windows.isEmpty && named == nil }
}
