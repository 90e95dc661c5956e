import TrawlRules

extension KQLQuery {
  /// What it asks, in words. `options`: those that it was loaded with.
  public func explanation(_ options: KQLOptions = KQLOptions()) -> Explanation {
    var explanation = Explanation(
      id: id, title: title, language: .kql, location: location, tags: tags, outcome: described)
    explanation.rules = rules()
    explanation.sources = explanation.rules.map { rule in
      let table = filters.first { LogSource(category: $0.table) == rule.logSource }?.table
      return table.map { "the table \($0)" } ?? "\(rule.logSource)"
    }
    explanation.walk(text, number, options)
    return explanation
  }

  private var described: Explanation.Outcome {
    var remarks: [String] = []
    if let eventLimit {
      remarks.append("Its table is computed; a scan leaves it out: \(eventLimit.diagnostic.message).")
    } else {
      remarks.append(
        outcome == .prefilter
          ? "Events match that pass what comes before the first operator that is not supported: more than it means."
          : "Which events match is exact.")
      remarks.append(plan == nil ? "Its table is not computed." : "trawl query makes its table.")
    }
    if plan == nil, let tableLimit { remarks.append("Why: \(tableLimit.diagnostic.message).") }
    if isTimeLifted { remarks.append("Time filter lifted: events of any time match.") }
    return Explanation.Outcome(outcome.rawValue, remarks)
  }
}

extension KQLSkipped {
  /// What it asks, in words, as far as it can be taken apart, and why it is not used.
  public func explanation(_ options: KQLOptions = KQLOptions()) -> Explanation {
    var explanation = Explanation(
      id: id, title: title, language: .kql, location: diagnostic.diagnostic.location, tags: [],
      outcome: .skipped(diagnostic.diagnostic))
    explanation.walk(text, number, options)
    explanation.ways = []
    return explanation
  }
}

extension Explanation.Outcome {
  fileprivate static func skipped(_ diagnostic: Diagnostic) -> Explanation.Outcome {
    Explanation.Outcome("skipped", [sentence(diagnostic.message, diagnostic.advice)])
  }

  /// A message and its advice as one; that the query is skipped is said beside it.
  static func sentence(_ message: String, _ advice: String?) -> String {
    let parts = [message, advice ?? ""].map { text in
      text.hasSuffix("Skipped.") ? String(text.dropLast("Skipped.".count)) : text
    }.map { text in
      String(text.reversed().drop { $0 == " " || $0 == "." }.reversed())
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "; ") + "."
  }
}

extension Explanation {
  /// Adds the stages of a query's text, and the ways through it.
  fileprivate mutating func walk(_ text: String, _ number: Int, _ options: KQLOptions) {
    metadata.conditions = [text]
    guard let statements = try? KQLSyntax.statements(of: text) else { return }
    var walk = QueryWalk(text, options)
    guard let table = walk.walk(statements, query: number) else {
      stages = walk.stages.map(\.shown)
      return
    }
    let through = QueryWays(walk.stages, table, options)
    stages = through.stages.map(\.shown)
    ways = through.ways.map(way)
  }

  private func way(_ table: String, _ items: [Rule.Item], _ condition: Condition) -> Rule {
    Rule(
      id: id, title: title, tags: tags, language: .kql, location: location,
      logSource: LogSource(category: table), items: items, condition: condition)
  }
}

extension WalkedStage {
  fileprivate var shown: Explanation.Stage {
    var stage = Explanation.Stage(name, text: text, sentence: sentence, depth: depth)
    stage.terms = terms
    stage.problem = problem.map { Explanation.Outcome.sentence($0.message, $0.advice) }
    return stage
  }
}
