import TrawlEvents

/// Checks that tables refer only to what there is, so that a matcher never reads beside them: all that `Matcher`,
/// `RouteTable` and the tests take for granted. Every rule of it is one that the compiler keeps.
struct TableCheck {
  /// How many of each there are beside the tables.
  var rules: Int
  var fields: Int
  var selectors: Int
  var databases: Int
  var expressions: Int
  var rowTests: Int

  func check(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    try checkTests(tables)
    try checkPatterns(tables)
    try checkFields(tables)
    try checkEqualities(tables)
    try checkGroups(tables)
    try checkNodes(tables)
    try checkMappings(tables, firstNode: try checkPrograms(tables))
  }

  private func demand(_ isSound: Bool, _ trouble: @autoclosure () -> String) throws(StoredRulesError) {
    if !isSound { throw StoredRulesError(trouble()) }
  }

  private static func isWithin(_ first: UInt32, _ count: UInt32, _ limit: Int) -> Bool {
    Int(first) + Int(count) <= limit
  }
}

extension TableCheck {
  private func checkTests(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    for index in 0..<tables.tests.count { try check(tables.tests[index], tables) }
    for index in 0..<tables.textTests.count {
      let test = tables.textTests[index]
      let limit = test.shape == .glob ? tables.globs.count : tables.texts.count
      try demand(Self.isWithin(test.offset, test.length, limit), "a text test has no text")
      try demand(
        test.needle == TextEntry.noNeedle || Int(test.needle) < tables.needles.count,
        "a text test has no needle")
    }
    for index in 0..<tables.needles.count {
      let needle = tables.needles[index]
      try demand(Self.isWithin(needle.offset, needle.length, tables.texts.count), "a needle has no text")
    }
    for index in 0..<tables.globs.count {
      let glob = tables.globs[index]
      try demand(Self.isWithin(glob.offset, glob.length, tables.texts.count), "a wildcard has no text")
    }
    for index in 0..<tables.networks.count {
      let network = tables.networks[index]
      try demand(network.prefixLength <= (network.isVersion6 ? 128 : 32), "a network's prefix is too long")
    }
  }

  private func check(_ test: TestEntry, _ tables: borrowing RulesetTables) throws(StoredRulesError) {
    let arguments: Int? =
      switch test.kind {
      case .text: tables.textTests.count
      case .expression: expressions
      case .row: rowTests
      case .network: tables.networks.count
      case .number, .timePart: tables.numbers.count
      case .null, .present, .field, .column, .container: nil
      }
    if let arguments { try demand(Int(test.argument) < arguments, "a test lacks what it compares with") }
    // What is asked of a field's being there cannot be asked of any value.
    let mayBeAnywhere = arguments != nil && test.field == TestEntry.anyValue
    try demand(mayBeAnywhere || Int(test.field) < fields, "a test asks for a field that does not exist")
    try demand(Int(test.other) < fields, "a test compares with a field that does not exist")
  }

  private func checkPatterns(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    for index in 0..<tables.patterns.count {
      let pattern = tables.patterns[index]
      try demand(pattern.length > 0, "a pattern is empty")
      try demand(
        Self.isWithin(pattern.firstTarget, pattern.targetCount, tables.targets.count),
        "a pattern lacks targets")
    }
    for index in 0..<tables.targets.count {
      let target = tables.targets[index]
      try demand(Int(target.field) < fields, "a target is of a field that does not exist")
      try checkBit(target.group, target.test, tables)
    }
  }

  /// A bit to set, and the test that must pass for it, if there is one.
  private func checkBit(
    _ group: UInt32, _ test: UInt32, _ tables: borrowing RulesetTables
  ) throws(StoredRulesError) {
    try demand(Int(group) < tables.groups.count, "a bit does not exist")
    try demand(
      test == TargetEntry.noTest || Int(test) < tables.tests.count,
      "a test that confirms a bit does not exist")
  }

