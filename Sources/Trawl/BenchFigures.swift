import Glibc
import TrawlMatcher
import TrawlScanner

/// What each step of a scan costs, and what the scan did.
public struct BenchFigures: Sendable {
  /// A step, measured.
  public struct Step: Sendable {
    /// Of the fastest run.
    public internal(set) var seconds = Double.infinity
    /// Of each run.
    private(set) var all: [Double] = []
    /// Of the floor, keys that rules name; of decoding, values; else matches.
    public internal(set) var found = 0

    mutating func take(_ pass: BenchPass) {
      seconds = min(seconds, pass.seconds)
      all.append(max(pass.seconds, 1e-9))
      found = pass.found
    }
  }

  enum StepName {
    /// Walking the JSON with simdjson On-Demand and looking every key up.
    case floor
    /// Bytes into events.
    case decoding
    /// Decoding, and finding the rules that hold.
    case matching
    /// Reading, decoding, matching, and writing JSON lines to nowhere.
    case scan

    var text: String {
      switch self {
      case .floor: "floor"
      case .decoding: "decoding"
      case .matching: "matching"
      case .scan: "whole scan"
      }
    }
  }

  public let events: Int
  public let bytes: Int
  /// Objects that the floor walked; where records are broken it may take more of them for events.
  public private(set) var floorEvents = 0
  /// Those of them that are no JSON: their decoding stands for the floor.
  public private(set) var decodedFloorEvents = 0
  /// Walking the JSON with simdjson On-Demand and looking every key up, nothing else.
  public private(set) var floor = Step()
  public private(set) var decoding = Step()
  /// Decoding and matching.
  public private(set) var matching = Step()
  /// Reading, decoding, matching, and writing JSON lines to nowhere.
  public private(set) var scan = Step()
  /// Of the last whole scan.
  public private(set) var summary = ScanSummary()
  /// What rules and patterns cost, if it was recorded.
  public internal(set) var costs: MatchCosts?

  init(_ pass: BenchPass) {
    events = pass.events
    bytes = pass.bytes
  }
}

extension BenchFigures {
  mutating func take(_ pass: BenchPass, as name: StepName) throws(BenchError) {
    try check(pass, name)
    switch name {
    case .floor:
      floor.take(pass)
      floorEvents = pass.events
      decodedFloorEvents = pass.decodedFloorEvents
    case .decoding: decoding.take(pass)
    case .matching: matching.take(pass)
    case .scan:
      scan.take(pass)
      summary = pass.summary ?? summary
    }
  }

  /// Throws when a pass did not see what the ones before it saw.
  func check(_ pass: BenchPass, _ name: StepName) throws(BenchError) {
    var isSame = pass.bytes == bytes
    switch name {
    case .floor: isSame = isSame && (floor.seconds == .infinity || pass.events == floorEvents)
    case .decoding: isSame = isSame && pass.events == events
    case .matching, .scan:
      isSame = isSame && pass.events == events
      // Decoding and matching is what a scan does too.
      isSame = isSame && (matching.seconds == .infinity || pass.found == matching.found)
    }
    if !isSame { throw .changed }
  }

  /// The speed of a step as a share of the floor's in the same run: the median of the runs, since a machine is now faster,
  /// now slower.
  public func share(of step: Step) -> Double {
    let shares = zip(floor.all, step.all).map { $0 / $1 }.sorted()
    return shares.isEmpty ? 0 : shares[shares.count / 2]
  }
}
