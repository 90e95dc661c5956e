import TrawlCompiler
import TrawlOutput
import TrawlRules

/// What `trawl check` says: every mistake in its place, then the counts.
public struct CheckReport {
  private let rules: PreparedRules
  private let style: Style
  /// Cells of a line.
  private let width: Int

  public init(_ rules: PreparedRules, width: Int, style: Style) {
    self.rules = rules
    self.width = width
    self.style = style
  }

  /// All diagnostics: errors before warnings, in order of files and places.
  public var diagnostics: [Diagnostic] {
    rules.diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.severity != b.severity { return a.severity == .error }
      if a.location.file != b.location.file { return a.location.file < b.location.file }
      return (a.location.line, a.location.column, left.offset) < (
        b.location.line, b.location.column, right.offset
      )
    }.map(\.element)
  }

  /// The diagnostics, and the lines they are about; what is said of several rules alike is said once.
  public var diagnosticText: String {
    var writer = DiagnosticText(width: width, style: style)
    var groups: [[Diagnostic]] = []
    var places: [[String?]: Int] = [:]
    for diagnostic in diagnostics {
      let key = [diagnostic.severity.rawValue, diagnostic.message, diagnostic.advice]
      if let place = places[key] {
        groups[place].append(diagnostic)
      } else {
        places[key] = groups.count
        groups.append([diagnostic])
      }
    }
    return groups.map { writer.text($0) + "\n" }.joined()
  }

  /// The diagnostics as JSON lines.
  public var jsonLines: [UInt8] {
    var output: [UInt8] = []
    for diagnostic in diagnostics {
      output.append("{\"severity\":")
      output.append(json: diagnostic.severity.rawValue)
      output.append(",\"file\":")
      output.append(json: diagnostic.location.file)
      output.append(
        ",\"line\":\(diagnostic.location.line),\"column\":\(diagnostic.location.column),\"reason\":")
      output.append(json: diagnostic.reason)
      output.append(",\"message\":")
      output.append(json: diagnostic.message)
      output.append(",\"excerpt\":")
      output.append(json: diagnostic.excerpt)
      output.append(",\"advice\":")
      output.append(json: diagnostic.advice)
      output.append(",\"rule\":")
      output.append(json: diagnostic.ruleTitle)
      output.append("}\n")
    }
    return output
  }

  /// How many of everything.
  public var counts: String {
    var lines = [
      line("Files", Wording.count(rules.files)),
      line("Loaded", style.bold(Wording.count(rules.used, "rule")) + readTwice),
    ]
    lines.append(
      line(
        "Refused",
        rules.refused == 0 ? "none" : style.error(Wording.count(rules.refused, "rule")) + list(.error)))
    let warnings = rules.reasons(.warning).reduce(0) { $0 + $1.count }
    lines.append(
      line("Warnings", warnings == 0 ? "none" : style.warning(Wording.count(warnings)) + list(.warning)))
    if rules.queries.total > 0 { lines.append(line("Queries", queries)) }
    if rules.correlations > 0 {
      lines.append(
        line(
          "Left out", Wording.count(rules.correlations, "correlation rule") + ": recognised, not evaluated"))
    }
    if rules.filters > 0 {
      lines.append(line("Left out", Wording.count(rules.filters, "filter") + ": recognised, not applied"))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Queries that are rules once the logs have been read.
  private var readTwice: String {
    switch rules.queries.twice {
    case 0: ""
    case 1: ", and 1 query that reads the logs twice"
    case let count: ", and \(Wording.count(count)) queries that read the logs twice"
    }
  }

  private var queries: String {
    let counts = rules.queries
    var text =
      "\(Wording.count(counts.total)): \(Wording.count(counts.full + counts.tablesOnly)) full"
      + (counts.tablesOnly > 0 ? " (\(Wording.count(counts.tablesOnly)) as tables only), " : ", ")
      + "\(Wording.count(counts.filterExact)) filter-exact, "
      + (counts.prefilters > 0 ? "\(Wording.count(counts.prefilters)) as prefilters, " : "")
      + "\(Wording.count(counts.skipped)) skipped"
    if counts.timeLifted > 0 { text += "; time filter lifted in \(Wording.count(counts.timeLifted))" }
    if counts.duplicates > 0 { text += "; \(Wording.count(counts.duplicates, "duplicate"))" }
    return text
  }

  private func list(_ severity: Diagnostic.Severity) -> String {
    ": " + rules.reasons(severity).map { "\(Wording.count($0.count)) \($0.reason)" }.joined(separator: ", ")
  }

  private func line(_ label: String, _ text: String) -> String { style.dim(label.padded(to: 10)) + text }
}

extension CheckReport {
  /// What became of the rules: the compile report.
  public var compilation: String {
    guard let report = rules.report else { return "" }
    let uses = report.patternUses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var lines = [
      figure(report.rules, "rules"),
      figure(report.programs, "programs: a rule has one for each log source it reads"),
      figure(report.predicates, "distinct predicates"),
      figure(report.literals, "distinct literals"),
      figure(report.patterns, "patterns in the database, \(Wording.bytes(report.databaseBytes)), used as"),
    ]
    lines += uses.map { figure($0.value, $0.key, indent: 2) }
    lines += [
      figure(report.equalities, "literals that a table of equalities answers"),
      figure(
        report.checks,
        "tests of new values: literals of fewer than 5 bytes, looked for in their own field only, and what has none"
      ),
      figure(report.groups, "bits that all these set"),
      figure(
        report.gatePatterns,
        "keyword literals in \(Wording.count(report.gates, "gate")), asked of the raw event"),
      figure(report.expressions, "regular expressions, compiled when first needed"),
      figure(report.compared.values.reduce(0, +), "literals left to comparison in candidate events"),
    ]
    lines += report.compared.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      figure($0.value, $0.key, indent: 2)
    }
    lines.append(
      figure(
        report.unannounced.count,
        "programs that no literal announces: evaluated for each event of their log source"))
    lines += Set(report.unannounced).sorted().map {
      String(repeating: " ", count: 12) + $0.fitted(to: max(20, width - 12))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func figure(_ number: Int, _ text: String, indent: Int = 0) -> String {
    let number = Wording.count(number)
    return String(repeating: " ", count: indent + max(0, 9 - number.count)) + number + "  " + text
  }
}
