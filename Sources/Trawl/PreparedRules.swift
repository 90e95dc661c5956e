import TrawlCompiler
import TrawlKQL
import TrawlMatcher
import TrawlRules
import TrawlScanner

/// Rules that are ready to scan with: loaded, selected and compiled.
public struct PreparedRules: Sendable {
  public let ruleset: Ruleset
  /// Nil of rules that were compiled before.
  public let report: CompileReport?
  /// Rules that are used.
  public let used: Int
  /// Everything that was found wrong with rules, with those that only the compiler or the table of log sources finds.
  public let diagnostics: [Diagnostic]
  /// Files of rules that were read.
  public let files: Int
  /// Rules that loaded and that the selection left out.
  public let unselected: Int
  /// Rules that could not be loaded.
  public let refused: Int
  public let correlations: Int
  public let filters: Int
  /// Hunting queries; not known of rules that were compiled before.
  public let queries: QueryCounts
  /// Tags, ids and titles that the selection asks for and no rule has.
  public let unknownNames: [String]

  /// Whether there are queries that need to know what the time is.
  public var needsNow: Bool {
    diagnostics.contains { $0.severity == .error && KQLOptions.needsNow.contains($0.reason) }
  }

  /// Compiles the rules that `selection` takes. Costs what `RulesetCompiler.compile` costs.
  public init(
    _ loaded: LoadedRules, selection: RuleSelection = RuleSelection(),
    options: RulesetCompiler.Options = RulesetCompiler.Options()
  ) throws {
    let selected = loaded.rules.filter(selection.selects)
    var options = options
    options.forEach = { count, body in
      _ = concurrentMap(count: count, threads: availableProcessors, body)
    }
    let result = try RulesetCompiler.compile(selected, options: options)
    ruleset = result.ruleset
    report = result.report
    diagnostics =
      loaded.diagnostics + result.diagnostics.map(PreparedRules.located)
      + PreparedRules.unknownLogSources(selected, options.logSources)
    files = loaded.files
    unselected = loaded.rules.count - selected.count
    refused = loaded.refused + selected.count - result.ruleset.rules.count
    correlations = loaded.correlations
    filters = loaded.filters
    queries = loaded.queries
    used = result.ruleset.rules.count
    unknownNames = selection.unknownNames(among: loaded.rules)
  }

  /// Rules that were compiled before, of which `selection` is taken.
  init(_ ruleset: Ruleset, _ facts: CompiledFacts, selection: RuleSelection) {
    self.ruleset = ruleset
    report = nil
    used = selection.isEverything ? ruleset.rules.count : ruleset.rules.count { selection.selects($0) }
    diagnostics = facts.diagnostics
    files = facts.files
    unselected = facts.unselected + ruleset.rules.count - used
    refused = facts.refused
    correlations = facts.correlations
    filters = facts.filters
    queries = QueryCounts()
    unknownNames = facts.unknownNames + selection.unknownNames(among: ruleset.rules)
  }

  private static func unknownLogSources(_ rules: [Rule], _ table: LogSourceTable) -> [Diagnostic] {
    rules.filter { !table.knows($0.logSource) }.map { rule in
      let diagnostic = Diagnostic(
        .warning, at: rule.location, reason: "unknown log source",
        message: "the log source \(rule.logSource) is not in the table of log sources", excerpt: "logsource:",
        advice: "check its spelling, or say in a table given with --logsources which events it means",
        ruleTitle: rule.title)
      return located(diagnostic)
    }
  }

  /// A diagnostic of a rule as a whole, at the place where the rule has the text that is meant.
  private static func located(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let excerpt = diagnostic.excerpt else { return diagnostic }
    let lines = DiagnosticText.lines(of: diagnostic.location.file)
    var diagnostic = diagnostic
    for (index, line) in lines.enumerated().dropFirst(max(0, diagnostic.location.line - 1)) {
      if index >= diagnostic.location.line, line == "---" { break }
      guard let range = line.firstRange(of: excerpt) else { continue }
      diagnostic.location.line = index + 1
      diagnostic.location.column =
        line.unicodeScalars.distance(from: line.startIndex, to: range.lowerBound) + 1
      break
    }
    return diagnostic
  }

  /// How many rules were refused, or warned of, by reason; the most frequent first.
  public func reasons(_ severity: Diagnostic.Severity) -> [(reason: String, count: Int)] {
    // A rule with several mistakes of a kind counts once.
    let distinct = Set(
      diagnostics.filter { $0.severity == severity }.map {
        [$0.reason, $0.location.file, $0.ruleTitle ?? ""]
      })
    var counts: [String: Int] = [:]
    for entry in distinct { counts[entry[0], default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (reason: $0.key, count: $0.value) }
  }
}
