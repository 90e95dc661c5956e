import ArgumentParser
import Glibc
import Trawl

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says in words what a rule or query asks, and why an event matches or not.",
    usage: "trawl explain <rule> [-r <path> ...] [--event <file>:<n>] [<options>]",
    discussion: """
      The rule is known by its id or the beginning of it, by its title or a part
      of it, or by its file; of a file with several, all are explained. Without
      --event: which events and fields it reads, what each part asks, and by
      which literals a scan finds it among all rules of -r. With --event: which
      parts hold for that one event, with the values, and the verdict.

      N is the number that findings show: the line, or the record's own number.

      Examples:
        trawl explain my.yml                         every rule of a file
        trawl explain 3b6ab547 -r sigma/rules        by the beginning of its id
        trawl explain 'mimikatz use' -r sigma/rules  by its title
        trawl explain hunt.kql --event day.json:7    why not this event?
        trawl explain my.yml --format json           for other programs
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: ArgumentHelp("The rule: id, title or file.", valueName: "rule"))
  var rule: String

  @OptionGroup(title: "Rules") var rules: RuleOptions

  @Option(
    help: ArgumentHelp(
      "Ask the rule of this event, such as security.evtx:4711 or day.jsonl:7.", valueName: "file:n"))
  var event: String?

  @Option(help: "Form of the answer: for people, or one line of JSON for each rule.")
  var format = Format.text

  @Option(
    help: ArgumentHelp(
      "What the log of --event is, instead of what it begins like.", valueName: "format"))
  var inputFormat: LogFormat?

  @Option(
    help: ArgumentHelp(
      "The catalog.json of trawl catalog: says how many other rules look for each indicator of the rule.",
      valueName: "file"))
  var catalog: String?

  @OptionGroup(title: "Log sources") var sources: SourceOptions

  @OptionGroup(title: "Log sources") var routes: RouteOptions

  @Flag(name: .shortAndLong, help: "No notes.")
  var quiet = false

  func run() throws {
    let question = try event.map(search)
    let (loaded, explanations) = try find()
    var options = try routes.compilerOptions(try rules.sources.table())
    options.givenLogSource = try sources.given()
    var explained =
      question == nil || format == .json
      ? try ExplainedRule.explain(explanations, among: loaded, options: options)
      : explanations.map { ExplainedRule($0) }
    if let question {
      for index in explained.indices {
        explained[index].event = try ask(question, explained[index].explanation, options)
      }
    }
    if let catalog {
      for index in explained.indices {
        explained[index].worth = try worth(explained[index].explanation.id, catalog)
      }
    }
    do throws(WriteError) {
      try write(explained)
    } catch {
      if !error.isClosedPipe { throw Failure("standard output: \(error.message)") }
    }
  }

  private func write(_ explained: [ExplainedRule]) throws(WriteError) {
    let stream = StandardStream.output
    for (index, rule) in explained.enumerated() {
      if format == .json {
        try stream.write(ExplainJSON.line(rule))
      } else {
        let rule = ExplainReport(rule, width: stream.width, style: stream.style).text
        try stream.write(Array(((index > 0 ? "\n\n" : "") + rule).utf8))
      }
    }
  }
}

extension ExplainCommand {
  private func worth(_ id: String, _ catalog: String) throws -> RuleWorth? {
    do throws(InputProblem) {
      let worth = try RuleWorth(of: id, inCatalog: catalog)
      if worth == nil, !quiet { StandardStream.error.write("trawl: \(catalog) has no rule '\(id)'\n") }
      return worth
    } catch {
      throw Failure("\(error.path): \(error.message) (--catalog)")
    }
  }

  /// The log and the number of `FILE:N`.
  private func search(_ text: String) throws -> RecordSearch {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let record = Int(text[text.index(after: colon)...]), record >= 0
    else {
      throw Failure("'\(text)' is not FILE:N; write for example day.jsonl:7, as findings show it (--event)")
    }
    var search = RecordSearch(path: String(text[..<colon]), record: record)
    search.reading.format = inputFormat
    return search
  }

  private func ask(
    _ search: RecordSearch, _ explanation: Explanation, _ options: RulesetCompiler.Options
  ) throws -> ExplainedEvent? {
    let (event, outcome): (ExplainedEvent?, RecordSearch.Outcome)
    do {
      (event, outcome) = try EventQuestion(explanation, options: options).ask(search)
    } catch let error as RefusedRule {
      throw refused(error.diagnostics)
    }
    let path = search.path
    switch outcome {
    case .found: return event
    case .unreadable(let problem): throw Failure("\(problem.path): \(problem.message) (--event)")
    case .missing(_, let logs) where !logs.isEmpty:
      let names = logs.prefix(3).joined(separator: ", ") + (logs.count > 3 ? " and others" : "")
      throw Failure("\(path) holds several logs; name one of them: \(names) (--event)")
    case .missing(let events, _):
      throw Failure(
        "\(path) has no event with the number \(search.record); it has \(events) \(events == 1 ? "event" : "events") (--event)"
      )
    }
  }
}

extension ExplainCommand {
  /// All rules that are loaded, and those that are meant.
  private func find() throws -> (LoadedRules, [Explanation]) {
    guard isFile(rule) else {
      let loaded = try rules.load(isQuiet: quiet)
      return (loaded, try explanations(RuleSearch(loaded).find(rule)))
    }
    let own = RuleLoader(
      placeholders: try rules.placeholderValues(), queries: try rules.queries.options()
    ).load([rule])
    let search = RuleSearch(own)
    let meant = try explanations(search.all)
    if !search.refusals.isEmpty { _ = refused(search.refusals) }
    guard !rules.rules.isEmpty else { return (own, meant) }
    // Those of the file take the place of others with their ids.
    var loaded = try rules.load(isQuiet: quiet)
    let ids = Set(own.rules.map(\.id))
    loaded.rules = own.rules + loaded.rules.filter { !ids.contains($0.id) }
    return (loaded, meant)
  }

  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private func explanations(_ outcome: RuleSearch.Outcome) throws -> [Explanation] {
    switch outcome {
    case .found(let explanations) where explanations.isEmpty: throw Failure("\(rule) holds no rule")
    case .found(let explanations): return explanations
    case .refused(let diagnostics): throw refused(diagnostics)
    case .several(let names):
      show(names)
      throw Failure(
        "'\(rule)' fits \(names.count) rules: give the id of one, or more of its title")
    case .none(let near):
      show(near)
      let hint = near.isEmpty ? "" : "; is one of those above meant?"
      throw Failure("no rule has '\(rule)' as its id, title or file\(hint)")
    }
  }

  private static let mostNames = 20

  private func show(_ names: [RuleSearch.Name]) {
    let stream = StandardStream.error
    for name in names.prefix(ExplainCommand.mostNames) {
      stream.write("  \(name.id.visible)  \(name.title.visible)  \(stream.style.dim(name.file.visible))\n")
    }
    if names.count > ExplainCommand.mostNames {
      stream.write("  and \(names.count - ExplainCommand.mostNames) more\n")
    }
  }

  /// Says what is wrong with a rule that is not loaded.
  private func refused(_ diagnostics: [Diagnostic]) -> Failure {
    let stream = StandardStream.error
    var writer = DiagnosticText(width: stream.width, style: stream.style)
    for diagnostic in diagnostics where diagnostic.severity == .error {
      stream.write(writer.text(diagnostic) + "\n")
    }
    return Failure("the rule cannot be loaded", code: Failure.refusedRules)
  }
}
