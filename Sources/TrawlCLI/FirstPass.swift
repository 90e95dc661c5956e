import ArgumentParser
import Trawl

/// The pass over the logs that makes the tables of events which queries look into.
struct FirstPass {
  var files: [LogFile]
  var options: RulesetCompiler.Options
  var isQuiet: Bool
  /// Those of the pass behind it.
  var settings: (QueryRun) throws -> QueryRun.Settings

  /// Whether logs can be read once more.
  static func canRead(_ files: [LogFile]) -> Bool { files.allSatisfy { $0.size != nil } }

  func tables(of plans: [KQLPlan]) throws -> [KQLTable] {
    guard FirstPass.canRead(files) else {
      throw Failure(
        "a query that looks into a table of events reads the logs twice, which standard input cannot be; use files"
      )
    }
    let progress = Scan.Progress()
    let line = !isQuiet && StandardStream.error.isTerminal ? ProgressLine(progress, files: files) : nil
    defer { line?.clear() }
    Interruption.watch()
    let tables = try QueryRun.tables(of: plans, files, options, progress, settings: settings) {
      if Interruption.signal != nil { progress.stop() }
      line?.draw()
    }
    guard let tables else { throw ExitCode(128 + (Interruption.signal ?? 2)) }
    return tables
  }
}
