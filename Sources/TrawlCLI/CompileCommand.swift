import ArgumentParser
import Trawl

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compiles rules into a file that scans start with at once.",
    usage: "trawl compile -r <path> ... -o <file> [<options>]",
    discussion: """
      The file is for this version of Trawl, and starts fastest for the user
      and the machine that made it; elsewhere a part of it is compiled anew.

      Examples:
        trawl compile -r sigma/rules -r my/ -o rules.trawl
        trawl scan -r rules.trawl logs/
        trawl scan -r rules.trawl --min-level high logs/
      """)

  @OptionGroup(title: "Rules") var rules: RuleOptions

  @OptionGroup(title: "Selection of rules") var selection: SelectionOptions

  @OptionGroup(title: "Log sources") var routes: RouteOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Flag(
    name: [.customShort("C"), .long],
    help: "Replace the file even if it holds something else than compiled rules.")
  var clobber = false

  @Flag(help: "Write nothing when a rule cannot be loaded: exit with code 2.")
  var strict = false

  @Flag(name: .shortAndLong, help: "No summary, no warnings.")
  var quiet = false

  func run() throws {
    if let path = rules.rules.first(where: CompiledRules.isCompiled) {
      throw Failure("\(path) holds compiled rules; compile reads their sources (--rules)")
    }
    let preparation = RulePreparation(
      rules: rules, selection: selection.selection, routes: routes, isQuiet: quiet)
    let prepared = try preparation.prepared()
    try preparation.demand(prepared, strict: strict)
    let key = RuleCache.userFolder.flatMap { RuleCache(folder: $0) }?.key
    if key == nil, !quiet {
      let stream = StandardStream.error
      stream.write(
        stream.style.warning("warning")
          + ": there is no cache folder for the key that shows who made the file: each scan will compile its literals anew\n"
      )
    }
    do {
      let size = try CompiledRules.write(prepared, to: output, key: key, replacing: clobber)
      if !quiet { StandardStream.error.write(ScanReport.compiled(prepared, output, size)) }
    } catch let error as InputProblem {
      throw Failure("\(output): \(error.message) (--output)")
    }
  }
}
