/// What the pages of a site are about, and where they are: rules by technique, by event, and by what they ask.
struct SiteIndex {
  let catalog: Catalog
  let rulePages: [String]
  let techniques: [Technique]
  let tactics: [Tactic]
  let events: [Event]
  /// Of more than one rule, sorted.
  let sharedKeys: [IndicatorKey]
  private let indicatorNames: [IndicatorKey: String]
  private let techniqueNumbers: [String: Int]
  private let eventNumbers: [EventEntry: Int]

  /// A technique, and the rules that are tagged with it.
  struct Technique {
    var entry: AttackEntry.Technique
    var tactics: [AttackEntry.Tactic]
    var path: String
    var rules: [Int]
  }

  /// A tactic, its techniques by number, and the rules of all of them.
  struct Tactic {
    var entry: AttackEntry.Tactic
    var techniques: [Int]
    var rules: [Int]
  }

  /// A kind of event, and the rules that look at it.
  struct Event {
    var entry: EventEntry
    var path: String
    var rules: [Int]
  }

  init(_ catalog: Catalog) {
    self.catalog = catalog
    rulePages = SiteIndex.pages(of: catalog.rules)
    techniques = SiteIndex.techniques(of: catalog.rules)
    tactics = SiteIndex.tactics(of: catalog.rules, techniques)
    events = SiteIndex.events(of: catalog.rules)
    sharedKeys = catalog.rulesOfKey.lazy.filter { $0.value.count > 1 }.map(\.key).sorted()
    techniqueNumbers = Dictionary(uniqueKeysWithValues: techniques.enumerated().map { ($1.entry.id, $0) })
    eventNumbers = Dictionary(uniqueKeysWithValues: events.enumerated().map { ($1.entry.identity, $0) })
    var names = FileNames()
    var indicatorNames: [IndicatorKey: String] = [:]
    for key in sharedKeys { indicatorNames[key] = names.name(for: FileNames.hash(key.text)) }
    self.indicatorNames = indicatorNames
  }

  func hasRules(of corpus: Corpus) -> Bool { catalog.rules.contains { $0.corpus == corpus } }

  /// Where the page of a key is that more than one rule has; for the others, that of their rule.
  func path(of key: IndicatorKey) -> String {
    if let name = indicatorNames[key] { return "indicators/\(name).html" }
    return catalog.rulesOfKey[key]?.first.map { rulePages[$0] } ?? "indicators.html"
  }

  func technique(_ id: String) -> Technique? { techniqueNumbers[id].map { techniques[$0] } }

  func techniqueNumber(_ id: String) -> Int? { techniqueNumbers[id] }

  func event(_ entry: EventEntry) -> Event? { eventNumbers[entry.identity].map { events[$0] } }
}

extension SiteIndex {
  private static func pages(of rules: [CatalogRule]) -> [String] {
    var names: [Corpus: FileNames] = [:]
    return rules.map { rule in
      let name = names[rule.corpus, default: FileNames(reserved: ["index"])].name(for: rule.id)
      return "rules/\(rule.corpus.rawValue)/\(name).html"
    }
  }

  private static func techniques(of rules: [CatalogRule]) -> [Technique] {
    var found: [String: Technique] = [:]
    for (number, rule) in rules.enumerated() {
      for entry in rule.attack {
        guard let technique = entry.technique else { continue }
        var known = found[technique.id] ?? Technique(entry: technique, tactics: [], path: "", rules: [])
        for tactic in entry.tactics where !known.tactics.contains(tactic) { known.tactics.append(tactic) }
        if known.rules.last != number { known.rules.append(number) }
        found[technique.id] = known
      }
    }
    var names = FileNames()
    return found.values.sorted { $0.entry.id < $1.entry.id }.map { technique in
      var technique = technique
      technique.path = "techniques/\(names.name(for: technique.entry.id)).html"
      technique.tactics.sort { TacticOrder.place($0.id) < TacticOrder.place($1.id) }
      return technique
    }
  }

  private static func tactics(of rules: [CatalogRule], _ techniques: [Technique]) -> [Tactic] {
    var found: [String: Tactic] = [:]
    for (number, rule) in rules.enumerated() {
      for tactic in rule.attack.flatMap(\.tactics) {
        var known = found[tactic.id] ?? Tactic(entry: tactic, techniques: [], rules: [])
        if known.rules.last != number { known.rules.append(number) }
        found[tactic.id] = known
      }
    }
    for (number, technique) in techniques.enumerated() {
      for tactic in technique.tactics { found[tactic.id]?.techniques.append(number) }
    }
    return found.values.sorted { TacticOrder.place($0.entry.id) < TacticOrder.place($1.entry.id) }
  }

  private static func events(of rules: [CatalogRule]) -> [Event] {
    var found: [EventEntry: Event] = [:]
    for (number, rule) in rules.enumerated() {
      for entry in rule.events {
        var known = found[entry.identity] ?? Event(entry: entry.identity, path: "", rules: [])
        if known.entry.title == nil { known.entry.title = entry.title }
        if known.rules.last != number { known.rules.append(number) }
        found[entry.identity] = known
      }
    }
    var names = FileNames()
    let sorted = found.sorted { $0.key.order < $1.key.order }
    return sorted.map { _, event in
      var event = event
      let name = [event.entry.provider, event.entry.eventID.map { "\($0)" }].compactMap { $0 }
      event.path = "events/\(names.name(for: name.joined(separator: "-"))).html"
      return event
    }
  }
}

extension EventEntry {
  /// The entry without its title, which rules may give in different words.
  var identity: EventEntry { EventEntry(provider: provider, channel: channel, eventID: eventID) }

  fileprivate var order: (String, Int, String) { (provider, eventID ?? -1, channel ?? "") }
}

extension IndicatorKey: Comparable {
  public static func < (left: IndicatorKey, right: IndicatorKey) -> Bool {
    (left.field, left.kind, left.value) < (right.field, right.kind, right.value)
  }

  /// Field, kind and value in one text, in which none runs into the next.
  fileprivate var text: String { "\(field)\0\(kind)\0\(value)" }
}

/// The order of ATT&CK's tactics for enterprises, as its matrix has it.
enum TacticOrder {
  private static let ids = AttackTable.standard.tactics.map(\.id)

  /// Where a tactic stands; one that is not known stands behind, by its id.
  static func place(_ id: String) -> (Int, String) { (ids.firstIndex(of: id) ?? ids.count, id) }
}
