import TrawlMatcher

/// What a scan did.
public struct ScanSummary: Sendable {
  public var files = 0
  /// Of the logs, and of the files that they lie in, which may be compressed.
  public var bytes = 0
  public var inputBytes = 0
  public var events = 0
  public var findings = 0
  /// Findings by index of the rule.
  public var findingsByRule: [Int: Int] = [:]
  /// Records that are no events, by reason, and the first few of them.
  public var problems: [String: Int] = [:]
  public var firstProblems: [RecordProblem] = []
  /// Events of unknown log source, by the log they are in; of the first logs only.
  public private(set) var unknownEvents: [String: Int] = [:]
  /// Columns of text that have numbers or Booleans in rows of JSON, by name.
  public private(set) var misfits: [String: Misfit] = [:]
  /// Files that were not read, or not to their end.
  public var inputProblems: [InputProblem] = []
  public var counts = MatchCounts()
  /// Whether the scan was stopped before its end: by the user, or because findings could not be written.
  public var isStopped = false
  /// Why findings could not be written, if they could not.
  public var outputError: String?
  public var seconds = 0.0
  /// When the newest event happened, if that was asked for and an event says so.
  public var newest: DateText?

  public init() {}

  /// Counts events of unknown log source, unless they are of one log too many.
  mutating func noteUnknown(_ counts: [String: Int]) {
    for (path, count) in counts
    where unknownEvents[path] != nil || unknownEvents.count < ScanSummary.shownUnknown {
      unknownEvents[path, default: 0] += count
    }
  }

  /// Counts misfits of rows behind those that are counted.
  mutating func note(_ misfits: [String: Misfit]) {
    self.misfits.merge(misfits) { known, more in
      Misfit(count: known.count + more.count, file: known.file, record: known.record)
    }
  }

  /// How many logs are kept to be shown that have events of unknown log source.
  public static let shownUnknown = 20
  /// How many records that are no events are kept to be shown.
  public static let shownProblems = 5
}

/// Numbers and Booleans in a column that is text in its table.
public struct Misfit: Sendable, Hashable {
  /// How many there are.
  public var count: Int
  /// Where the first one is: line or place of the document, from 1.
  public var file: String
  public var record: Int
}

/// A record that is no event.
public struct RecordProblem: Sendable, Hashable {
  public enum Place: Sendable, Hashable, CustomStringConvertible {
    /// Line or place of the document, from 1.
    case record(Int)
    /// In bytes from the start of the file.
    case offset(Int)

    public var description: String {
      switch self {
      case .record(let number): "\(number)"
      case .offset(let bytes): "byte \(bytes)"
      }
    }
  }

  public var file: String
  public var place: Place
  public var reason: String
}
