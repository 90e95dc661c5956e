import Hyperscan
import TrawlEvents
import TrawlMatcher
import TrawlRules

/// Patterns, equalities and groups while they are collected.
private struct PatternTable {
  var groups: [[Int]: Int] = [:]
  var triggers: [[UInt32]] = []
  var patterns: [[UInt8]: Int] = [:]
  var literals: [[UInt8]] = []
  var targets: [[TargetEntry]] = []
  var equalities: [(field: FieldID, literal: [UInt8], group: UInt32, test: UInt32)] = []
}

extension RulesetCompiler {
  /// Writes programs and groups, and compiles the literals of the groups into the database.
  mutating func makePatterns(_ drafts: [Draft], _ infos: [RuleInfo]) throws {
    countFieldTables()
    var table = PatternTable()
    for (program, draft) in drafts.enumerated() {
      for cluster in draft.announcement?.clusters ?? [] {
        let group = self.group(cluster, &table)
        table.triggers[group].append(UInt32(program))
      }
      if draft.announcement == nil { report.unannounced.append(infos[draft.rule].title) }
      writeProgram(draft, table.groups)
    }
    report.programs = drafts.count
    writeGroups(table)
    writeEqualities(table)
    try writePatterns(table)
    countCompared(drafts)
  }

  /// The tables by field have a place for each, also for those that only log sources name.
  mutating func countFieldTables() {
    while tables.isScanned.count < fields.count { tables.isScanned.append(false) }
    while tables.hasEqualities.count < fields.count { tables.hasEqualities.append(false) }
  }

  /// The group of a cluster of tests; on first sight its literals become patterns and equalities.
  private mutating func group(_ cluster: [Int], _ table: inout PatternTable) -> Int {
    if let known = table.groups[cluster] { return known }
    let group = table.triggers.count
    table.groups[cluster] = group
    table.triggers.append([])
    for test in cluster { add(test, UInt32(group), &table) }
    return group
  }

  private mutating func add(_ test: Int, _ group: UInt32, _ table: inout PatternTable) {
    let field = tests.fields[test]
    let confirm = UInt32(test)
    guard case .text(let pattern) = tests.predicates[test].test else {
      if case .regularExpression(let expression) = tests.predicates[test].test,
        let literal = RequiredLiteral.of(expression)
      {
        addTarget(literal, TargetEntry(field: field, anchors: 0, group: group, test: confirm), "re", &table)
      }
      return
    }
    guard let literal = RequiredLiteral.of(pattern) else { return }
    let test = pattern.isCased || literal.count > RequiredLiteral.longest ? confirm : TargetEntry.noTest
    let isCut = literal.count > RequiredLiteral.longest
    switch pattern.simpleShape?.shape {
    case .equals:
      table.equalities.append((field, literal, group, pattern.isCased ? confirm : TargetEntry.noTest))
      tables.hasEqualities[Int(field)] = true
    case .contains: addTarget(literal, TargetEntry(field: field, anchors: 0, group: group, test: test), "contains", &table)
    case .startsWith:
      addTarget(
        literal, TargetEntry(field: field, anchors: TargetEntry.atStart, group: group, test: test), "startswith", &table)
    case .endsWith:
      addTarget(
        literal, TargetEntry(field: field, anchors: isCut ? 0 : TargetEntry.atEnd, group: group, test: test), "endswith",
        &table)
    default: addTarget(literal, TargetEntry(field: field, anchors: 0, group: group, test: confirm), "wildcard", &table)
    }
  }

  private mutating func addTarget(
    _ literal: [UInt8], _ target: TargetEntry, _ use: String, _ table: inout PatternTable
  ) {
    let literal = Array(literal.prefix(RequiredLiteral.longest))
    let pattern = table.patterns[literal, default: table.literals.count]
    if pattern == table.literals.count {
      table.patterns[literal] = pattern
      table.literals.append(literal)
      table.targets.append([])
    }
    table.targets[pattern].append(target)
    tables.isScanned[Int(target.field)] = true
    report.patternUses[use, default: 0] += 1
  }
}

extension RulesetCompiler {
  private mutating func writeGroups(_ table: PatternTable) {
    for triggers in table.triggers {
      tables.groups.append(
        GroupEntry(firstTrigger: UInt32(tables.triggers.count), triggerCount: UInt32(triggers.count)))
      for trigger in triggers { tables.triggers.append(trigger) }
    }
    report.groups = table.triggers.count
  }

  private mutating func writeEqualities(_ table: PatternTable) {
    var slots = 2
    while slots < table.equalities.count * 4 { slots *= 2 }
    tables.equalities = Block(repeating: EqualityEntry(), count: slots)
    for equality in table.equalities {
      var entry = EqualityEntry()
      entry.hash = EqualityEntry.hash(equality.literal, field: equality.field)
      entry.field = equality.field
      entry.group = equality.group
      entry.test = equality.test
      entry.offset = UInt32(tables.texts.count)
      entry.length = UInt32(equality.literal.count)
      for byte in equality.literal { tables.texts.append(byte) }
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots - 1)
      while tables.equalities[slot].group != EqualityEntry.noGroup { slot = (slot + 1) & (slots - 1) }
      tables.equalities[slot] = entry
    }
    report.equalities = table.equalities.count
  }

  private mutating func writePatterns(_ table: PatternTable) throws {
    var patterns: [Pattern] = []
    for (number, literal) in table.literals.enumerated() {
      guard let pattern = Pattern(literal, id: UInt32(number)) else { continue }
      patterns.append(pattern)
      let targets = table.targets[number].sorted { ($0.field, $0.group) < ($1.field, $1.group) }
      tables.patterns.append(
        PatternEntry(
          length: UInt32(literal.count), firstTarget: UInt32(tables.targets.count), targetCount: UInt32(targets.count)))
      for target in targets { tables.targets.append(target) }
    }
    if !patterns.isEmpty { tables.database = try Database(literals: patterns) }
    report.patterns = patterns.count
    report.databaseBytes = tables.database?.size ?? 0
  }

  /// Counts the literals that no pattern stands for, by the reason.
  private mutating func countCompared(_ drafts: [Draft]) {
    var announcing = Set<Int>()
    var positive = Set<Int>()
    for draft in drafts {
      announcing.formUnion(draft.announcement?.clusters.joined() ?? [].joined())
      announcing.formUnion(draft.announcement?.keywords ?? [])
      draft.formula.visit { test, isPositive in if isPositive { positive.insert(test) } }
    }
    for test in tests.predicates.indices where !announcing.contains(test) {
      guard case .text = tests.predicates[test].test else { continue }
      let reason =
        positive.contains(test)
        ? "a rarer literal announces the rule; compared in the events that it announces"
        : "only below a not; compared in candidate events"
      report.compared[reason, default: 0] += 1
    }
  }
}
