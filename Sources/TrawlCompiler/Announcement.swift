import TrawlRules

/// Tests of which at least one must pass for a rule to hold: what announces the rule.
struct Announcement {
  /// The formula, with the announcing tests of fields drawn into clusters.
  var formula: Formula
  var clusters: [[Int]] = []
  /// Tests of keywords, which the gate looks for.
  var keywords: [Int] = []
  /// How often an event is expected to be announced in vain; relative.
  var cost = 0.0
}

/// Chooses what announces a rule.
struct AnnouncementChoice {
  /// By test: the price of being announced by it; nil when it cannot announce.
  let prices: [Double?]
  let isKeyword: [Bool]

  /// The cheapest announcement; nil when the formula can hold without any literal.
  func choose(_ formula: Formula) -> Announcement? {
    switch formula {
    case .not, .cluster: return nil
    case .test(let test):
      guard let price = prices[test] else { return nil }
      if isKeyword[test] { return Announcement(formula: formula, keywords: [test], cost: price) }
      return Announcement(formula: .cluster([test]), clusters: [[test]], cost: price)
    case .any(let parts): return chooseAll(of: parts)
    case .all(let parts):
      let choices = parts.map(choose)
      let best = choices.indices.filter { choices[$0] != nil }.min { choices[$0]!.cost < choices[$1]!.cost }
      guard let best, var announcement = choices[best] else { return nil }
      var formulas = parts
      formulas[best] = announcement.formula
      announcement.formula = .all(formulas)
      return announcement
    }
  }

  /// Of alternatives each must be announced.
  private func chooseAll(of parts: [Formula]) -> Announcement? {
    var result = Announcement(formula: .any([]))
    var cluster: [Int] = []
    var formulas: [Formula] = []
    for part in parts {
      if case .test(let test) = part, !isKeyword[test] {
        guard let price = prices[test] else { return nil }
        cluster.append(test)
        result.cost += price
        continue
      }
      guard let choice = choose(part) else { return nil }
      formulas.append(choice.formula)
      result.clusters += choice.clusters
      result.keywords += choice.keywords
      result.cost += choice.cost
    }
    if !cluster.isEmpty {
      let tests = Array(Set(cluster)).sorted()
      formulas.insert(.cluster(tests), at: 0)
      result.clusters.append(tests)
    }
    result.formula = formulas.count == 1 ? formulas[0] : .any(formulas)
    return formulas.isEmpty ? nil : result
  }
}
