import ArgumentParser
import Glibc
import Trawl

struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Runs KQL hunting queries over logs and prints their tables.",
    discussion: """
      The logs are rows of Microsoft Defender or Sentinel, or Windows events, which
      are read as rows of Defender's tables. A file may hold several queries; they
      run in one pass, behind one for tables of events that they look into. Tables
      go to standard output, all else to standard error.

      Computed are where, extend, project and its kin, sort, take, top, distinct,
      count, summarize, union, join, lookup, toscalar and let. dcount and percentile
      are exact, where Kusto estimates. Where Kusto leaves the order of rows open, or
      which row of a key an innerunique join takes, it is that of the input. Conditions such as Timestamp > ago(7d) are left out, since archives
      are older; --kql-time strict --kql-now 2026-03-01T00:00:00Z applies them.

      Examples:
        trawl query hunt.kql logs/
        trawl query hunt.md --format csv --query hunt.md#2 -o hits.csv logs/
        trawl query -e 'DeviceProcessEvents | summarize count() by FileName
          | top 10 by count_' Sysmon.evtx
      """)

  @Argument(
    help: ArgumentHelp(
      "A file of queries (KQL, Markdown, YAML) unless -e gives one; then logs: files, folders and all below, - for standard input.",
      valueName: "query-file> <log"))
  var paths: [String]

  @Option(name: [.customShort("e"), .long], help: ArgumentHelp("A query as text.", valueName: "kql"))
  var expression: String?

  @Option(help: ArgumentHelp("Only the queries of the file with this id; may be repeated.", valueName: "id"))
  var query: [String] = []

  @OptionGroup(title: "Output") var output: TableOptions

  @OptionGroup(title: "Queries") var reading: QueryOptions

  @OptionGroup(title: "Time") var period: PeriodOptions

  @OptionGroup(title: "Files") var files: FileOptions

  @OptionGroup(title: "Log sources") var sources: SourceOptions

  @OptionGroup(title: "Log sources") var meanings: LogSourceOptions

  @OptionGroup(title: "Log sources") var tables: RowTableOptions

  @OptionGroup(title: "Log sources") var routes: RouteOptions

  @Option(
    help: ArgumentHelp(
      "Memory for the rows, groups and lists that a query keeps, in MiB; what needs more is an error.",
      valueName: "mib"))
  var maxMemory = MemoryBudget.standard >> 20

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("How many threads read logs. (default: all processors)", valueName: "count"))
  var threads: Int?

  @Flag(name: .shortAndLong, help: "No progress, no summary, no warnings.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if !(1...(1 << 20)).contains(maxMemory) {
      throw ValidationError("--max-memory takes a number from 1 to \(1 << 20), not \(maxMemory)")
    }
    if logs.isEmpty { throw ValidationError("name the logs behind the query") }
  }

  private var logs: [String] { expression == nil ? Array(paths.dropFirst()) : paths }

  func run() throws {
    let (found, missing) = LogFile.find(logs, files.selection)
    guard !found.isEmpty else {
      for problem in missing { Failure("\(problem.path): \(problem.message)").report() }
      throw missing.isEmpty ? Failure("no logs in \(logs.joined(separator: ", "))") : Failure("")
    }
    var options = try routes.compilerOptions(try meanings.table())
    options.givenLogSource = try sources.given()
    let queries = try loadQueries(found, options)
    let run = try compiled(queries, options)
    show(run.diagnostics)
    guard !run.queries.isEmpty else { throw Failure("no query could be run") }
    if !output.chosenFormat.holdsSeveral, run.queries.count > 1 {
      let ids = run.queries.map(\.id).joined(separator: ", ")
      throw Failure("\(output.chosenFormat.rawValue) holds one table; choose one with --query: \(ids)")
    }
    try finish(try execute(run, found), run, missing)
  }

  private func compiled(_ queries: [KQLQuery], _ options: RulesetCompiler.Options) throws -> QueryRun {
    do { return try QueryRun(queries, options: options) } catch let limit as QueryLimit {
      throw Failure(limit.message)
    }
  }

  private func execute(_ run: QueryRun, _ found: [LogFile]) throws -> QueryResult {
    let progress = Scan.Progress()
    let line = !quiet && StandardStream.error.isTerminal ? ProgressLine(progress, files: found) : nil
    Interruption.watch()
    defer { line?.clear() }
    do {
      return try run.run(found, settings(run), progress) {
        if Interruption.signal != nil { progress.stop() }
        line?.draw()
      }
    } catch let limit as QueryLimit {
      line?.clear()
      throw Failure(limit.message)
    }
  }

  private func settings(_ run: QueryRun) throws -> QueryRun.Settings {
    var settings = QueryRun.Settings()
    settings.threads = threads ?? availableProcessors
    settings.reading = files.reading
    settings.period = period.period
    settings.budget = MemoryBudget(limit: maxMemory << 20)
    settings.table = try tables.table(of: run.rules.ruleset)
    return settings
  }

  private func finish(_ result: QueryResult, _ run: QueryRun, _ missing: [InputProblem]) throws {
    try output.write(result.tables)
    if !quiet {
      let stream = StandardStream.error
      let report = QueryReport(result, run, missing: missing, width: stream.width, style: stream.style)
      stream.write((stream.isTerminal && output.isOnTerminal ? "\n" : "") + report.text)
    }
    if let signal = Interruption.signal { throw ExitCode(128 + signal) }
    let unread = missing + result.summary.inputProblems.filter { $0.isUnreadable || logs.contains($0.path) }
    if !unread.isEmpty {
      if quiet { for problem in unread { Failure("\(problem.path): \(problem.message)").report() } }
      throw ExitCode(Failure.usage)
    }
  }
}

extension QueryCommand {
  private func loadQueries(_ found: [LogFile], _ compiling: RulesetCompiler.Options) throws -> [KQLQuery] {
    var options = try reading.options()
    if reading.wantsNewest {
      options.now = try QueryOptions.newest(of: found, logs, files.reading, threads: threads)
    }
    var loaded = try load(options)
    let pass = FirstPass(files: found, options: compiling, isQuiet: quiet, settings: settings)
    while case let needs = KQLQuery.needs(of: loaded.queries(query)), !needs.isEmpty {
      options.tables += try pass.tables(of: needs)
      loaded = try load(options)
    }
    for note in loaded.notes where note.isError || !quiet { StandardStream.error.write(note.text + "\n") }
    let queries = loaded.queries(query)
    if loaded.documents.queries.isEmpty {
      throw Failure(loaded.notes.isEmpty ? "\(paths[0]): no query in it" : "no query could be loaded")
    }
    for id in query where !queries.contains(where: { $0.id == id }) {
      let ids = loaded.documents.queries.map(\.id).joined(separator: ", ")
      throw Failure("there is no query '\(id)'; there are \(ids) (--query)")
    }
    return queries
  }

  private func load(_ options: KQLOptions) throws -> LoadedQueries {
    if let expression { return LoadedQueries(text: expression, options: options) }
    do { return try LoadedQueries(paths: [paths[0]], options: options) } catch {
      throw Failure("\(error.path): \(error.message)")
    }
  }

  private func show(_ diagnostics: [Diagnostic]) {
    let stream = StandardStream.error
    var writer = DiagnosticText(width: stream.width, style: stream.style)
    for diagnostic in diagnostics where diagnostic.severity == .error || !quiet {
      stream.write(writer.text(diagnostic))
    }
  }
}
