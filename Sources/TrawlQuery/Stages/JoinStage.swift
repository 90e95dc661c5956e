import TrawlRows

/// `join` and `lookup`: the rows of the right side are known, those of the left come one by one.
struct JoinStage: Stage {
  let below: ColumnNames
  let join: KQLJoin
  /// The right rows of a key.
  private let partners: [[UInt8]: [Int]]
  /// Right rows that had a partner.
  private var isPaired: [Bool]
  /// Keys of left rows that took part, where only one of each does.
  private var seen: Set<[UInt8]> = []
  private var more: [[KQLValue]] = []

  init(below: ColumnNames, join: KQLJoin) {
    self.below = below
    self.join = join
    var partners: [[UInt8]: [Int]] = [:]
    for (index, row) in join.rows.enumerated() {
      if let key = KQLKey.bytes(join.rightKeys.map { row[$0] }) { partners[key, default: []].append(index) }
    }
    self.partners = partners
    isPaired = join.rows.map { _ in false }
  }

  var names: [String] { (join.kind.hasLeft ? below.names : []) + join.columns.map(\.name) }

  mutating func take(
    _ row: [KQLValue], _ budget: inout MemoryBudget
  ) throws(QueryLimit) -> [KQLValue]? {
    let below = below.row(row)
    let key = KQLKey.bytes(join.leftKeys.map { $0.value(in: below) })
    if join.kind == .innerunique, let key {
      guard seen.insert(key).inserted else { return nil }
      try budget.spend(48 + key.count, "the keys of 'join'")
    }
    let found = key.flatMap { partners[$0] } ?? []
    // A semi join gives each row once.
    let new = join.kind == .rightsemi ? found.filter { !isPaired[$0] } : found
    for index in found { isPaired[index] = true }
    if !join.kind.hasRight { return found.isEmpty == (join.kind == .leftanti) ? row : nil }
    if join.kind == .rightanti { return nil }
    if found.isEmpty { return join.kind.keepsLeft ? row + join.columns.map(\.type.absent) : nil }
    more = new.dropFirst().map { joined(row, $0) }
    return new.first.map { joined(row, $0) }
  }

  mutating func takeMore() -> [[KQLValue]] {
    defer { more = [] }
    return more
  }

  private func joined(_ row: [KQLValue], _ index: Int) -> [KQLValue] {
    (join.kind.hasLeft ? row : []) + join.columns.map { join.rows[index][$0.place] }
  }

  mutating func drain() -> [[KQLValue]] {
    guard join.kind.keepsRight else { return [] }
    let left = join.kind.hasLeft ? below.names.map { (join.leftTypes[$0] ?? .unknown).absent } : []
    return isPaired.indices.filter { !isPaired[$0] }.map { joined(left, $0) }
  }
}
