import Hyperscan
import TrawlEvents
import TrawlMatcher
import TrawlRules

/// Patterns, equalities and groups while they are collected.
struct PatternTable {
  var groups: [[Int]: Int] = [:]
  var triggers: [[UInt32]] = []
  var patterns: [[UInt8]: Int] = [:]
  var literals: [[UInt8]] = []
  var targets: [[TargetEntry]] = []
  var equalities: [EqualityDraft] = []
  var checks: [(field: FieldID, entry: CheckEntry)] = []
}

/// An entry of the table of equalities while it is collected.
struct EqualityDraft {
  var field: FieldID
  var literal: [UInt8]
  var group: UInt32
  var test: UInt32
  var isMember = false
}

extension RulesetCompiler {
  /// Writes programs and groups; the literals of the groups, by the database that they belong in.
  mutating func makePatterns(_ drafts: [Draft], _ infos: [RuleInfo]) throws -> [[Pattern]] {
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
    formFamilies(&table)
    try writeEqualities(table)
    writeChecks(table)
    notePlans(drafts, infos, table)
    let databases = writePatterns(table)
    countCompared(drafts)
    return databases
  }

  /// The tables by field have a place for each, also for those that only log sources name.
  mutating func countFieldTables() {
    while tables.fieldUses.count < fields.count { tables.fieldUses.append(FieldEntry()) }
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
    let check = CheckEntry(test: confirm, group: group)
    guard let (pattern, isAll) = tests.predicates[test].pattern else {
      if let expression = tests.predicates[test].literalExpression,
        let literal = RequiredLiteral.of(expression)
      {
        addTarget(literal, TargetEntry(field: field, anchors: 0, group: group, test: confirm), "re", &table)
      } else {
        table.checks.append((field, check))
      }
      return
    }
    guard let literal = RequiredLiteral.of(pattern),
      pattern.simpleShape?.shape == .equals || literal.count >= RulesetCompiler.shortestPattern
    else {
      table.checks.append((field, check))
      return
    }
    let test = isAll && literal.count <= RequiredLiteral.longest ? TargetEntry.noTest : confirm
    let isCut = literal.count > RequiredLiteral.longest
    switch pattern.simpleShape?.shape {
    case .equals:
      table.equalities.append(
        EqualityDraft(
          field: field, literal: literal, group: group, test: isAll ? TargetEntry.noTest : confirm))
    case .contains:
      addTarget(literal, TargetEntry(field: field, anchors: 0, group: group, test: test), "contains", &table)
    case .startsWith:
      addTarget(
        literal, TargetEntry(field: field, anchors: TargetEntry.atStart, group: group, test: test),
        "startswith", &table)
    case .endsWith:
      addTarget(
        literal, TargetEntry(field: field, anchors: isCut ? 0 : TargetEntry.atEnd, group: group, test: test),
        "endswith",
        &table)
    default:
      addTarget(
        literal, TargetEntry(field: field, anchors: 0, group: group, test: confirm), "wildcard", &table)
    }
  }

  /// Shorter literals hit in every other value of every field: an index of runs finds them, in new values of their own
  /// field.
  static let shortestPattern = 5

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
    report.patternUses[use, default: 0] += 1
  }
}

extension RulesetCompiler {
  /// Moves the members of large families from the patterns to the table of equalities.
  private mutating func formFamilies(_ table: inout PatternTable) {
    var sizes: [FamilyName: Int] = [:]
    for (literal, targets) in zip(table.literals, table.targets) {
      for target in targets { if let name = FamilyName(literal, target) { sizes[name, default: 0] += 1 } }
    }
    let families = sizes.filter { $0.value >= FamilyName.fewest }
    for number in table.literals.indices {
      table.targets[number].removeAll { target in
        guard let name = FamilyName(table.literals[number], target), families[name] != nil else {
          return false
        }
        table.equalities.append(
          EqualityDraft(
            field: target.field, literal: table.literals[number], group: target.group, test: target.test,
            isMember: true))
        return true
      }
    }
    writeFamilies(families.keys.sorted(by: FamilyName.isInOrder))
  }

