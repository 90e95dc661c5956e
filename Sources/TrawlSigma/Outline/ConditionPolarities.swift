import TrawlRules

/// Which search identifiers a rule's conditions want to hold, and which not to hold.
struct ConditionPolarities {
  private let names: [String]
  private var matched: Set<String> = []
  private var excluded: Set<String> = []
  private var visits = 0

  /// A condition that is not understood leaves all of them unused: nothing is guessed.
  init(_ conditions: [String], names: [String]) {
    self.names = names
    for condition in conditions {
      var parser = ConditionParser(condition, names: Set(names))
      let syntax = try? parser.parse()
      if let syntax { visit(syntax, isNegated: false) }
      guard syntax != nil, visits <= ConditionResolver.maximumLeaves else {
        (matched, excluded) = ([], [])
        return
      }
    }
  }

  func polarity(of name: String) -> RuleOutline.Polarity {
    switch (matched.contains(name), excluded.contains(name)) {
    case (true, true): .both
    case (true, false): .matched
    case (false, true): .excluded
    case (false, false): .unused
    }
  }

  private mutating func visit(_ syntax: ConditionSyntax, isNegated: Bool) {
    guard visits <= ConditionResolver.maximumLeaves else { return }
    switch syntax {
    case .identifier(let token): note(String(token.text), isNegated)
    case .quantified(_, let target):
      visits += names.count
      for name in ConditionSyntax.names(names, matching: target.text) { note(name, isNegated) }
    case .all(let members), .any(let members):
      for member in members { visit(member, isNegated: isNegated) }
    case .not(let member): visit(member, isNegated: !isNegated)
    }
  }

  private mutating func note(_ name: String, _ isNegated: Bool) {
    visits += 1
    if isNegated { excluded.insert(name) } else { matched.insert(name) }
  }
}
