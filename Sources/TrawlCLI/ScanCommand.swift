import ArgumentParser
import Glibc
import Trawl

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scans logs and writes what the rules find.",
    discussion: """
      Logs are JSON (one event a line, pretty-printed objects, arrays, or objects
      one after the other), EVTX, Windows events as XML, CSV, syslog or auditd;
      compressed and in archives too. Findings come in the order of the input;
      nothing but findings goes to standard output.

      Examples:
        trawl scan logs/                                 the built-in rules
        trawl scan -r rules/ --min-level high logs/      only the worst
        trawl scan -r rules/ --include '*.evtx' disk/    only files of that name
        trawl scan -r rules/ -o hits.csv logs/           for a spreadsheet
        trawl scan -r rules/ --why --event full x.json   all about each finding
        trawl scan -r rules/ --report hits.html logs/    a page for a browser
        trawl scan -r rules.trawl logs/                  as trawl compile wrote them
        trawl scan -r rules/ --logsource product=aws,service=cloudtrail x.json
        trawl scan -r rules/ evidence.zip day.json.gz    archives as they lie
        trawl scan -r rules/ -o x.jsonl --checkpoint p logs/   goes on when killed
        tail -F x.json | trawl scan -r rules/ -          standard input
      """)

  @Argument(help: ArgumentHelp("Logs: files, folders and all below, - for standard input.", valueName: "log"))
  var logs: [String]

  @OptionGroup(title: "Rules") var rules: RuleOptions

  @OptionGroup(title: "Selection of rules") var selection: SelectionOptions

  @OptionGroup(title: "Files") var files: FileOptions

  @OptionGroup(title: "Time") var period: PeriodOptions

  @OptionGroup(title: "Log sources") var sources: SourceOptions

  @OptionGroup(title: "Log sources") var tables: RowTableOptions

  @OptionGroup(title: "Log sources") var routes: RouteOptions

  @OptionGroup(title: "Output") var output: OutputOptions

  @OptionGroup(title: "Output") var layer: NavigatorOptions

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("How many threads scan. (default: all processors)", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Keep in this file how far the scan has come: the same command goes on from there when it was stopped or killed. Needs --output.",
      valueName: "file"))
  var checkpoint: String?

  @Flag(
    help: "Leave out hunting queries that look into tables of events, for which the logs are read once more.")
  var onePass = false

  @Flag(help: "Exit with code 1 when there are findings.")
  var failOnFindings = false

  @Flag(help: "Do not scan when a rule cannot be loaded: exit with code 2.")
  var strict = false

  @Flag(help: "Neither use nor keep compiled rules in the cache folder.")
  var noCache = false

  @Flag(name: .shortAndLong, help: "Say where the rules come from.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "No progress, no summary, no warnings.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if files.inputFormat == .text, sources.logsource == nil {
      throw ValidationError("--input-format text needs --logsource: plain lines do not show what they are of")
    }
    if checkpoint != nil, output.path == nil {
      throw ValidationError("--checkpoint needs --output: what was written to a pipe cannot be gone on with")
    }
    if output.catalog != nil, output.report == nil {
      throw ValidationError("--catalog needs --report: it is for the links of the page")
    }
    if checkpoint != nil, output.report != nil {
      throw ValidationError("--report does not go with --checkpoint: the page needs all findings of one run")
    }
  }

  func run() throws {
    let (found, missing) = LogFile.find(logs, files.selection)
    guard !found.isEmpty else {
      for problem in missing { Failure("\(problem.path): \(problem.message)").report() }
      throw missing.isEmpty ? Failure("no logs in \(logs.joined(separator: ", "))") : Failure("")
    }
    try layer.check(clobber: output.clobber)
    let prepared = try withNote("loading rules …") { try prepare(found) }
    let progress = Scan.Progress()
    let own = output.files + [checkpoint.flatMap { FileIdentity(path: $0) }].compactMap { $0 }
    let files = found.filter { file in !own.contains { $0 == FileIdentity(path: file.path) } }
    let line = !quiet && StandardStream.error.isTerminal ? ProgressLine(progress, files: files) : nil
    var scan = try makeScan(files, prepared)
    let kept = try checkpoint.map { try Checkpoint(path: $0, scan, settings: settings) }
    let earlier = try kept.map(beginOrResume)
    let links = try self.output.ruleLinks()
    let report = try self.output.openReport(prepared)
    let output = try self.output.open(earlier, progress: line)
    scan.write = writer(output, report)
    if let kept {
      scan.resume = earlier?.point
      scan.checkpoint = { try kept.save($0, outputLength: output.synchronize()) }
    }
    Interruption.watch()
    let summary = try scan.run(progress) {
      if Interruption.signal != nil { progress.stop() }
      line?.draw()
    }
    line?.clear()
    try report?.finish(reportContext(summary, prepared, missing, links))
    try finish(summary, prepared, missing, output)
  }

  /// Shows a note on the terminal while something goes on.
  private func withNote<Result>(_ note: String, _ body: () throws -> Result) rethrows -> Result {
    let stream = StandardStream.error
    guard !quiet, stream.isTerminal else { return try body() }
    stream.write(stream.style.dim(note) + "\r")
    defer { stream.write("\u{1B}[K") }
    return try body()
  }

  private func prepare(_ found: [LogFile]) throws -> PreparedRules {
    let preparation = RulePreparation(
      rules: rules, selection: selection.selection, routes: routes, given: try sources.given(),
      usesCache: !noCache, isQuiet: quiet, isVerbose: verbose, newest: { try newest(found) },
      makeTables: onePass || !FirstPass.canRead(found) ? nil : tables(found))
    let prepared = try preparation.prepared()
    try preparation.demand(prepared, strict: strict)
    return prepared
  }
}

