import TrawlCompiler
import TrawlOutput
import TrawlRules

extension ExplainReport {
  /// How a scan finds the rule: its literals, which of them announce it, and what is asked besides.
  var findings: [String] {
    guard !rule.plans.isEmpty else { return [] }
    var lines = [title("Is found by")]
    for (plan, meant) in zip(rule.plans, explanation.rules) {
      for program in plan.programs where !program.events.isNone {
        let name = program.route.map { "route \($0)" } ?? "\(meant.logSource)"
        if plan.programs.count + rule.plans.count > 2 {
          lines += hanging("", 0, style.dim(name.visible), indent: 2)
        }
        lines += finding(program)
      }
    }
    return lines.count == 1 ? lines + ["  nothing: it reads no events"] : lines
  }

  private func finding(_ program: RulePlan.Program) -> [String] {
    let announcing = distinct(program.items.filter(\.role.announces))
    var lines: [String] = []
    if program.isAlways {
      lines += hanging(
        "", 0, "No literal is required: the rule is evaluated for every event of its log source.", indent: 4)
    } else {
      let sentence =
        announcing.count == 1
        ? "The required bit: set where this is found. Only then the rule is evaluated."
        : "The required bit: set where one of these is found. Only then the rule is evaluated."
      lines += hanging("", 0, sentence, indent: 4)
      lines += list(announcing, announcement)
    }
    let compared = distinct(program.items.filter { $0.role == .compared })
    if !compared.isEmpty {
      lines += hanging(
        "", 0, "Then compared with the event's own values, since the above is rarer:", indent: 4)
      lines += list(compared, comparison)
    }
    let excluding = distinct(program.items.filter { $0.role == .excluding })
    if !excluding.isEmpty {
      lines += hanging("", 0, "Compared last, to leave events out:", indent: 4)
      lines += list(excluding, comparison)
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

  private func comparison(_ item: RulePlan.Item) -> String {
    let field = item.field ?? "any value"
    return item.literal.map { "'\($0)' in \(field)" } ?? "a test of \(field) that has no literal"
  }

  private func announcement(_ item: RulePlan.Item) -> String {
    let field = item.field ?? "any value"
    let literal = item.literal.map { "'\($0)'" } ?? "a test"
    switch item.role {
    case .database:
      return "\(literal) in \(field): a pattern of the database"
        + (item.isConfirmed ? "; the whole test is then made on the value" : "; where it lies decides")
    case .equality:
      return "\(literal) as all of \(field): looked up in the table of equalities"
        + (item.isConfirmed ? "; the whole test is then made on the value" : "")
    case .family: return "\(literal) in \(field): one of a family, looked up by its name"
    case .gate: return "\(literal) anywhere in the raw event: a gate before any value is looked at"
    case .check:
      return
        "\(literal) in \(field): \(item.literal == nil ? "it has no literal" : "too short for the database"), so each new value is tested"
    case .compared, .excluding: return comparison(item)
    }
  }
}

extension RulePlan.Events {
  /// Whether there are none.
  var isNone: Bool { windows.isEmpty && named == nil }
}
