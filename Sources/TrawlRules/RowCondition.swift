import TrawlRows

/// A predicate over an event as the row of a table, whose values are computed: what no test of single values can ask.
public struct RowCondition: Hashable, Sendable {
  public let predicate: KQLPredicate
  /// Whether the predicate is to be true, or to be false; where it is null, neither holds.
  public let isWanted: Bool
  /// The columns that the predicate reads, and where their values come from.
  public var columns: [RowColumn]
  private let encoded: [UInt8]

  /// Each column is the field of its name; the time of an event has many names.
  public init(_ predicate: KQLPredicate, is isWanted: Bool) {
    self.predicate = predicate
    self.isWanted = isWanted
    columns = predicate.columns.map { RowColumn($0.name, $0.type) }
    encoded = predicate.encoded
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.isWanted == right.isWanted && left.columns == right.columns && left.encoded == right.encoded
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(encoded)
    hasher.combine(isWanted)
    hasher.combine(columns)
  }
}

/// A column of a row.
public struct RowColumn: Hashable, Sendable {
  /// Where the value of a column comes from.
  public enum Source: Hashable, Sendable {
    case field(String)
    /// What stands behind the last backslash or slash of a field.
    case fileName(String)
    /// The same in every event.
    case constant(String)
    /// When the event happened, whatever its log calls that.
    case eventTime
  }

  public var name: String
  public var type: KQLType
  /// The first that the event has counts.
  public var sources: [Source]

  init(_ name: String, _ type: KQLType) {
    self.name = name
    self.type = type
    let times = ["Timestamp", "TimeGenerated"]
    guard let place = times.firstIndex(of: name) else {
      sources = [.field(name)]
      return
    }
    // Defender and Sentinel name the same column differently.
    sources = [.field(name), .field(times[1 - place]), .eventTime]
  }
}
