import TrawlMatcher
import TrawlOutput

extension BenchReport {
  /// The rules and the literals that cost most without use.
  func costTables(_ costs: MatchCosts) -> [String] {
    var rules = Array(repeating: MatchCosts.Program(), count: self.rules.ruleset.rules.count)
    for (program, rule) in zip(costs.programs, self.rules.ruleset.rulesOfPrograms) {
      rules[rule].add(program)
    }
    return [""] + ruleTable(rules) + [""] + literalTable(costs.patterns, rules)
  }

  private func ruleTable(_ rules: [MatchCosts.Program]) -> [String] {
    let ranking = Ranking(rules.map { (cost: $0.misses, further: $0.candidates - $0.held) }, top: top)
    let title = style.bold("Rules that were evaluated most without holding")
    guard !ranking.shown.isEmpty else { return [title, "none"] }
    let rows = ranking.shown.map { number in
      let rule = rules[number]
      let cells = [rule.misses, rule.evaluations, rule.candidates, rule.held]
      return BenchReport.cells(cells.map { Wording.count($0) }) + "  "
        + self.rules.ruleset.rules[number].title.fitted(to: max(20, width - 42))
    }
    let head = BenchReport.cells(["in vain", "evaluated", "candidate", "held"]) + "  rule"
    return [title, style.dim(head)] + rows + rest(ranking, "rule", "evaluations in vain")
  }

  private func literalTable(_ patterns: [MatchCosts.Pattern], _ rules: [MatchCosts.Program]) -> [String] {
    let ranking = Ranking(patterns.map { (cost: $0.reports - $0.uses, further: $0.reports) }, top: top)
    let title = style.bold("Literals that the database reported most without use")
    guard !ranking.shown.isEmpty else { return [title, "none"] }
    let room = max(40, width - 34)
    let literalWidth = max(16, min(60, room * 2 / 5))
    let rows = ranking.shown.map { number in
      let pattern = patterns[number]
      let cells = [pattern.reports - pattern.uses, pattern.reports, pattern.uses]
      return BenchReport.cells(cells.map { Wording.count($0) }) + "  "
        + literal(number, width: literalWidth).padded(to: literalWidth) + "  "
        + announced(by: number, rules, width: room - literalWidth)
    }
    let head =
      BenchReport.cells(["in vain", "reports", "of use"]) + "  " + "literal".padded(to: literalWidth)
      + "  announces"
    return [title, style.dim(head)] + rows + rest(ranking, "literal", "reports in vain")
  }

  /// The literal in quotes, which show the blanks at its ends.
  private func literal(_ pattern: Int, width: Int) -> String {
    "'" + rules.ruleset.literal(ofPattern: pattern).fitted(to: width - 2) + "'"
  }

  /// The rule that was evaluated most in vain of those that a literal announces, and how many others there are.
  private func announced(by pattern: Int, _ costs: [MatchCosts.Program], width: Int) -> String {
    let announced = rules.ruleset.rules(ofPattern: pattern)
    guard let worst = announced.max(by: { (costs[$0].misses, $1) < (costs[$1].misses, $0) }) else {
      return style.dim("no rule that is used")
    }
    let others = announced.count > 1 ? " +\(Wording.count(announced.count - 1))" : ""
    return rules.ruleset.rules[worst].title.fitted(to: max(10, width - others.count)) + others
  }

  private func rest(_ ranking: Ranking, _ noun: String, _ costs: String) -> [String] {
    guard ranking.others > 0 else { return [] }
    let others = Wording.count(ranking.others, "more " + noun)
    return [
      BenchReport.cells([Wording.count(ranking.costOfOthers)]) + "  " + style.dim("\(costs) of \(others)")
    ]
  }

  private static func cells(_ texts: [String]) -> String {
    texts.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
  }
}

/// What costs most, by numbers, and what is left over.
private struct Ranking {
  var shown: [Int]
  var others: Int
  var costOfOthers: Int

  /// `costs`: by number; those of no cost are left out. `further` decides between equal costs, then the number.
  init(_ costs: [(cost: Int, further: Int)], top: Int) {
    let ranked = costs.indices.filter { costs[$0].cost > 0 }.sorted { left, right in
      (costs[right].cost, costs[right].further, left) < (costs[left].cost, costs[left].further, right)
    }
    shown = Array(ranked.prefix(top))
    let rest = ranked.dropFirst(top)
    others = rest.count
    costOfOthers = rest.reduce(0) { $0 + costs[$1].cost }
  }
}

extension MatchCosts.Program {
  /// Adds another program of the same rule.
  fileprivate mutating func add(_ other: MatchCosts.Program) {
    candidates += other.candidates
    evaluations += other.evaluations
    misses += other.misses
    held += other.held
  }
}
