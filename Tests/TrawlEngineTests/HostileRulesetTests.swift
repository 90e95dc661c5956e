import Testing
import TrawlEvents
import TrawlRules
import TrawlTestSupport

@testable import TrawlMatcher

/// Stored rulesets that somebody damaged, by chance or on purpose.
@Suite struct HostileRulesetTests {
  /// Rules that have something in every table.
  private static let small = Result { () throws -> StoredRuleset in
    var random = RandomRules(seed: 77)
    let rules = try random.rules(1) + Corpus.rules().rules.filter { $0.items.count < 5 }.prefix(2)
    var stored = try EngineUnderTest(Array(rules)).ruleset.stored()
    stored.databases = nil
    return stored
  }

  private func load(_ contents: [UInt8]) throws(StoredRulesError) -> Ruleset {
    try Ruleset(stored: StoredRuleset(contents: contents, databases: nil))
  }

  @Test func bytesThatAreCutOffAreAnError() throws {
    let contents = try HostileRulesetTests.small.get().contents
    for count in 0..<contents.count {
      #expect(throws: StoredRulesError.self, "\(count)") { try load(Array(contents[..<count])) }
    }
    #expect(throws: StoredRulesError.self) { try load(contents + [0]) }
  }

  @Test func aChangedByteIsAnErrorOrARulesetThatMatches() throws {
    let contents = try HostileRulesetTests.small.get().contents
    let events = try Corpus.events().prefix(3).map(\.json)
    for index in contents.indices {
      var changed = contents
      changed[index] ^= [0x01, 0x80, 0xFF][index % 3]
      guard let ruleset = try? load(changed) else { continue }
      _ = try EngineUnderTest(ruleset).matches(events, passes: 1)
    }
  }

  @Test func databasesThatAreCutOffAreAnError() throws {
    var stored = try EngineUnderTest(Array(Corpus.rules().rules.prefix(5))).ruleset.stored()
    let databases = try #require(stored.databases)
    for count in [0, 3, 4, 5, databases.count / 2, databases.count - 1] {
      stored.databases = Array(databases[..<count])
      #expect(throws: StoredRulesError.self, "\(count)") { try Ruleset(stored: stored) }
    }
    stored.databases = databases + [0]
    #expect(throws: StoredRulesError.self) { try Ruleset(stored: stored) }
  }

  private static let corpus = Result { try EngineUnderTest(Corpus.rules().rules).ruleset }

