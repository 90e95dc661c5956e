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

  /// How many records that are no events are kept to be shown.
  public static let shownProblems = 5
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
