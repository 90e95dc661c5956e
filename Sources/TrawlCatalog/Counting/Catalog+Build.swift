import TrawlHTML

extension Catalog {
  /// Counts how many rules look for what each rule looks for. Deprecated rules are counted apart, and are only among the
  /// catalogue's rules with `includesDeprecated`. Rules without ATT&CK entries get those of their tags, rules without
  /// events those that their vendor names.
  public init(_ rules: [CatalogRule], corpora: [CorpusSummary] = [], includesDeprecated: Bool = false) {
    self.init()
    self.corpora = corpora
    self.includesDeprecated = includesDeprecated
    var all = rules.sorted(by: Catalog.isBefore)
    Catalog.makeIDsUnique(&all)
    for index in all.indices { Catalog.nameAttackAndEvents(&all[index]) }
    var deprecated: [IndicatorKey: CorpusCounts] = [:]
    var keys: [[IndicatorKey]] = []
    for var rule in all {
      let found = rule.countedIndicators()
      rule.indicators = found.map(\.indicator)
      if rule.contentHash.isEmpty { rule.contentHash = SHA256.digest(Array(rule.body.utf8)).hexadecimal }
      guard includesDeprecated || !rule.isDeprecated else {
        for (key, _) in found { deprecated[key, default: CorpusCounts()][rule.corpus] += 1 }
        continue
      }
      note(found, of: self.rules.count)
      keys.append(found.map(\.key))
      self.rules.append(rule)
    }
    count(keys, deprecated)
    findSimilar(keys)
    totals = CatalogTotals(self)
    summarize()
  }

  private static func nameAttackAndEvents(_ rule: inout CatalogRule) {
    if rule.attack.isEmpty { rule.attack = AttackTable.standard.entries(tags: rule.tags) }
    if rule.events.isEmpty { rule.events = EventTable.standard.entries(of: rule) }
  }

  /// Says of each collection what became of its rules.
  private mutating func summarize() {
    for index in corpora.indices {
      let own = rules.filter { $0.corpus == corpora[index].corpus }
      corpora[index].rules = own.count
      corpora[index].parsed = own.count { $0.diagnostics.isEmpty }
    }
  }

  private static func isBefore(_ left: CatalogRule, _ right: CatalogRule) -> Bool {
    if left.corpus != right.corpus { return left.corpus.place < right.corpus.place }
    return (left.path, left.id) < (right.path, right.id)
  }

  /// Whoever follows an id must find one rule: a later rule with the id of an earlier one gets a number behind it.
  private static func makeIDsUnique(_ rules: inout [CatalogRule]) {
    var seen: [String: Int] = [:]
    for index in rules.indices {
      let name = "\(rules[index].corpus.rawValue) \(rules[index].id)"
      let earlier = seen[name, default: 0]
      seen[name] = earlier + 1
      guard earlier > 0 else { continue }
      rules[index].diagnostics.append("another rule of this collection has the same id, \(rules[index].id)")
      rules[index].id += "~\(earlier + 1)"
    }
  }

  private mutating func note(_ found: [(key: IndicatorKey, indicator: Indicator)], of rule: Int) {
    for (key, indicator) in found {
      rulesOfKey[key, default: []].append(rule)
      if !indicator.isMatched { excludingRulesOfKey[key, default: []].append(rule) }
    }
  }

  private mutating func count(_ keys: [[IndicatorKey]], _ deprecated: [IndicatorKey: CorpusCounts]) {
    let counts = rulesOfKey.mapValues { self.counts(of: $0) }
    let excluding = excludingRulesOfKey.mapValues { self.counts(of: $0) }
    for rule in rules.indices {
      for (index, key) in keys[rule].enumerated() {
        let own = counts[key] ?? CorpusCounts()
        rules[rule].indicators[index].counts = own
        rules[rule].indicators[index].excludedOnly = excluding[key] ?? CorpusCounts()
        rules[rule].indicators[index].countsWithDeprecated = own + (deprecated[key] ?? CorpusCounts())
      }
    }
  }

  /// How many of some rules are of each corpus.
  public func counts(of rules: [Int]) -> CorpusCounts {
    rules.reduce(into: CorpusCounts()) { $0[self.rules[$1].corpus] += 1 }
  }
}

extension CorpusCounts {
  static func + (left: CorpusCounts, right: CorpusCounts) -> CorpusCounts {
    Corpus.allCases.reduce(into: left) { $0[$1] += right[$1] }
  }
}

extension Corpus {
  /// In lists.
  var place: Int { Corpus.allCases.firstIndex(of: self) ?? 0 }
}