  /// Why tables are refused that are sound but for one entry.
  private func refusal(_ damage: (inout RulesetTables) -> Void) throws -> String? {
    let ruleset = try HostileRulesetTests.corpus.get()
    var writer = ByteWriter()
    ruleset.tables.store(in: &writer)
    var reader = ByteReader(writer.bytes, writer.bytes.indices)
    var tables = try RulesetTables(from: &reader)
    let check = TableCheck(
      rules: ruleset.rules.count, fields: ruleset.fields.count,
      selectors: ruleset.logSources.selectors.count, databases: ruleset.databases.count,
      expressions: ruleset.expressions.count, rowTests: 0)
    try check.check(tables)
    damage(&tables)
    do {
      try check.check(tables)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func rangesThatRunOverAreRefused() throws {
    #expect(try refusal { $0.patterns[0].targetCount = .max } == "a pattern lacks targets")
    #expect(try refusal { $0.patterns[0].firstTarget = .max } == "a pattern lacks targets")
    #expect(try refusal { $0.groups[0].triggerCount = .max } == "a bit lacks programs")
    #expect(try refusal { $0.textTests[0].length = .max } == "a text test has no text")
    #expect(try refusal { $0.globs[0].offset = .max } == "a wildcard has no text")
    #expect(try refusal { $0.fieldUses[1].checkCount = .max } == "a field lacks checks")
    #expect(try refusal { $0.fieldUses[1].familyCount = .max } == "a field lacks families")
    #expect(try refusal { $0.mappings[0].fieldCount = .max } == "a mapping of rows lacks fields")
    #expect(try refusal { $0.mappedFields[0].length = .max } == "a constant has no text")
    #expect(
      try refusal { tables in
        tables.programs[0].fieldCount = 3
        tables.programs[0].firstField = .max
      } == "a program lacks what decides it")
  }

  @Test func numbersOfWhatDoesNotExistAreRefused() throws {
    #expect(try refusal { $0.targets[0].group = 1 << 30 } == "a bit does not exist")
    #expect(try refusal { $0.targets[0].field = 65_000 } == "a target is of a field that does not exist")
    #expect(try refusal { $0.targets[0].test = 1 << 30 } == "a test that confirms a bit does not exist")
    #expect(try refusal { $0.fieldUses[1].database = 7 } == "a field's database does not exist")
    #expect(try refusal { $0.triggers[0] = 1 << 30 } == "a bit announces a program that does not exist")
    #expect(try refusal { $0.tests[0].field = 65_000 } == "a test asks for a field that does not exist")
    #expect(try refusal { $0.tests[0].argument = .max } == "a test lacks what it compares with")
    #expect(try refusal { $0.programs[0].rule = .max } == "a program is of no rule")
    #expect(try refusal { $0.programs[0].selector = 1 << 20 } == "a program is of no log source")
    #expect(try refusal { $0.programGroups[0] = .max } == "a program is decided by no bit")
    #expect(try refusal { $0.programFields[0] = .max } == "a program is decided by no field")
    #expect(try refusal { $0.mappedFields[0].source = 65_000 } == "a row has a field that does not exist")
    #expect(try refusal { $0.mappedFields[0].other = 65_000 } == "a row has a field that does not exist")
    #expect(try refusal { $0.mappedFields[0].target = 65_000 } == "a row has a field that does not exist")
  }

  @Test func aTestOfAFieldsPresenceInAnyValueIsRefused() throws {
    let refusal = try refusal { $0.tests[0] = TestEntry(kind: .present, field: TestEntry.anyValue) }
    #expect(refusal == "a test asks for a field that does not exist")
  }

  @Test func conditionsThatAreNoTreesAreRefused() throws {
    #expect(try refusal { $0.nodes[0].end = 0 } == "a condition has no end")
    #expect(try refusal { $0.nodes[0].end = .max } == "a condition has no end")
    #expect(
      try refusal { $0.nodes[0] = NodeEntry(kind: .not, end: 1) } == "a condition negates nothing")
    #expect(
      try refusal { $0.nodes[0] = NodeEntry(kind: .test, argument: .max, end: 1) }
        == "a condition asks for no test")
    #expect(try refusal { $0.programs[1].firstNode = 0 } == "a program has no condition")
    #expect(try refusal { $0.mappings[1].firstNode = 0 } == "a mapping of rows has no condition")
    #expect(
      try refusal { tables in tables.nodes.append(NodeEntry(kind: .all, end: UInt32(tables.nodes.count + 1)))
      }
        == "a condition is of no program")
  }

  @Test func aConditionThatNegatesTwoIsRefused() throws {
    let refusal = try refusal { tables in
      tables.nodes = Block()
      tables.nodes.append(NodeEntry(kind: .not, end: 3))
      tables.nodes.append(NodeEntry(kind: .all, end: 2))
      tables.nodes.append(NodeEntry(kind: .all, end: 3))
    }
    #expect(refusal == "a condition negates several at once")
  }

  @Test func expressionsAndLiteralsThatCannotBeCompiledAreRefused() throws {
    let rules = try Corpus.rules().rules.filter { rule in
      rule.items.contains { if case .regularExpression = $0.predicate.test { true } else { false } }
    }
    let ruleset = try EngineUnderTest(Array(rules.prefix(1))).ruleset
    let source = try #require(ruleset.expressions.first?.source)
    var contents = try ruleset.stored().contents
    let place = try #require(contents.firstRange(of: Array(source.utf8)))
    for index in place { contents[index] = UInt8(ascii: "(") }
    do {
      _ = try load(contents)
      Issue.record("an expression of open brackets is taken")
    } catch {
      #expect(error.description.hasPrefix("an expression cannot be compiled: "))
    }
  }

  @Test func conditionsWithoutBottomAreRefused() throws {
    let refusal = try refusal { tables in
      tables.nodes = Block()
      for _ in 0..<100_000 { tables.nodes.append(NodeEntry(kind: .not, end: 100_001)) }
      tables.nodes.append(NodeEntry(kind: .all, end: 100_001))
    }
    #expect(refusal == "a condition is nested too deeply")
  }
}
