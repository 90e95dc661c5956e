import ArgumentParser
import Trawl

/// Where the techniques of what a scan found are written.
struct NavigatorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a layer for MITRE's ATT&CK Navigator: techniques by the number of findings.", valueName: "file"))
  var navigator: String?

  /// Before the scan, so that nobody waits for nothing.
  func check(clobber: Bool) throws {
    guard let navigator, !clobber, FileIdentity(path: navigator) != nil else { return }
    throw Failure("\(navigator) exists; --clobber (-C) replaces it")
  }

  func write(_ summary: ScanSummary, _ rules: PreparedRules) throws {
    guard let navigator else { return }
    do throws(InputProblem) {
      try NavigatorLayer(summary, rules).write(to: navigator)
    } catch {
      throw Failure("\(navigator): \(error.message) (--navigator)")
    }
  }
}