  private mutating func writeFamilies(_ names: [FamilyName]) {
    for name in names {
      let entry = FamilyEntry(
        nameOffset: UInt32(tables.texts.count), nameLength: UInt32(name.name.count),
        valueLength: UInt32(name.valueLength))
      for byte in name.name { tables.texts.append(byte) }
      if tables.fieldUses[Int(name.field)].familyCount == 0 {
        tables.fieldUses[Int(name.field)].firstFamily = UInt32(tables.families.count)
      }
      tables.fieldUses[Int(name.field)].familyCount += 1
      tables.families.append(entry)
    }
    report.families = names.count
  }

  private mutating func writeGroups(_ table: PatternTable) {
    for triggers in table.triggers {
      tables.groups.append(
        GroupEntry(firstTrigger: UInt32(tables.triggers.count), triggerCount: UInt32(triggers.count)))
      for trigger in triggers { tables.triggers.append(trigger) }
    }
    report.groups = table.triggers.count
  }

  private mutating func writeEqualities(_ table: PatternTable) throws {
    var entries = Block<EqualityEntry>(capacity: table.equalities.count)
    for equality in table.equalities {
      var entry = EqualityEntry()
      entry.field = equality.field
      entry.group = equality.group
      entry.test = equality.test
      entry.isMember = equality.isMember
      if !equality.isMember { tables.fieldUses[Int(equality.field)].hasEqualities = true }
      entry.offset = UInt32(tables.texts.count)
      entry.length = UInt32(equality.literal.count)
      for byte in equality.literal { tables.texts.append(byte) }
      entries.append(entry)
    }
    try tables.fillEqualities(entries)
    report.equalities = table.equalities.count
  }

  private mutating func writeChecks(_ table: PatternTable) {
    for (field, checks) in Dictionary(grouping: table.checks, by: \.field).sorted(by: { $0.key < $1.key }) {
      tables.fieldUses[Int(field)].firstCheck = UInt32(tables.checks.count)
      tables.fieldUses[Int(field)].checkCount = UInt32(checks.count)
      for check in checks { tables.checks.append(check.entry) }
    }
    report.checks = table.checks.count
  }

  private mutating func writePatterns(_ table: PatternTable) -> [[Pattern]] {
    var patterns: [Pattern] = []
    var fieldsOfPatterns: [Set<FieldID>] = []
    for (number, literal) in table.literals.enumerated() {
      let targets = table.targets[number].sorted { ($0.field, $0.group) < ($1.field, $1.group) }
      guard !targets.isEmpty, let pattern = Pattern(literal, id: UInt32(patterns.count)) else { continue }
      patterns.append(pattern)
      fieldsOfPatterns.append(Set(targets.map(\.field)))
      tables.patterns.append(
        PatternEntry(
          length: UInt32(literal.count), firstTarget: UInt32(tables.targets.count),
          targetCount: UInt32(targets.count)))
      for byte in literal { tables.patternTexts.append(byte) }
      for target in targets { tables.targets.append(target) }
    }
    report.patterns = patterns.count
    return plan(fieldsOfPatterns).enumerated().map { number, fields in
      for field in fields { tables.fieldUses[Int(field)].database = UInt16(number) }
      return zip(patterns, fieldsOfPatterns).filter { !$0.1.isDisjoint(with: fields) }.map(\.0)
    }
  }

  /// A field with fewer patterns shares a database under the plan of fields.
  private static let fewestPatterns = 64

  /// The sets of fields that share a database, by the plan.
  private func plan(_ fieldsOfPatterns: [Set<FieldID>]) -> [Set<FieldID>] {
    var counts: [FieldID: Int] = [:]
    for fields in fieldsOfPatterns { for field in fields { counts[field, default: 0] += 1 } }
    if counts.isEmpty { return [] }
    guard options.scanPlan == .fields else { return [Set(counts.keys)] }
    let large = counts.filter { $0.value >= RulesetCompiler.fewestPatterns }.keys.sorted()
    let small = Set(counts.keys).subtracting(large)
    return large.map { [$0] } + (small.isEmpty ? [] : [small])
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
      guard tests.predicates[test].pattern != nil else { continue }
      let reason =
        positive.contains(test)
        ? "a rarer literal announces the rule; compared in the events that it announces"
        : "only below a not; compared in candidate events"
      report.compared[reason, default: 0] += 1
    }
  }
}
