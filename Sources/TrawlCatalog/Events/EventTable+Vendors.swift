extension EventTable {
  /// The events that a rule of a vendor names: Splunk by its data sources, Elastic by event ids where its index patterns
  /// say whose they are. Rules of the others say it in ways that are not known here.
  func entries(of rule: CatalogRule) -> [EventEntry] {
    switch rule.corpus {
    case .splunk: unique(rule.logSource.names.flatMap { entries(dataSource: $0) })
    case .elastic: elasticEntries(rule)
    case .sigma, .kql: []
    }
  }

  /// Channels by what index patterns of Elastic's integrations begin with.
  private static let indexes = [
    ("logs-system.security", "Security"), ("logs-system.system", "System"),
    ("logs-windows.sysmon_operational", "Microsoft-Windows-Sysmon/Operational"),
    ("logs-windows.powershell", "Microsoft-Windows-PowerShell/Operational"),
  ]

  /// Nothing where two channels are read: an id alone does not tell of which it is.
  private func elasticEntries(_ rule: CatalogRule) -> [EventEntry] {
    let channels = EventTable.indexes.filter { index, _ in
      rule.logSource.names.contains { $0.hasPrefix(index) }
    }
    guard channels.count == 1, let channel = channels.first?.1 else { return [] }
    return unique(rule.matchedEventIDs.map { entry(channel: channel, eventID: $0) })
  }

  private func unique(_ entries: [EventEntry]) -> [EventEntry] {
    entries.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension CatalogRule {
  /// The ids of events that the rule asks for, as far as they are numbers; each once, in the order of the rule.
  public var matchedEventIDs: [Int] {
    var found: [Int] = []
    for question in stages.lazy.filter({ $0.polarity != .unused }).flatMap(\.predicates) {
      guard !question.isNegated, question.kind == .equals, let id = Int(question.value),
        CanonicalField.name(question.field, in: corpus) == "EventID", !found.contains(id)
      else { continue }
      found.append(id)
    }
    return found
  }
}
