import TrawlEvents
import TrawlMatcher
import TrawlRules

extension RulesetCompiler {
  /// Notes in the report what became of the rules that are to be explained.
  mutating func notePlans(_ drafts: [Draft], _ infos: [RuleInfo], _ table: PatternTable) {
    guard !options.explained.isEmpty else { return }
    for (rule, info) in infos.enumerated() where options.explained.contains(info.id) {
      let own = drafts.filter { $0.rule == rule }
      let programs = own.enumerated().map { place, draft in
        let tests = info.items.map { Int(place == 0 ? $0.test : $0.routedTests[place - 1]) }
        return program(draft, tests, table)
      }
      let rows = mappedPrograms(info, own.first?.names ?? [], programs)
      report.plans.append(RulePlan(rule: rule, programs: programs + rows))
    }
  }

  /// What the rule's own program is for rows that it reads as events of its log source.
  private func mappedPrograms(
    _ info: RuleInfo, _ names: [String], _ programs: [RulePlan.Program]
  ) -> [RulePlan.Program] {
    guard info.language == Rule.Language.sigma.rawValue, let own = programs.first,
      let category = info.categoryOfRows
    else { return [] }
    let rows = options.logSources.mappedRows(disabledRoutes: options.disabledRoutes)
    return rows.filter { $0.mapping.category == category }.map { rows in
      var program = own
      program.route = rows.mapping.name
      program.events = RulePlan.Events(windows: [], named: [("category", rows.mapping.table)])
      program.renamed = rows.fields.renamed(among: names)
      program.member = rows.fields.member
      program.fields = Set(own.fields.flatMap(rows.fields.columns)).sorted()
      for item in program.items.indices {
        guard let field = own.items[item].field else { continue }
        let columns = rows.fields.columns(of: field)
        program.items[item].field = columns.isEmpty ? field : columns.joined(separator: ", ")
      }
      return program
    }
  }

  private func program(_ draft: Draft, _ tests: [Int], _ table: PatternTable) -> RulePlan.Program {
    var positive: Set<Int> = []
    draft.formula.visit { test, isPositive in if isPositive { positive.insert(test) } }
    let items = tests.map { item($0, draft, isPositive: positive.contains($0), table) }
    var fields: Set<String> = []
    for test in tests { fields.formUnion(names(self.tests.decidingFields(of: test) ?? [])) }
    return RulePlan.Program(
      route: draft.variant.route, events: options.logSources.events(draft.variant.selector),
      renamed: draft.variant.fields.renamed(among: draft.names), member: draft.variant.fields.member,
      fields: fields.sorted(), items: items,
      isAlways: draft.announcement == nil)
  }

  private func item(_ test: Int, _ draft: Draft, isPositive: Bool, _ table: PatternTable) -> RulePlan.Item {
    let predicate = tests.predicates[test]
    let literal = RulesetCompiler.literal(predicate)
    var field: String?
    switch predicate.subject {
    case .field(let name), .part(_, let name): field = name
    case .row: field = names(tests.decidingFields(of: test) ?? []).joined(separator: ", ")
    case .anyValue: break
    }
    var item = RulePlan.Item(
      field: field, literal: literal.map { String(decoding: $0, as: UTF8.self) },
      role: isPositive ? .compared : .excluding, isConfirmed: true)
    if draft.announcement?.keywords.contains(test) == true { item.role = .gate }
    for cluster in draft.announcement?.clusters ?? [] where cluster.contains(test) {
      guard let group = table.groups[cluster] else { continue }
      (item.role, item.isConfirmed) = answer(test, UInt32(group), literal ?? [], table)
    }
    return item
  }

  private func names(_ numbers: Set<FieldID>) -> [String] {
    numbers.filter { $0 != TestEntry.anyValue }.map { fields.names[Int($0)] }.sorted()
  }

  /// Where the literal of an announcing test lies, and whether the test confirms it.
  private func answer(
    _ test: Int, _ group: UInt32, _ literal: [UInt8], _ table: PatternTable
  ) -> (RulePlan.Role, Bool) {
    let field = tests.fields[test]
    func isMeant(_ confirming: UInt32) -> Bool {
      confirming == UInt32(test) || confirming == TargetEntry.noTest
    }
    let equality = table.equalities.first {
      $0.field == field && $0.group == group && isMeant($0.test) && $0.literal == literal
    }
    if let equality {
      return (equality.isMember ? .family : .equality, equality.test != TargetEntry.noTest)
    }
    let key = Array(literal.prefix(RequiredLiteral.longest))
    let targets = table.patterns[key].map { table.targets[$0] } ?? []
    if let target = targets.first(where: { $0.field == field && $0.group == group && isMeant($0.test) }) {
      return (.database, target.test != TargetEntry.noTest)
    }
    return (.check, true)
  }
}

extension RuleInfo {
  fileprivate var categoryOfRows: String? {
    func part(_ name: String) -> String? { logSource.first { $0.name == name }?.value }
    return LogSource(product: part("product"), category: part("category"), service: part("service"))
      .categoryOfRows
  }
}

extension FieldNames {
  /// What the event has for a field.
  fileprivate func columns(of field: String) -> [String] {
    switch source(of: field) {
    case .field(let column), .part(_, let column), .holding(let column): [column]
    case .joined(_, _, let first, let second): [first, second]
    case .constant, nil: []
    }
  }

  /// Of these names, those that mean another field of the event, with what they mean.
  fileprivate func renamed(among names: [String]) -> [(field: String, source: String)] {
    guard member == nil else { return [] }
    return names.compactMap { name in
      switch source(of: name) {
      case .field(let other): other == name ? nil : (name, other)
      case .part(let part, let other): (name, "\(part.rawValue)(\(other))")
      case .holding(let other): (name, "in \(other)")
      case .constant(let value): (name, "always '\(value)'")
      case .joined(let joint, let part, let first, let second):
        (name, "\(joint.rawValue)(\(part.map { "\($0.rawValue)(\(first))" } ?? first),\(second))")
      case nil: (name, "never filled")
      }
    }
  }
}

extension LogSourceTable {
  /// The events of a selector, channels as the table writes them.
  func events(_ selector: LogSourceSelection.Selector) -> RulePlan.Events {
    let entries = Array(categories.values) + Array(services.values) + routes.compactMap(\.events)
    var written: [String: String] = [:]
    for channel in entries.flatMap(\.channels) {
      written[String(decoding: Fold.lowercase(channel), as: UTF8.self)] = channel
    }
    let windows = (selector.windows ?? []).map { events in
      (
        channel: events.channel.map { written[$0] ?? $0 },
        eventIDs: (events.eventIDs ?? []).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
      )
    }
    let named = selector.named.map { parts in
      LogSourceSelection.Part.allCases.compactMap { part in parts[part].map { (part.rawValue, $0) } }
    }
    return RulePlan.Events(windows: windows, named: named)
  }
}
