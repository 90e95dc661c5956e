import Hyperscan
import Synchronization
import TrawlEvents
import TrawlMatcher
import TrawlRules

/// Makes rules into a ruleset: numbers its fields, predicates and rules, chooses the literals that announce each rule and
/// compiles them into one database.
public struct RulesetCompiler: ~Copyable {
  public struct Options: Sendable {
    public var logSources = LogSourceTable.standard
    /// Names of routes that are off.
    public var disabledRoutes: Set<String> = []
    /// Which database scans which field's values.
    public var scanPlan = ScanPlan.single
    /// The log source of events that do not show theirs.
    public var givenLogSource: LogSource?
    /// Ids of the rules of which the report is to say how they are found.
    public var explained: Set<String> = []
    /// Of rules, by id, that look at one kind of events only: its number among those of their log source.
    public var variants: [String: Int] = [:]
    /// Names of fields of events that are decoded beside those of the rules.
    public var readFields: [String] = []
    /// Calls a function with each number below a count, in any order and by any number of threads; returns when all calls
    /// have. One after the other unless something else is set: databases are compiled by it.
    public var forEach: @Sendable (Int, @escaping @Sendable (Int) -> Void) -> Void = { count, body in
      for index in 0..<count { body(index) }
    }

    public init() {}
  }

  /// Which database scans which field's values. All plans find the same.
  public enum ScanPlan: String, Sendable, CaseIterable {
    /// One database of all literals scans every field.
    case single
    /// A field with many literals has a database of its own; the others share one.
    case fields
  }

  /// A ruleset, and how it came about.
  public struct Result: Sendable {
    public var ruleset: Ruleset
    public var report: CompileReport
    /// Rules that were left out, and why.
    public var diagnostics: [Diagnostic]
  }

  let options: Options
  var fields = FieldTable()
  var tests = TestTable()
  var tables = RulesetTables()
  var report = CompileReport()
  var diagnostics: [Diagnostic] = []
  /// By category of rules that may read rows: the fields that they name.
  var namedFields: [String: Set<FieldID>] = [:]

  private init(_ options: Options) { self.options = options }

  /// Compiles rules. Those that cannot be (an expression that no library takes) are left out and reported. Costs about
  /// half a second for 4,000 rules, nearly all of it Hyperscan's.
  public static func compile(_ rules: [Rule], options: Options = Options()) throws -> Result {
    var compiler = RulesetCompiler(options)
    return try compiler.compile(rules)
  }
}

/// A program before it is written down.
struct Draft {
  var rule: Int
  var selector: Int
  var variant: RuleVariant
  /// The rule's names of fields, in the order of their first use; of rules that are explained only.
  var names: [String]
  var formula: Formula
  var announcement: Announcement?
}

/// What is compiled side by side, by its number.
private final class Compiled: Sendable {
  let databases = Mutex<[Int: Result<LiteralDatabase, any Error>]>([:])
  let gates = Mutex<[Int: Result<Gate, any Error>]>([:])
}

extension RulesetCompiler {
  private mutating func compile(_ rules: [Rule]) throws -> Result {
    var selectors: [LogSourceSelection.Selector: Int] = [:]
    var textColumns: [(selector: Int, names: [String])] = []
    var infos: [RuleInfo] = []
    var drafts: [Draft] = []
    for rule in rules {
      guard let expressionsHold = compileExpressions(of: rule), expressionsHold else { continue }
      var items = RulesetCompiler.items(rule)
      var limits = RouteLimits()
      for (index, variant) in variants(of: rule).enumerated() {
        guard let routed = routed(rule, variant, &limits) else { continue }
        for (item, number) in routed.tests.enumerated() {
          if index == 0 {
            items[item].test = UInt32(number)
          } else {
            items[item].routedTests.append(UInt32(number))
          }
        }
        let selector = selectors[variant.selector, default: selectors.count]
        selectors[variant.selector] = selector
        if variant.route == nil { textColumns.append((selector, rule.textColumns.map(variant.fields.path))) }
        drafts.append(
          Draft(
            rule: infos.count, selector: selector, variant: variant,
            names: options.explained.contains(rule.id) ? rule.fieldNames : [], formula: routed.formula))
      }
      noteNames(of: rule)
      diagnostics += limits.diagnostics(rule)
      infos.append(RulesetCompiler.info(rule, items, number: infos.count))
    }
    report.rules = infos.count
    for name in options.readFields { _ = fields.number(of: name) }
    announce(&drafts)
    let databaseDrafts = try makePatterns(drafts, infos)
    let gateDrafts = makeGates(drafts, selectors.sorted { $0.value < $1.value }.map(\.key))
    let (databases, gates) = try compileDatabases(databaseDrafts, gateDrafts)
    let mappings = writeMappings()
    tests.write(to: &tables)
    var selection = logSourceSelection(infos, selectors)
    selection.textColumns = numbered(textColumns)
    selection.mappings = mappings
    countFieldTables()
    let ruleset = Ruleset(
      rules: infos, fields: fields, logSources: selection, tables: takeTables(), databases: databases,
      expressions: tests.expressions, rowTests: tests.rowTests, gates: gates)
    return Result(ruleset: ruleset, report: report, diagnostics: diagnostics)
  }

