import Foundation
import Trawl

@main struct TrawlCommand {
  static func main() throws {
    var args = Array(CommandLine.arguments.dropFirst())
    let rules = args.removeFirst().split(separator: ",").map(String.init)
    let threads = Int(args.removeFirst())!
    var t0 = Date()
    let loaded = RuleLoader().load(rules)
    FileHandle.standardError.write(Data("loaded \(loaded.rules.count) refused \(loaded.refused) in \(Date().timeIntervalSince(t0))\n".utf8))
    t0 = Date()
    var options = RulesetCompiler.Options()
    if args.first?.contains("=") == true { 
      var s = LogSource()
      for kv in args.removeFirst().split(separator: ",") { let p = kv.split(separator: "=").map(String.init); if p[0]=="product" {s.product=p[1]} else if p[0]=="category" {s.category=p[1]} else {s.service=p[1]} }
      options.givenLogSource = s
    }
    let result = try RulesetCompiler.compile(loaded.rules, options: options)
    FileHandle.standardError.write(Data("compiled in \(Date().timeIntervalSince(t0)) \(result.report)\n\(result.diagnostics)\n".utf8))
    let (files, problems) = LogFile.find(args)
    let scan = Scan(ruleset: result.ruleset, files: files, threads: threads, format: { JSONLines().append($0, to: &$1) }, write: { FileHandle.standardOutput.write(Data($0)) })
    let summary = try scan.run()
    FileHandle.standardError.write(Data("\(problems) \(summary.events) events \(summary.findings) findings \(summary.seconds) s \(Double(summary.events)/summary.seconds) ev/s \(Double(summary.bytes)/summary.seconds/1e6) MB/s\n\(summary.counts) \(summary.problems) \(summary.firstProblems) \(summary.inputProblems)\n".utf8))
  }
}
