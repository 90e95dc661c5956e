extension CatalogTotals {
  /// The figures of a catalogue whose rules are counted.
  init(_ catalog: Catalog) {
    self.init()
    var tally = Tally()
    for rule in catalog.rules {
      rules[rule.corpus] += 1
      tally.add(rule)
      let isShared = rule.indicators.contains { $0.others(for: rule.corpus).total > 0 }
      if isShared, rule.corpus != .kql { rulesWithSharedKey += 1 }
    }
    for rules in catalog.rulesOfKey.values {
      let counts = catalog.counts(of: rules)
      switch [counts.sigma, counts.splunk, counts.elastic].count(where: { $0 > 0 }) {
      case 0: continue
      case 2: keysInTwo += 1
      case 3: keysInThree += 1
      default: break
      }
      keys += 1
    }
    techniques = Tally.sorted(tally.techniques)
    tactics = Tally.sorted(tally.tactics)
    events = Tally.sorted(tally.events)
    fields = Tally.sorted(tally.fields)
  }
}

/// Rules that have something; a rule counts once however often it has it.
private struct Tally {
  var techniques: [String: CorpusCounts] = [:]
  var tactics: [String: CorpusCounts] = [:]
  var events: [String: CorpusCounts] = [:]
  var fields: [String: CorpusCounts] = [:]

  mutating func add(_ rule: CatalogRule) {
    for name in Set(rule.attack.compactMap(\.technique?.id)) {
      techniques[name, default: .init()][rule.corpus] += 1
    }
    for name in Set(rule.attack.flatMap { $0.tactics.map(\.id) }) {
      tactics[name, default: .init()][rule.corpus] += 1
    }
    for name in Set(rule.events.map(\.reference)) { events[name, default: .init()][rule.corpus] += 1 }
    for name in Set(rule.indicators.map(\.field)) { fields[name, default: .init()][rule.corpus] += 1 }
  }

  static func sorted(_ counts: [String: CorpusCounts]) -> [CatalogTotals.Entry] {
    counts.sorted { $0.key < $1.key }.map { CatalogTotals.Entry(name: $0.key, counts: $0.value) }
  }
}

extension EventEntry {
  /// `Sysmon 1`; of a provider whose events have no ids here, the provider alone.
  public var reference: String { eventID.map { "\(provider) \($0)" } ?? provider }
}
