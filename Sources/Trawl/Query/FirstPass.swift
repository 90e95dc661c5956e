import TrawlCompiler
import TrawlKQL
import TrawlQuery
import TrawlRows
import TrawlScanner

extension QueryRun {
  /// Makes the tables that queries look into, in one pass over the logs. `settings` are those of a run. A table that takes
  /// more memory than it may says so, and costs the others a pass each. Nil when the pass was stopped.
  public static func tables(
    of plans: [KQLPlan], _ files: [LogFile], _ options: RulesetCompiler.Options = RulesetCompiler.Options(),
    _ progress: Scan.Progress = Scan.Progress(), settings: (QueryRun) throws -> Settings,
    tick: (() -> Void)? = nil
  ) throws -> [KQLTable]? {
    do {
      let queries = plans.enumerated().map { KQLQuery(plan: $1, id: "table \($0)") }
      let run = try QueryRun(queries, options: options)
      let result = try run.run(files, try settings(run), progress, tick: tick)
      if result.summary.isStopped { return nil }
      return zip(plans, result.tables).map { KQLTable(plan: $0, rows: $1.table.rows) }
    } catch let limit as QueryLimit {
      if plans.count == 1 { return [KQLTable(plan: plans[0], rows: [], failure: limit.message)] }
      var tables: [KQLTable] = []
      for plan in plans {
        let one = try self.tables(of: [plan], files, options, progress, settings: settings, tick: tick)
        guard let one else { return nil }
        tables += one
      }
      return tables
    }
  }
}
