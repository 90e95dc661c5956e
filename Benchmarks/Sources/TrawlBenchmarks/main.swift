import Foundation
import Trawl

/// Measures, in one run and on one thread: the floor, decoding, matching and the whole scan of each lane, under both plans.
struct Lane {
  var name: String
  var paths: [String]
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("trawl-benchmarks: \(message)\n".utf8))
  exit(3)
}

var arguments = Array(CommandLine.arguments.dropFirst())
var runs = 3
if arguments.first == "--runs" {
  runs = Int(arguments[1]) ?? 3
  arguments.removeFirst(2)
}
let workspace = try Workspace()
let loaded = RuleLoader().load(workspace.rules)
let compiled = try RulesetCompiler.compile(loaded.rules)
var fieldOptions = RulesetCompiler.Options()
fieldOptions.scanPlan = .fields
let planned = try RulesetCompiler.compile(loaded.rules, options: fieldOptions)
print(
  "\(compiled.report.rules) rules, \(compiled.report.patterns) patterns in one database, or \(planned.report.databases);"
)
print("best of \(runs) runs, one thread; millions of events a second; share: whole scan to floor")
print(
  "lane                      events     MB/s   floor   decode  match   scan   share | plan: fields    | findings"
)
for lane in workspace.lanes where arguments.isEmpty || arguments.contains(where: { lane.name.hasPrefix($0) })
{
  try measure(lane, compiled.ruleset, planned.ruleset, runs: runs)
}
if arguments.isEmpty || arguments.contains("rules") {
  try measureRuleCounts(loaded.rules, workspace.lanes[0], runs: runs)
}
