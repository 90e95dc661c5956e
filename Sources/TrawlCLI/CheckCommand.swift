import ArgumentParser
import Trawl

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Loads rules and reports every problem.",
    usage: "trawl check [<options>]",
    discussion: """
      Examples:
        trawl check -r rules/                    mistakes in place, then counts
        trawl check -r rules/ --strict           for CI: code 2 if one is refused
        trawl check -r rules/ -v                 what became of the rules
        trawl check -r rules/ --format jsonl     mistakes for other programs
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

  @OptionGroup(title: "Rules") var rules: RuleOptions

  @Option(help: "Form of the mistakes: for people, or for programs.")
  var format = Format.text

  @Flag(help: "Exit with code 2 when a rule cannot be loaded.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Report what the rules became when they were compiled.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Only the mistakes: no counts, no notes.")
  var quiet = false

  func run() throws {
    var options = RulesetCompiler.Options()
    options.logSources = try rules.sources.table()
    let prepared = try PreparedRules(try rules.load(isQuiet: quiet), options: options)
    do throws(WriteError) {
      try report(prepared)
    } catch {
      if error.isClosedPipe { return }
      throw Failure("standard output: \(error.message)")
    }
    if strict, prepared.refused > 0 { throw ExitCode(Failure.refusedRules) }
  }

  private func report(_ prepared: PreparedRules) throws(WriteError) {
    let stream = StandardStream.output
    let report = CheckReport(prepared, width: stream.width, style: stream.style)
    if format == .jsonl {
      try stream.write(report.jsonLines)
      if !quiet { StandardStream.error.write(report.counts) }
      return
    }
    try stream.write(Array(report.diagnosticText.utf8))
    if !quiet { try stream.write(Array(report.counts.utf8)) }
    if verbose { try stream.write(Array(("\n" + report.compilation).utf8)) }
  }
}
