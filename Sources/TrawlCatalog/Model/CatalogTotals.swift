/// Figures of a whole catalogue. Lists are sorted by name.
public struct CatalogTotals: Sendable, Equatable {
  public var rules = CorpusCounts()
  /// Distinct (field, kind, value) of the three vendors.
  public var keys = 0
  /// Keys that rules of exactly two, and of all three vendors have.
  public var keysInTwo = 0
  public var keysInThree = 0
  /// Rules of the three vendors with an indicator that another rule has, too.
  public var rulesWithSharedKey = 0
  /// By id, such as `T1059.001`.
  public var techniques: [Entry] = []
  /// By id, such as `TA0002`.
  public var tactics: [Entry] = []
  /// By provider and event id, such as `Sysmon 1`.
  public var events: [Entry] = []
  /// By canonical field.
  public var fields: [Entry] = []

  /// How many rules have something.
  public struct Entry: Sendable, Equatable {
    public var name: String
    public var counts: CorpusCounts

    public init(name: String, counts: CorpusCounts) {
      self.name = name
      self.counts = counts
    }
  }

  public init() {}
}
