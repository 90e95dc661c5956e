import Hyperscan
import TrawlEvents

/// A ruleset as bytes: its own, the same for equal rules, and apart from them the bytecode of its databases.
public struct StoredRuleset: Sendable {
  public var contents: [UInt8]
  /// Code for Hyperscan, which trusts it: it may only be loaded where its origin is certain. Of use to the same
  /// `databaseVersion` and `databasePlatform` only; nil where there is none.
  public var databases: [UInt8]?

  public init(contents: [UInt8], databases: [UInt8]?) {
    self.contents = contents
    self.databases = databases
  }
}

extension StoredRuleset {
  /// The version of Hyperscan in use, and the CPU that it compiles databases for.
  public static var databaseVersion: String { Database.version }
  public static var databasePlatform: String { Database.platform }
}

/// What is decided only when stored rules are loaded.
public struct StoredRulesOptions: Sendable {
  /// The log source of events that do not show theirs.
  public var given: [LogSourceSelection.Part: String]?
  /// Which of the rules are used; nil: all.
  public var selects: (@Sendable (RuleInfo) -> Bool)?

  public init(
    given: [LogSourceSelection.Part: String]? = nil, selects: (@Sendable (RuleInfo) -> Bool)? = nil
  ) {
    self.given = given
    self.selects = selects
  }
}

extension Ruleset {
  /// The ruleset as bytes, from which `init(stored:)` makes it again. The log source given by the user is not among them.
  public func stored() throws(HyperscanError) -> StoredRuleset {
    var pool = TextPool()
    var body = ByteWriter()
    body.put(Array(fields.names.dropFirst()), in: &pool)
    logSources.store(in: &body, &pool)
    body.put(count: expressions.count)
    for expression in expressions {
      body.put(expression.source, in: &pool)
      body.put(expression.flagBits)
    }
    body.put(count: rowTests.count)
    for test in rowTests { test.store(in: &body, &pool) }
    body.put(count: databases.count)
    for database in databases {
      body.put(count: database.patterns.count)
      for pattern in database.patterns { body.put(pattern) }
    }
    tables.store(in: &body)
    body.put(count: gates.count)
    for gate in gates { gate.store(in: &body) }
    body.put(count: rules.count)
    for rule in rules { rule.store(in: &body, &pool) }
    var contents = ByteWriter()
    pool.store(in: &contents)
    return StoredRuleset(contents: contents.bytes + body.bytes, databases: try serializedDatabases())
  }

  private func serializedDatabases() throws(HyperscanError) -> [UInt8] {
    var writer = ByteWriter()
    for database in databases { writer.put(bytes: try database.database.serialized()) }
    for gate in gates { writer.put(bytes: try gate.database.serialized()) }
    return writer.bytes
  }
}

extension Ruleset {
  /// Makes a ruleset from bytes, whatever they hold: what does not fit together is an error. Takes some milliseconds for
  /// 4,000 rules with databases, a second without, since their literals are then compiled anew.
  public convenience init(
    stored: StoredRuleset, options: StoredRulesOptions = StoredRulesOptions()
  ) throws(StoredRulesError) {
    var reader = ByteReader(stored.contents, stored.contents.indices)
    let texts = try StoredTexts(from: &reader)
    let fields = try FieldTable(from: &reader, texts)
    var logSources = try LogSourceSelection(from: &reader, texts, fields: fields.count)
    let expressions = try Ruleset.expressions(from: &reader, texts)
    var rowTests: [RowTest] = []
    for _ in 0..<(try reader.count(of: 10)) {
      rowTests.append(try RowTest(from: &reader, texts, fields: fields.count))
    }
    var plan: [[UInt32]] = []
    for _ in 0..<(try reader.count(of: 4)) { plan.append(try Ruleset.numbers(from: &reader)) }
    var tables = try RulesetTables(from: &reader)
    let check = TableCheck(
      rules: Int(UInt32.max), fields: fields.count, selectors: logSources.selectors.count,
      databases: plan.count, expressions: expressions.count, rowTests: rowTests.count)
    try check.check(tables)
    guard logSources.mappings.count == tables.mappings.count else {
      throw StoredRulesError("a mapping of rows is of no table")
    }
    var gates: [StoredGate] = []
    for _ in 0..<(try reader.count(of: 8)) {
      gates.append(
        try StoredGate(from: &reader, selectors: logSources.selectors.count, programs: tables.programs.count))
    }
    let rules = try Ruleset.rules(from: &reader, texts, tests: tables.tests.count)
    try reader.finish()
    if tables.programs.count > 0, Int(tables.programs[tables.programs.count - 1].rule) >= rules.count {
      throw StoredRulesError("a program is of no rule")
    }
    logSources.select(rules, options, &tables)
    var code = stored.databases.map { ByteReader($0, $0.indices) }
    let databases = try Ruleset.databases(plan, tables, &code)
    var finished: [Gate] = []
    for gate in gates { finished.append(try gate.gate(&code)) }
    try code?.finish()
    self.init(
      rules: rules, fields: fields, logSources: logSources, tables: tables, databases: databases,
      expressions: expressions, rowTests: rowTests, gates: finished)
  }

  private static func expressions(
    from reader: inout ByteReader, _ texts: StoredTexts
  ) throws(StoredRulesError) -> [Expression] {
    var expressions: [Expression] = []
    for _ in 0..<(try reader.count(of: 5)) {
      let source = try texts.next(&reader)
      let flags = try reader.number(UInt8.self)
      do throws(ExpressionError) {
        expressions.append(try Expression(source, flagBits: flags))
      } catch {
        throw StoredRulesError("an expression cannot be compiled: \(error.message)")
      }
    }
    return expressions
  }

  static func numbers(from reader: inout ByteReader) throws(StoredRulesError) -> [UInt32] {
    let count = try reader.count(of: 4)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try reader.number()) }
    return numbers
  }

  private static func rules(
    from reader: inout ByteReader, _ texts: StoredTexts, tests: Int
  ) throws(StoredRulesError) -> [RuleInfo] {
    let count = try reader.count(of: 36)
    var rules: [RuleInfo] = []
    rules.reserveCapacity(count)
    for number in 0..<count {
      rules.append(try RuleInfo(from: &reader, texts, number: number, tests: tests))
    }
    return rules
  }
}

extension FieldTable {
  fileprivate init(from reader: inout ByteReader, _ texts: StoredTexts) throws(StoredRulesError) {
    self.init()
    let count = try reader.count(of: 4)
    guard count < Int(FieldID.max) - 1 else { throw StoredRulesError("there are too many fields") }
    for index in 0..<count {
      guard Int(number(of: try texts.next(&reader))) == index + 1 else {
        throw StoredRulesError("a field is there twice")
      }
    }
  }
}

extension LogSourceSelection {
  /// Leaves the events' log sources to the rules that are used: the programs of others are of none.
  fileprivate mutating func select(
    _ rules: [RuleInfo], _ options: StoredRulesOptions, _ tables: inout RulesetTables
  ) {
    given = options.given
    guard let selects = options.selects else { return name(rules) }
    let isUsed = rules.map(selects)
    name(zip(rules, isUsed).filter(\.1).map(\.0))
    let none = UInt32(selectors.count)
    selectors.append(Selector(windows: nil, named: nil))
    for index in 0..<tables.programs.count where !isUsed[Int(tables.programs[index].rule)] {
      tables.programs[index].selector = none
    }
  }
}