  /// Compiles the databases and the gates side by side; the large ones come first.
  private mutating func compileDatabases(
    _ databases: [[Pattern]], _ gates: [GateDraft]
  ) throws -> ([LiteralDatabase], [Gate]) {
    let done = Compiled()
    options.forEach(databases.count + gates.count) { index in
      if index < databases.count {
        let result = Swift.Result {
          LiteralDatabase(try Database(literals: databases[index]), patterns: databases[index].map(\.id))
        }
        done.databases.withLock { $0[index] = result }
      } else {
        let result = Swift.Result { try gates[index - databases.count].compiled() }
        done.gates.withLock { $0[index - databases.count] = result }
      }
    }
    let compiledDatabases = try done.databases.withLock { try ordered($0) }
    let compiledGates = try done.gates.withLock { try ordered($0) }
    report.databases = databases.count
    report.databaseBytes = compiledDatabases.reduce(0) { $0 + $1.database.size }
    report.gates = gates.count
    report.gatePatterns = gates.reduce(0) { $0 + $1.patterns.count }
    return (compiledDatabases, compiledGates)
  }

  private func ordered<Value>(_ results: [Int: Swift.Result<Value, any Error>]) throws -> [Value] {
    try results.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }

  private mutating func takeTables() -> RulesetTables {
    var taken = RulesetTables()
    swap(&taken, &tables)
    return taken
  }

  private func variants(of rule: Rule) -> [RuleVariant] {
    let all = options.logSources.variants(of: rule.logSource, disabledRoutes: options.disabledRoutes)
    return options.variants[rule.id].map { [all[$0]] } ?? all
  }

  /// Columns of text by the numbers of their fields, once all fields have one.
  private func numbered(
    _ columns: [(selector: Int, names: [String])]
  ) -> [LogSourceSelection.TextColumn] {
    var numbered: Set<LogSourceSelection.TextColumn> = []
    for (selector, names) in columns {
      for field in names.compactMap({ fields.find($0) }) {
        numbered.insert(LogSourceSelection.TextColumn(selector: UInt32(selector), field: field))
      }
    }
    return numbered.sorted { ($0.selector, $0.field) < ($1.selector, $1.field) }
  }

  /// Compiles the expressions of a rule; nil and a diagnostic when one cannot be.
  private mutating func compileExpressions(of rule: Rule) -> Bool? {
    for item in rule.items {
      guard case .regularExpression(let expression) = item.predicate.test else { continue }
      do {
        try tests.compile(expression)
      } catch {
        diagnostics.append(
          Diagnostic(
            at: rule.location, reason: "regular expression",
            message:
              "the regular expression of \(item.searchIdentifier) cannot be compiled: \(error.message), at offset \(error.offset)",
            excerpt: expression.pattern, advice: "correct the expression; the dialect is PCRE",
            ruleTitle: rule.title))
        return nil
      }
    }
    return true
  }

  private mutating func logSourceSelection(
    _ rules: [RuleInfo], _ selectors: [LogSourceSelection.Selector: Int]
  ) -> LogSourceSelection {
    let table = options.logSources
    let shapes = table.shapes.map { shape in
      LogSourceSelection.Shape(
        conditions: shape.conditions.map { (fields.number(of: $0.field), $0.value) },
        logSource: RulesetCompiler.parts(shape.logSource))
    }
    var selection = LogSourceSelection(
      selectors: selectors.sorted { $0.value < $1.value }.map(\.key), shapes: shapes, tableNames: table.names,
      programs: table.programs, given: options.givenLogSource.map(RulesetCompiler.parts),
      eventIDField: fields.find("EventID") ?? 0)
    selection.tables = table.tables
    selection.name(rules)
    return selection
  }

  private static func parts(_ source: LogSource) -> [LogSourceSelection.Part: String] {
    var parts: [LogSourceSelection.Part: String] = [:]
    parts[.product] = source.product
    parts[.category] = source.category
    parts[.service] = source.service
    return parts
  }

  private static func info(_ rule: Rule, _ items: [ItemInfo], number: Int) -> RuleInfo {
    let source = [
      ("product", rule.logSource.product), ("category", rule.logSource.category),
      ("service", rule.logSource.service),
    ]
    return RuleInfo(
      number: number, id: rule.id, title: rule.title, level: rule.level?.rawValue ?? "",
      status: rule.status?.rawValue ?? "", tags: rule.tags, language: rule.language.rawValue,
      file: rule.location.file,
      logSource: source.compactMap { name, value in value.map { (name, $0) } }, items: items,
      condition: rule.condition.nodes)
  }

  /// The items of a rule, their tests still unknown.
  private static func items(_ rule: Rule) -> [ItemInfo] {
    rule.items.map { item in
      ItemInfo(
        searchIdentifier: item.searchIdentifier, field: item.field, modifiers: item.modifiers,
        value: item.value, test: 0)
    }
  }
}

extension Rule {
  /// The fields that its items name, in the order of their first use.
  fileprivate var fieldNames: [String] {
    var names: [String] = []
    for case .field(let name) in items.map(\.predicate.subject) where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}
