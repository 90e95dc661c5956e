import ArgumentParser
import Trawl

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures what scanning your logs with your rules costs.",
    discussion: """
      Takes the logs several times, with one thread, and says how fast each step
      is, in events/s and MB/s and as a share of the floor:

        floor       simdjson walks the JSON in memory and looks every key up
        decoding    bytes become events, in memory
        matching    decoding, and finding the rules that hold, in memory
        whole scan  reading, decoding, matching, writing JSON lines to nowhere,
                    net of its start

      Then what the scan did per event. With --rules-cost also which rules were
      evaluated most without holding, and which literals were reported most
      without use: in another field than the rule's, at another place, or in a
      value that the rule does not want. Literals are shown in lower case, as
      they are compared. The table goes to standard output.

      Examples:
        trawl bench -r rules/ logs/
        trawl bench -r rules/ --rules-cost --top 25 logs/day.jsonl
        trawl bench -r my.yml --rules-cost logs/       what a new rule costs
      """)

  @Argument(help: ArgumentHelp("Logs: files, folders and all below.", valueName: "log"))
  var logs: [String]

  @OptionGroup(title: "Rules") var rules: RuleOptions

  @OptionGroup(title: "Selection of rules") var selection: SelectionOptions

  @OptionGroup(title: "Files") var files: FileOptions

  @OptionGroup(title: "Log sources") var sources: SourceOptions

  @OptionGroup(title: "Log sources") var routes: RouteOptions

  @Option(
    help: ArgumentHelp(
      "How often each step is measured: times are the best, shares the median.", valueName: "count"))
  var runs = 3

  @Flag(help: "Say which rules and literals cost most.")
  var rulesCost = false

  @Option(help: ArgumentHelp("Rows of each table of --rules-cost. (default: 10)", valueName: "count"))
  var top: Int?

  @Flag(help: "Do not measure when a rule cannot be loaded: exit with code 2.")
  var strict = false

  @Flag(help: "Neither use nor keep compiled rules in the cache folder.")
  var noCache = false

  @Flag(name: .shortAndLong, help: "No progress, no warnings.")
  var quiet = false

  func validate() throws {
    guard (1...1000).contains(runs) else {
      throw ValidationError("--runs takes a number from 1 to 1000, not \(runs)")
    }
    guard let top else { return }
    guard top >= 1 else { throw ValidationError("--top takes a number from 1, not \(top)") }
    if !rulesCost { throw ValidationError("--top is for the tables of --rules-cost, which is not given") }
  }

  func run() throws {
    let (files, missing) = try findLogs()
    let prepared = try tell("loading rules") { try prepare() }
    var bench = Bench(ruleset: prepared.ruleset, files: files)
    bench.reading = self.files.reading
    bench.runs = runs
    bench.recordsCosts = rulesCost
    let figures: BenchFigures
    do {
      figures = try bench.run { say($0) }
      clear()
    } catch let error as BenchError {
      clear()
      throw failure(error, missing)
    }
    try write(figures, prepared, missing)
    let unread = figures.summary.inputProblems.filter { $0.isUnreadable || logs.contains($0.path) }
    if !(missing + unread).isEmpty { throw ExitCode(Failure.usage) }
  }
}

extension BenchCommand {
  /// The logs; each must be one that can be read again and again.
  private func findLogs() throws -> (files: [LogFile], missing: [InputProblem]) {
    let (files, missing) = LogFile.find(logs, files.selection)
    if let file = files.first(where: { $0.size == nil }) {
      let name = file.path == "-" ? "standard input" : file.path
      throw Failure("\(name) can be read only once, and bench reads its logs several times: use a file")
    }
    guard !files.isEmpty else {
      for problem in missing { Failure("\(problem.path): \(problem.message)").report() }
      throw missing.isEmpty ? Failure("no logs in \(logs.joined(separator: ", "))") : Failure("")
    }
    return (files, missing)
  }

  private func prepare() throws -> PreparedRules {
    let preparation = RulePreparation(
      rules: rules, selection: selection.selection, routes: routes, given: try sources.given(),
      usesCache: !noCache, isQuiet: quiet)
    let prepared = try preparation.prepared()
    try preparation.demand(prepared, strict: strict)
    return prepared
  }

  private func failure(_ error: BenchError, _ missing: [InputProblem]) -> Failure {
    switch error {
    case .changed: return Failure("the logs changed while they were measured: measure a copy")
    case .noEvents(let problems):
      for problem in missing + problems { Failure("\(problem.path): \(problem.message)").report() }
      return Failure("no events in \(logs.joined(separator: ", ")): nothing to measure")
    }
  }

  private func write(_ figures: BenchFigures, _ prepared: PreparedRules, _ missing: [InputProblem]) throws {
    let stream = StandardStream.output
    let report = BenchReport(
      figures, prepared, missing: missing, runs: runs, top: top ?? 10, width: stream.width,
      style: stream.style)
    do throws(WriteError) {
      try stream.write(Array(report.text.utf8))
    } catch {
      if !error.isClosedPipe { throw Failure("standard output: \(error.message)") }
    }
  }
}

extension BenchCommand {
  private func tell<Result>(_ note: String, _ body: () throws -> Result) rethrows -> Result {
    say(note)
    defer { clear() }
    return try body()
  }

  /// Shows on the terminal what goes on.
  private func say(_ note: String) {
    let stream = StandardStream.error
    if !quiet, stream.isTerminal { stream.write("\r" + stream.style.dim(note + " …") + "\u{1B}[K") }
  }

  private func clear() {
    if !quiet, StandardStream.error.isTerminal { StandardStream.error.write("\r\u{1B}[K") }
  }
}
