extension Catalog {
  /// Rules that are named on a page.
  static let maximumSimilar = 10
  /// A key that more rules have says nothing of their likeness, and comparing them all would take too long.
  static let maximumRulesOfKey = 500
  /// Steps that are taken for one rule: hash lists have thousands of keys.
  static let maximumSteps = 200_000

  /// Finds, for each rule, those that share most with it. A key counts the more the fewer rules have it.
  mutating func findSimilar(_ keys: [[IndicatorKey]]) {
    let wanted = wantedKeys(keys)
    var comparison = Comparison(wanted, rules: rules.count)
    for rule in rules.indices { rules[rule].similar = comparison.similar(to: rule) }
  }

  /// For each rule the numbers of the keys that it wants to find.
  private func wantedKeys(_ keys: [[IndicatorKey]]) -> [[Int]] {
    var numbers: [IndicatorKey: Int] = [:]
    return zip(rules, keys).map { rule, keys in
      zip(rule.indicators, keys).compactMap { indicator, key in
        guard indicator.isMatched else { return nil }
        let number = numbers[key] ?? numbers.count
        numbers[key] = number
        return number
      }
    }
  }
}

/// Compares one rule with the others, by numbers of keys.
struct Comparison {
  private let keys: [[Int]]
  private var rulesOfKey: [[Int]]
  /// Of a key: 2^20 divided by the rules that have it.
  private let weights: [Int]
  private let totals: [Int]
  /// For the rule at hand, of each other: keys that both have, and their weight.
  private var shared: [(count: Int, weight: Int)]

  init(_ keys: [[Int]], rules: Int) {
    self.keys = keys
    rulesOfKey = Array(repeating: [], count: (keys.joined().max() ?? -1) + 1)
    for (rule, keys) in keys.enumerated() {
      for key in keys { rulesOfKey[key].append(rule) }
    }
    weights = rulesOfKey.map { (1 << 20) / max(1, $0.count) }
    let weights = weights
    totals = keys.map { $0.reduce(0) { $0 + weights[$1] } }
    shared = Array(repeating: (0, 0), count: rules)
  }

  mutating func similar(to rule: Int) -> [SimilarRule] {
    let others = count(rule)
    let found = others.compactMap { other -> (likeness: Double, rule: SimilarRule)? in
      defer { shared[other] = (0, 0) }
      guard shared[other].count > 1 || isSubset(rule, other) else { return nil }
      let union = totals[rule] + totals[other] - shared[other].weight
      let similar = SimilarRule(rule: other, relation: relation(rule, other), shared: shared[other].count)
      return (Double(shared[other].weight) / Double(max(1, union)), similar)
    }
    let best = found.sorted { ($1.likeness, $0.rule.rule) < ($0.likeness, $1.rule.rule) }
    return best.prefix(Catalog.maximumSimilar).map(\.rule)
  }

  /// Counts what the rule shares with others, and names them.
  private mutating func count(_ rule: Int) -> [Int] {
    var others: [Int] = []
    var steps = 0
    for key in keys[rule] where rulesOfKey[key].count <= Catalog.maximumRulesOfKey {
      steps += rulesOfKey[key].count
      if steps > Catalog.maximumSteps { break }
      for other in rulesOfKey[key] where other != rule {
        if shared[other].count == 0 { others.append(other) }
        shared[other] = (shared[other].count + 1, shared[other].weight + weights[key])
      }
    }
    return others
  }

  private func isSubset(_ rule: Int, _ other: Int) -> Bool {
    shared[other].count == min(keys[rule].count, keys[other].count)
  }

  private func relation(_ rule: Int, _ other: Int) -> SimilarRule.Relation {
    let (hasAll, isWithin) = (
      shared[other].count == keys[rule].count, shared[other].count == keys[other].count
    )
    switch (hasAll, isWithin) {
    case (true, true): return .same
    case (true, false): return .narrower
    case (false, true): return .wider
    case (false, false): return .overlapping
    }
  }
}
