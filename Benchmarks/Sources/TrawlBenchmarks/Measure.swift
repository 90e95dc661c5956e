import Foundation
import Trawl

/// Measures one lane and prints its line.
func measure(_ lane: Lane, _ ruleset: Ruleset, _ planned: Ruleset, runs: Int) throws {
  let figures = try Bench(lane, ruleset, runs: runs).run()
  let other = try Bench(lane, planned, runs: runs).measureScan()
  if figures.scan.found != other.found {
    fail("\(lane.name): \(figures.scan.found) findings by one plan, \(other.found) by the other")
  }
  func rate(_ step: BenchFigures.Step) -> String {
    String(format: "%6.2f", Double(figures.events) / step.seconds / 1e6)
  }
  func share(_ step: BenchFigures.Step) -> String { String(format: "%6.3f", figures.share(of: step)) }
  let name = lane.name.padding(toLength: 22, withPad: " ", startingAt: 0)
  print(
    name, String(format: "%9d", figures.events),
    String(format: "%8.0f", Double(figures.bytes) / figures.scan.seconds / 1e6), rate(figures.floor), " ",
    rate(figures.decoding), rate(figures.matching), rate(figures.scan), share(figures.scan), " |",
    rate(other), share(other), " |", String(format: "%8d", figures.scan.found))
}

extension Bench {
  /// The whole of a lane.
  init(_ lane: Lane, _ ruleset: Ruleset, runs: Int) {
    self.init(ruleset: ruleset, files: lane.paths.map { LogFile(path: $0) })
    self.runs = runs
  }
}
