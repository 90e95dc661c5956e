import TrawlRules

extension Explanation {
  /// What a rule of Sigma asks, in words.
  public init(sigma rule: Rule) {
    let remark = "Texts compare without regard to case, unless a line says that case matters."
    self.init(
      id: rule.id, title: rule.title, language: .sigma, location: rule.location, tags: rule.tags,
      outcome: Outcome("loaded", [remark]))
    level = rule.level
    status = rule.status
    metadata = rule.metadata
    (rules, ways) = ([rule], [rule])
    sources = ["\(rule.logSource)"]
    let conditions = ConditionWords(rule.metadata)
    stages = [conditions.stage(rule.condition)]
    for identifier in rule.metadata.searchIdentifiers {
      stages.append(Explanation.stage(identifier, rule.items, conditions))
    }
  }

  private static func stage(
    _ identifier: Rule.SearchIdentifier, _ items: [Rule.Item], _ conditions: ConditionWords
  ) -> Stage {
    var stage = Stage(identifier.name, text: "", sentence: conditions.sentence(about: identifier.name))
    let words = ItemWords(items)
    // What must hold together stands line by line; anything else is one term.
    if case .all(let parts) = identifier.condition, !words.isOneQuestion(identifier.condition) {
      stage.terms = parts.map(words.term)
    } else {
      stage.terms = [words.term(identifier.condition)]
    }
    stage.text = stage.terms.flatMap(lines).joined(separator: "\n")
    return stage
  }

  /// A term and its parts as an outline.
  private static func lines(_ term: Term) -> [String] {
    let remark = term.remark.map { " [\($0)]" } ?? ""
    let line = "- \(term.words)\(term.parts.isEmpty ? "" : ":")\(remark)"
    return [line] + term.parts.flatMap(lines).map { "  \($0)" }
  }
}
