import ArgumentParser
import Glibc
import Trawl

@main
struct TrawlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trawl",
    abstract: "Scans logs with Sigma rules.",
    discussion: """
      Examples:
        trawl scan logs/                             with the built-in rules
        trawl scan -r sigma/rules -r my.yml logs/    with your own
        trawl scan -r rules/ -o hits.jsonl logs/     findings to a file
        trawl scan -r rules/ evidence.zip            archives as they lie
        trawl query hunt.kql logs/                   the table of a KQL query
        trawl check -r rules/                        every problem of the rules
        trawl explain 'title' -r rules/              a rule in words
        trawl explain my.yml --event x.json:7        why it matches, or not
        trawl compile -r rules/ -o rules.trawl       rules that load at once
        trawl bench -r rules/ --rules-cost logs/     how fast, and what costs
        trawl catalog --sigma sigma/ -o site/        a page for every rule

      Exit codes: 0 ran; 1 findings, with --fail-on-findings; 2 rules could not
      be loaded, with --strict; 3 bad usage or unreadable input; 130 or 143
      interrupted, with what was found till then written.
      """,
    version: "trawl \(trawlVersion)",
    subcommands: [
      ScanCommand.self, QueryCommand.self, CheckCommand.self, ExplainCommand.self, CompileCommand.self,
      BenchCommand.self, CatalogCommand.self,
    ])

  static func main() {
    // A reader that goes away is an error of write(), to be told from others.
    _ = signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      failure.report()
      Glibc.exit(failure.code)
    } catch let code as ExitCode {
      Glibc.exit(code.rawValue)
    } catch {
      finish(error)
    }
  }

  /// Help and version go to standard output; a mistake in the arguments is the user's, code 3.
  private static func finish(_ error: any Error) -> Never {
    let text = fullMessage(for: error)
    if exitCode(for: error).isSuccess {
      StandardStream.output.write(text + "\n")
      Glibc.exit(0)
    }
    // Arguments are file names, as a rule: they may hold anything.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }
    let stream = StandardStream.error
    // As our own errors begin.
    let first = lines[0].hasPrefix("Error: ") ? stream.style.error("error") + lines[0].dropFirst(5) : lines[0]
    stream.write(([first] + lines.dropFirst()).joined(separator: "\n") + "\n")
    Glibc.exit(Failure.usage)
  }
}

/// Why the command ends early.
struct Failure: Error {
  var code: Int32
  /// Empty when all has been said.
  var message: String

  static let findings: Int32 = 1
  static let refusedRules: Int32 = 2
  static let usage: Int32 = 3

  init(_ message: String, code: Int32 = Failure.usage) {
    self.message = message
    self.code = code
  }

  func report() {
    guard !message.isEmpty else { return }
    StandardStream.error.write(StandardStream.error.style.error("error") + ": " + message.visible + "\n")
  }
}
