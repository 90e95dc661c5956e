/// ATT&CK, as far as a report names it: the tactics in order, and what each rule that hit is about.
public struct ReportAttack: Sendable {
  /// A technique, or tactics alone, that a rule is about.
  public struct Entry: Sendable {
    /// `T1059.001`; nil for tactics alone.
    public var id: String?
    /// `PowerShell`; nil where the table has no such id.
    public var name: String?
    /// Of the technique that a sub-technique belongs to.
    public var parentName: String?
    /// Names of all tactics that the technique serves.
    public var tactics: [String]

    public init(id: String?, name: String?, parentName: String?, tactics: [String]) {
      self.id = id
      self.name = name
      self.parentName = parentName
      self.tactics = tactics
    }
  }

  /// Names in the order of the matrix.
  public var tactics: [String] = []
  /// By number of the rule.
  public var entries: [Int: [Entry]] = [:]

  public init() {}

  /// `T1059` of `T1059.001`, and of itself.
  static func parent(_ id: String) -> String { String(id.prefix { $0 != "." }) }
}

/// The cells of a report's matrix: for each tactic the techniques, and below them their sub-techniques, with findings.
struct ReportMatrix {
  struct Cell {
    var name: String?
    var count = 0
    /// Sub-techniques by id.
    var below: [String: (name: String?, count: Int)] = [:]
  }

  private(set) var totals: [String: Int] = [:]
  private(set) var cells: [String: [String: Cell]] = [:]

  init(_ attack: ReportAttack, _ counts: [Int: ReportTally.Count]) {
    for (rule, count) in counts {
      let entries = attack.entries[rule] ?? []
      for tactic in Set(entries.flatMap(\.tactics)) {
        totals[tactic, default: 0] += count.total
        add(entries.filter { $0.tactics.contains(tactic) }, count.total, to: tactic)
      }
    }
  }

  /// A rule that names a technique and one below it counts once for the upper.
  private mutating func add(_ entries: [ReportAttack.Entry], _ count: Int, to tactic: String) {
    var counted: Set<String> = []
    for entry in entries {
      guard let id = entry.id else { continue }
      let parent = ReportAttack.parent(id)
      var cell = cells[tactic, default: [:]][parent] ?? Cell()
      cell.name = cell.name ?? (id == parent ? entry.name : entry.parentName)
      if counted.insert(parent).inserted { cell.count += count }
      if id != parent { cell.below[id] = (entry.name, (cell.below[id]?.count ?? 0) + count) }
      cells[tactic, default: [:]][parent] = cell
    }
  }
}
