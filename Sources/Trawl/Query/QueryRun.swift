import Synchronization
import TrawlCompiler
import TrawlKQL
import TrawlMatcher
import TrawlQuery
import TrawlRows
import TrawlRules
import TrawlScanner

/// Queries that are ready to be run over logs, in one pass.
public struct QueryRun: Sendable {
  /// Those whose table can be made.
  public let queries: [KQLQuery]
  /// Why others cannot be run, and what is worth knowing of these.
  public let diagnostics: [Diagnostic]
  public let rules: PreparedRules
  private let makers: [RowMaker]
  /// By the id of a rule.
  private let makersByRule: [String: Int]

  /// Compiles the queries that have a plan.
  public init(_ queries: [KQLQuery], options: RulesetCompiler.Options = RulesetCompiler.Options()) throws {
    var options = options
    var (used, loaded, diagnostics) = ([KQLQuery](), LoadedRules(), [Diagnostic]())
    var drafts: [(query: Int, table: String, rows: SourceRows, columns: EventColumns)] = []
    for query in queries {
      guard let plan = query.plan else {
        diagnostics.append(QueryRun.refusal(query))
        continue
      }
      for rule in query.planRules() {
        let table = QueryRun.table(rule.logSource.category ?? "", of: plan)
        let rows = SourceRows(plan, table: table)
        let kinds = EventColumns.variants(
          EventRow.withOtherTimes(rows.columns), of: table, options.logSources,
          disabledRoutes: options.disabledRoutes)
        // A rule for each kind of events, whose findings say by it which fields the columns are.
        for (kind, columns) in kinds.enumerated() {
          var rule = rule
          rule.id = "\(drafts.count)"
          loaded.rules.append(rule)
          options.variants[rule.id] = kind
          drafts.append((used.count, table, rows, columns))
        }
      }
      used.append(query)
    }
    options.readFields = drafts.flatMap { $0.columns.fieldNames.sorted() }
    guard options.readFields.count <= QueryRun.mostFields else {
      throw QueryLimit(
        message: "the queries read more than \(QueryRun.mostFields) columns; run fewer at once")
    }
    rules = try PreparedRules(loaded, options: options)
    guard rules.used == drafts.count else {
      let reasons = rules.diagnostics.filter { $0.severity == .error }.map(\.message)
      throw QueryLimit(message: "a query could not be compiled: \(reasons.joined(separator: "; "))")
    }
    self.queries = used
    // Of columns that are empty the result tells, for the logs at hand.
    self.diagnostics = diagnostics + rules.diagnostics.filter { $0.reason != RouteLimits.emptyColumns }
    let fields = rules.ruleset.fields
    makers = drafts.map { RowMaker(query: $0.query, table: $0.table, $0.rows, $0.columns, fields) }
    makersByRule = Dictionary(uniqueKeysWithValues: drafts.indices.map { ("\($0)", $0) })
  }

  /// Half of the numbers that fields can have.
  private static let mostFields = 30_000

  /// A table's name as the plan has it: a log source has it in lower case.
  private static func table(_ name: String, of plan: KQLPlan) -> String {
    plan.sources.first { $0.table.lowercased() == name.lowercased() }?.table ?? name
  }

  private static func refusal(_ query: KQLQuery) -> Diagnostic {
    var diagnostic =
      query.tableLimit?.diagnostic
      ?? Diagnostic(at: query.location, reason: "no table", message: "its table is not computed")
    diagnostic.severity = .error
    diagnostic.message = "no table is made of '\(query.id)': " + diagnostic.message
    diagnostic.advice = "trawl scan -r reports the events that it matches"
    return diagnostic
  }

  /// How a run is made.
  public struct Settings: Sendable {
    public var threads = availableProcessors
    public var reading = ReadOptions()
    public var period: Period?
    /// The table that rows are of which name none, folded; nil: their file's name or their columns say it.
    public var table: String?
    /// For each query.
    public var budget = MemoryBudget()

    public init() {}
  }

  /// Runs the queries over logs. `tick` is called a few times a second.
  public func run(
    _ files: [LogFile], _ settings: Settings = Settings(), _ progress: Scan.Progress = Scan.Progress(),
    tick: (() -> Void)? = nil
  ) throws -> QueryResult {
    let filled = FilledColumns()
    let collector = RowCollector(queries, settings.budget)
    var scan = Scan(
      ruleset: rules.ruleset, files: files, threads: settings.threads,
      makeFormat: { [self] in format(filled) },
      write: { if collector.take($0) { progress.stop() } })
    scan.detail.values = true
    scan.reading = settings.reading
    scan.period = settings.period
    scan.table = settings.table
    var summary = try scan.run(progress, tick: tick)
    let tables = try collector.finish()
    let isComplete = collector.isSatisfied
    if isComplete { summary.isStopped = false }
    return QueryResult(
      tables: tables.enumerated().map { index, table in
        QueryTable(
          query: queries[index], table: table, rowsRead: collector.rowCounts[index],
          emptyColumns: collector.rowCounts[index] == 0 ? [] : emptyColumns(of: index, summary, filled))
      }, summary: summary, endsEarly: isComplete)
  }

  /// Columns that a query looks at and that no row had a value in, by table.
  private func emptyColumns(
    of query: Int, _ summary: ScanSummary, _ filled: FilledColumns
  ) -> [(table: String, columns: [String])] {
    var columns: [(table: String, wanted: Set<String>)] = []
    for (number, maker) in makers.enumerated() where maker.query == query {
      let rule = rules.ruleset.rules.first { $0.id == "\(number)" }
      guard let rule, summary.findingsByRule[rule.number] ?? 0 > 0 else { continue }
      let empty = maker.rows.columns.subtracting(filled.columns(of: number))
      if let index = columns.firstIndex(where: { $0.table == maker.table }) {
        columns[index].wanted.formIntersection(empty)
      } else {
        columns.append((maker.table, empty))
      }
    }
    return columns.filter { !$0.wanted.isEmpty }.map { ($0.table, $0.wanted.sorted()) }
  }

  /// Makes rows of findings, for one worker.
  private func format(_ filled: FilledColumns) -> Scan.Format {
    var open = makers.map(\.rows.columns)
    return { [self] finding, output in
      guard let number = makersByRule[finding.rule.id] else { return }
      let maker = makers[number]
      let row = maker.row(finding)
      maker.rows.append(row, query: maker.query, to: &output)
      // Few columns are open for long.
      let found = open[number].filter { !row.value(of: $0, .string).isEmpty }
      guard !found.isEmpty else { return }
      open[number].subtract(found)
      filled.note(found, of: number)
    }
  }
}
