import TrawlEvents
import TrawlMatcher

/// The time of the newest event of logs: a pass over them that looks at nothing but times.
public struct NewestEvent: Sendable {
  /// Nil when no event says when it happened.
  public var time: DateText?
  public var summary: ScanSummary

  /// Reads all files. Costs a scan without rules.
  public init(
    of files: [LogFile], reading: ReadOptions, threads: Int, _ progress: Scan.Progress = Scan.Progress()
  ) throws {
    var tables = RulesetTables()
    tables.fieldUses.append(FieldEntry())
    let selection = LogSourceSelection(
      selectors: [], shapes: [], tableNames: [:], given: nil, eventIDField: 0)
    let nothing = Ruleset(
      rules: [], fields: FieldTable(), logSources: selection, tables: tables, databases: [],
      expressions: [], gates: [])
    var scan = Scan(
      ruleset: nothing, files: files, threads: threads, makeFormat: { { _, _ in } }, write: { _ in })
    scan.reading = reading
    scan.seeksNewest = true
    summary = try scan.run(progress)
    time = summary.newest
  }
}
