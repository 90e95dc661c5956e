import TrawlCompiler
import TrawlMatcher
import TrawlRules

/// Rules that are ready to scan with: loaded, selected and compiled.
public struct PreparedRules: Sendable {
  public let ruleset: Ruleset
  public let report: CompileReport
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

  /// Compiles the rules that `selection` takes. Costs what `RulesetCompiler.compile` costs.
  public init(
    _ loaded: LoadedRules, selection: RuleSelection = RuleSelection(),
    options: RulesetCompiler.Options = RulesetCompiler.Options()
  ) throws {
    let selected = loaded.rules.filter(selection.selects)
    let result = try RulesetCompiler.compile(selected, options: options)
    ruleset = result.ruleset
    report = result.report
    diagnostics =
      loaded.diagnostics + result.diagnostics + PreparedRules.unknownLogSources(selected, options.logSources)
    files = loaded.files
    unselected = loaded.rules.count - selected.count
    refused = loaded.refused + selected.count - result.ruleset.rules.count
    correlations = loaded.correlations
    filters = loaded.filters
  }

  private static func unknownLogSources(_ rules: [Rule], _ table: LogSourceTable) -> [Diagnostic] {
    rules.filter { !table.knows($0.logSource) }.map { rule in
      Diagnostic(
        .warning, at: logSourceLocation(rule), reason: "unknown log source",
        message: "the log source \(rule.logSource) is not in the table of log sources",
        excerpt: "logsource",
        advice: "check its spelling, or say in a table given with --logsources which events it means",
        ruleTitle: rule.title)
    }
  }

  /// Where the rule names its log source.
  private static func logSourceLocation(_ rule: Rule) -> Location {
    let lines = DiagnosticText.text(of: rule.location.file)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let start = max(0, rule.location.line - 1)
    guard let index = lines.dropFirst(start).firstIndex(where: { $0.hasPrefix("logsource:") }) else {
      return rule.location
    }
    return Location(file: rule.location.file, line: index + 1, column: 1)
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