extension ScanCommand {
  /// The time of the newest event, for `now()` in queries: by a pass over the logs before the scan.
  private func newest(_ found: [LogFile]) throws -> Int64 {
    let now = try withNote("looking for the newest event …") {
      try QueryOptions.newest(of: found, logs, files.reading, threads: threads)
    }
    if !quiet {
      let stream = StandardStream.error
      let text = "now() is \(KQLOptions.text(ofInstant: now)), the time of the newest event"
      stream.write(stream.style.dim(text) + "\n")
    }
    return now
  }

  /// Makes the tables that queries look into.
  private func tables(_ found: [LogFile]) -> ([KQLPlan], RulesetCompiler.Options) throws -> [KQLTable] {
    { plans, options in
      if !quiet {
        let stream = StandardStream.error
        let text =
          "the logs are read once before, for \(plans.count) \(plans.count == 1 ? "table" : "tables") that queries look into"
        stream.write(stream.style.dim(text) + "\n")
      }
      return try FirstPass(files: found, options: options, isQuiet: quiet, settings: querySettings).tables(
        of: plans)
    }
  }

  /// How the tables are made that queries look into: of the events that the scan sees.
  private func querySettings(_ run: QueryRun) throws -> QueryRun.Settings {
    var settings = QueryRun.Settings()
    settings.threads = threads ?? availableProcessors
    settings.period = period.period
    settings.table = try tables.table(of: run.rules.ruleset)
    settings.reading = files.reading
    return settings
  }

  /// The scan, but for where its findings go.
  private func makeScan(_ files: [LogFile], _ prepared: PreparedRules) throws -> Scan {
    let options = self.output
    var scan = Scan(
      ruleset: prepared.ruleset, files: files, threads: threads ?? availableProcessors,
      makeFormat: {
        let format = options.scannedFormat
        return { format.append($0, to: &$1) }
      }, write: { _ in })
    scan.detail = self.output.scanDetail
    scan.period = period.period
    scan.table = try tables.table(of: prepared.ruleset)
    scan.reading = self.files.reading
    return scan
  }

  /// Says what there is to say, and with which code to end.
  private func finish(
    _ summary: ScanSummary, _ prepared: PreparedRules, _ missing: [InputProblem], _ output: FindingOutput
  ) throws {
    if let error = output.error {
      if error.isClosedPipe { return }
      throw Failure("\(output.path ?? "standard output"): \(error.message)")
    }
    if let error = summary.outputError { throw Failure(error) }
    try layer.write(summary, prepared)
    if !quiet {
      let stream = StandardStream.error
      let report = ScanReport(
        summary, prepared, missing: missing, output: output.path, width: stream.width, style: stream.style)
      // Apart from the findings where both are on one terminal.
      let isApart = summary.findings > 0 && stream.isTerminal && output.isOnTerminal
      stream.write((isApart ? "\n" : "") + report.text)
    }
    if let checkpoint, summary.isStopped, !quiet {
      StandardStream.error.write("the same command goes on from here, by \(checkpoint.visible)\n")
    }
    if let signal = Interruption.signal { throw ExitCode(128 + signal) }
    let unread = missing + summary.inputProblems.filter { $0.isUnreadable || logs.contains($0.path) }
    if !unread.isEmpty {
      if quiet { for problem in unread { Failure("\(problem.path): \(problem.message)").report() } }
      throw ExitCode(Failure.usage)
    }
    if failOnFindings, summary.findings > 0 { throw ExitCode(Failure.findings) }
  }
}