  private func checkFields(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    try demand(tables.fieldUses.count == fields, "what is asked of the fields is not there")
    for index in 0..<tables.fieldUses.count {
      let use = tables.fieldUses[index]
      try demand(
        use.database == FieldEntry.noDatabase || Int(use.database) < databases,
        "a field's database does not exist")
      try demand(Self.isWithin(use.firstCheck, use.checkCount, tables.checks.count), "a field lacks checks")
      try demand(
        Self.isWithin(use.firstFamily, use.familyCount, tables.families.count), "a field lacks families")
    }
    for index in 0..<tables.checks.count {
      let check = tables.checks[index]
      try demand(check.test != TargetEntry.noTest, "a check has no test")
      try checkBit(check.group, check.test, tables)
    }
    for index in 0..<tables.families.count {
      let family = tables.families[index]
      try demand(
        Self.isWithin(family.nameOffset, family.nameLength, tables.texts.count), "a family has no name")
    }
  }

  private func checkEqualities(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    for index in 0..<tables.equalities.count where tables.equalities[index].group != EqualityEntry.noGroup {
      let equality = tables.equalities[index]
      try demand(Int(equality.field) < fields, "an equality is of a field that does not exist")
      try checkBit(equality.group, equality.test, tables)
    }
  }

  private func checkGroups(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    for index in 0..<tables.groups.count {
      let group = tables.groups[index]
      try demand(
        Self.isWithin(group.firstTrigger, group.triggerCount, tables.triggers.count), "a bit lacks programs")
    }
    for index in 0..<tables.triggers.count {
      try demand(
        Int(tables.triggers[index]) < tables.programs.count, "a bit announces a program that does not exist")
    }
    for index in 0..<tables.programGroups.count {
      try demand(Int(tables.programGroups[index]) < tables.groups.count, "a program is decided by no bit")
    }
    for index in 0..<tables.programFields.count {
      try demand(Int(tables.programFields[index]) < fields, "a program is decided by no field")
    }
  }
}

extension TableCheck {
  private func checkNodes(_ tables: borrowing RulesetTables) throws(StoredRulesError) {
    var nodes = ConditionCheck(
      nodes: tables.nodes.count, tests: tables.tests.count, groups: tables.groups.count)
    for index in 0..<tables.nodes.count { try nodes.check(tables.nodes[index]) }
  }

  /// Programs follow each other, each with a condition of its own, in the order of their rules.
  /// Hands back the node behind the last.
  private func checkPrograms(_ tables: borrowing RulesetTables) throws(StoredRulesError) -> Int {
    var node = 0
    var rule: UInt32 = 0
    for index in 0..<tables.programs.count {
      let program = tables.programs[index]
      try demand(Int(program.rule) < rules && program.rule >= rule, "a program is of no rule")
      try demand(Int(program.selector) < selectors, "a program is of no log source")
      try demand(Int(program.firstNode) == node && node < tables.nodes.count, "a program has no condition")
      node = Int(tables.nodes[node].end)
      rule = program.rule
      guard program.isBounded else { continue }
      try demand(
        program.groupCount <= 32
          && Self.isWithin(program.firstGroup, UInt32(program.groupCount), tables.programGroups.count)
          && Self.isWithin(program.firstField, UInt32(program.fieldCount), tables.programFields.count),
        "a program lacks what decides it")
    }
    return node
  }

  /// The conditions of mappings follow those of the programs.
  private func checkMappings(
    _ tables: borrowing RulesetTables, firstNode: Int
  ) throws(StoredRulesError) {
    var node = firstNode
    for index in 0..<tables.mappings.count {
      let mapping = tables.mappings[index]
      try demand(
        Int(mapping.firstNode) == node && node < tables.nodes.count, "a mapping of rows has no condition")
      node = Int(tables.nodes[node].end)
      try demand(
        Self.isWithin(mapping.firstField, mapping.fieldCount, tables.mappedFields.count),
        "a mapping of rows lacks fields")
    }
    try demand(node == tables.nodes.count, "a condition is of no program")
    for index in 0..<tables.mappedFields.count {
      let field = tables.mappedFields[index]
      try demand(
        Int(field.target) < fields && Int(field.source) < fields && Int(field.other) < fields,
        "a row has a field that does not exist")
      try demand(Self.isWithin(field.offset, field.length, tables.texts.count), "a constant has no text")
    }
  }
}
