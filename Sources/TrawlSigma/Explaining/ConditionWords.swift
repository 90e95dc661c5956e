import TrawlRules

/// Puts conditions into words, with the search identifiers that patterns stand for.
struct ConditionWords {
  private let names: [String]
  private let written: [String]
  private let conditions: [ConditionSyntax]

  init(_ metadata: Rule.Metadata) {
    let names = metadata.searchIdentifiers.map(\.name)
    self.names = names
    written = metadata.conditions
    conditions = written.compactMap { text in
      var parser = ConditionParser(text, names: Set(names))
      return try? parser.parse()
    }
  }

  /// The condition as a stage: its only term holds where the rule does.
  func stage(_ condition: Condition) -> Explanation.Stage {
    let sentences = conditions.map { words($0, isInner: false) }
    let sentence = "Holds for an event with " + sentences.joined(separator: "; or with ") + "."
    return Explanation.Stage("condition", text: written.joined(separator: " / "), sentence: sentence)
  }

  private func words(_ condition: ConditionSyntax, isInner: Bool) -> String {
    switch condition {
    case .identifier(let token): return String(token.text)
    case .quantified(let all, let target): return quantified(all: all, target.text)
    case .not(.quantified(false, let target)) where names(matching: target.text).count > 1:
      return "none of " + names(matching: target.text).joined(separator: ", ")
    case .not(let inner): return "not " + words(inner, isInner: true)
    case .all(let parts), .any(let parts):
      let word = if case .all = condition { " and " } else { " or " }
      let text = parts.map { words($0, isInner: true) }.joined(separator: word)
      return isInner ? "(\(text))" : text
    }
  }

  private func quantified(all: Bool, _ pattern: Substring) -> String {
    let members = names(matching: pattern)
    if members.count == 1 { return members[0] }
    return (all ? "each of " : "at least one of ") + members.joined(separator: ", ")
  }

  private func names(matching pattern: Substring) -> [String] {
    names.filter { name in
      if pattern == "them" { return !name.hasPrefix("_") }
      return (!name.hasPrefix("_") || pattern.hasPrefix("_")) && Glob.matches(name, pattern)
    }
  }
}

extension ConditionWords {
  /// What the condition wants of a search identifier.
  func sentence(about name: String) -> String {
    var uses: Set<Bool> = []
    for condition in conditions { visit(condition, true) { if $0 == name { uses.insert($1) } } }
    if uses.count > 1 { return "Wanted in one place of the condition, and excluded in another." }
    return uses.contains(false) ? "Excluded: an event for which it holds is left out." : "Wanted."
  }

  /// Calls `body` with each name, and whether the condition wants it to hold.
  private func visit(_ condition: ConditionSyntax, _ isWanted: Bool, _ body: (String, Bool) -> Void) {
    switch condition {
    case .identifier(let token): body(String(token.text), isWanted)
    case .quantified(_, let target): for name in names(matching: target.text) { body(name, isWanted) }
    case .not(let inner): visit(inner, !isWanted, body)
    case .all(let parts), .any(let parts): for part in parts { visit(part, isWanted, body) }
    }
  }
}
