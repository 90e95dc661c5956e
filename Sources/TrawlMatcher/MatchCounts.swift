/// What a matcher did, for reports.
public struct MatchCounts: Sendable {
  /// Events whose log source no rule looks at.
  public var unroutedEvents = 0
  /// Events of which no log source is known.
  public var unknownEvents = 0
  /// Events outside the period that was asked for, and events of which no time is known, which are looked at all the same.
  public var eventsOutside = 0
  public var eventsWithoutTime = 0
  /// Values that were looked for in the memo, and those that were there.
  public var memoLookups = 0
  public var memoHits = 0
  /// Values that were scanned, their bytes, and the hits that the database reported.
  public var scans = 0
  public var scannedBytes = 0
  public var reports = 0
  /// Records that a gate let through.
  public var openGates = 0
  /// Programs that were announced, and those of them that had to be evaluated.
  public var candidates = 0
  public var evaluations = 0
  /// Events of the same values as others, of which it was known what they come to.
  public var repeatedEvents = 0

  public init() {}

  // Named one by one: key paths cost a microsecond for each chunk of a log.
  private var numbers: [13 of Int] {
    get {
      [
        unroutedEvents, unknownEvents, eventsOutside, eventsWithoutTime, memoLookups, memoHits, scans,
        scannedBytes, reports, openGates, candidates, evaluations, repeatedEvents,
      ]
    }
    set {
      (unroutedEvents, unknownEvents) = (newValue[0], newValue[1])
      (eventsOutside, eventsWithoutTime) = (newValue[2], newValue[3])
      (memoLookups, memoHits) = (newValue[4], newValue[5])
      (scans, scannedBytes, reports) = (newValue[6], newValue[7], newValue[8])
      (openGates, candidates, evaluations) = (newValue[9], newValue[10], newValue[11])
      repeatedEvents = newValue[12]
    }
  }

  /// Adds what another matcher did.
  public mutating func add(_ other: MatchCounts) {
    let more = other.numbers
    for index in more.indices { numbers[index] += more[index] }
  }

  /// All numbers, from which `init(from:)` makes the counts again.
  package var all: [Int] { numbers.indices.map { numbers[$0] } }

  package init(from reader: inout ByteReader) throws(StoredRulesError) {
    for index in numbers.indices { numbers[index] = try reader.amount() }
  }
}
