import TrawlEvents
import TrawlMatcher
import TrawlRules

extension RulesetCompiler {
  /// Writes a draft as a program, what is cheap to answer first.
  mutating func writeProgram(_ draft: Draft, _ groups: [[Int]: Int]) {
    let first = UInt32(tables.nodes.count)
    writeNode(draft.announcement?.formula ?? draft.formula, groups)
    var program = ProgramEntry(
      rule: UInt32(draft.rule), selector: UInt32(draft.selector), firstNode: first,
      isAlways: draft.announcement == nil)
    addDeciding(&program, draft.announcement?.formula ?? draft.formula, groups)
    tables.programs.append(program)
  }

  /// Notes what decides a program, unless that is any value, or a great many of them.
  private mutating func addDeciding(_ program: inout ProgramEntry, _ formula: Formula, _ groups: [[Int]: Int])
  {
    var decidingFields: Set<FieldID> = []
    var decidingGroups: Set<Int> = []
    collect(formula, groups, &decidingFields, &decidingGroups)
    program.firstField = UInt32(tables.programFields.count)
    program.firstGroup = UInt32(tables.programGroups.count)
    let isBounded =
      !decidingFields.contains(TestEntry.anyValue) && decidingFields.count < ProgramEntry.unbounded
      && decidingGroups.count <= 32
    guard isBounded else { return }
    program.fieldCount = UInt8(decidingFields.count)
    program.groupCount = UInt8(decidingGroups.count)
    for field in decidingFields.sorted() { tables.programFields.append(field) }
    for group in decidingGroups.sorted() { tables.programGroups.append(UInt32(group)) }
  }

  private func collect(
    _ formula: Formula, _ groups: [[Int]: Int], _ decidingFields: inout Set<FieldID>,
    _ decidingGroups: inout Set<Int>
  ) {
    switch formula {
    case .test(let test):
      decidingFields.formUnion(tests.decidingFields(of: test) ?? [TestEntry.anyValue])
    case .cluster(let tests): decidingGroups.insert(groups[tests] ?? 0)
    case .not(let inner): collect(inner, groups, &decidingFields, &decidingGroups)
    case .all(let parts), .any(let parts):
      for part in parts { collect(part, groups, &decidingFields, &decidingGroups) }
    }
  }

  mutating func writeNode(_ formula: Formula, _ groups: [[Int]: Int]) {
    let index = tables.nodes.count
    tables.nodes.append(NodeEntry(kind: .all, end: 0))
    var node = NodeEntry(kind: .all, end: 0)
    switch formula {
    case .test(let test):
      node.kind = .test
      node.argument = UInt32(test)
    case .cluster(let tests):
      node.kind = .group
      node.argument = UInt32(groups[tests] ?? 0)
    case .not(let inner):
      node.kind = .not
      writeNode(inner, groups)
    case .all(let parts), .any(let parts):
      if case .any = formula { node.kind = .any }
      for part in cheapestFirst(parts) { writeNode(part, groups) }
    }
    node.end = UInt32(tables.nodes.count)
    tables.nodes[index] = node
  }

  private func cheapestFirst(_ parts: [Formula]) -> [Formula] {
    parts.enumerated().map { (index: $0.offset, effort: effort($0.element), formula: $0.element) }
      .sorted { ($0.effort, $0.index) < ($1.effort, $1.index) }
      .map(\.formula)
  }

  /// How much work it is to answer a formula; relative.
  private func effort(_ formula: Formula) -> Int {
    switch formula {
    case .cluster: return 0
    case .test(let test): return effort(tests.predicates[test])
    case .not(let inner): return effort(inner)
    case .all(let parts), .any(let parts): return parts.reduce(0) { $0 + effort($1) }
    }
  }

  private func effort(_ predicate: Predicate) -> Int {
    if predicate.subject == .anyValue { return 100 }
    switch predicate.test {
    case .null, .present, .container: return 1
    case .text(let pattern): return pattern.simpleShape == nil ? 10 : 2
    case .number, .needle: return 3
    case .network, .field, .column, .timePart: return 8
    case .regularExpression: return 50
    case .row: return 500
    }
  }
}
