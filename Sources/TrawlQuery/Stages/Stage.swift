import TrawlRows

/// One operator, which takes rows one by one.
protocol Stage {
  /// The names of the columns that it leaves.
  var names: [String] { get }
  /// Takes a row; hands on the row that comes of it at once, if one does.
  mutating func take(_ row: [KQLValue], _ budget: inout MemoryBudget) throws(QueryLimit) -> [KQLValue]?
  /// The further rows that came of the last one.
  mutating func takeMore() -> [[KQLValue]]
  /// What it kept, when there are no more rows.
  mutating func drain() -> [[KQLValue]]
  /// Whether it needs no further row.
  var isSatisfied: Bool { get }
  /// Whether it keeps rows back till the end.
  var collects: Bool { get }
}

extension Stage {
  mutating func takeMore() -> [[KQLValue]] { [] }
  mutating func drain() -> [[KQLValue]] { [] }
  var isSatisfied: Bool { false }
  var collects: Bool { false }
}

extension KQLTableStep {
  /// The operator for rows with these columns.
  func stage(_ columns: [String]) -> any Stage {
    let below = ColumnNames(columns)
    return switch self {
    case .filter(let predicate): FilterStage(below: below, predicate: predicate)
    case .columns(let columns): ColumnStage(below: below, columns: columns)
    case .take(let count): TakeStage(names: columns, count: count)
    case .distinct: DistinctStage(names: columns)
    case .count(let name): CountStage(name: name)
    case .sort(let keys): SortStage(below: below, order: RowOrder(keys: keys))
    case .top(let count, let keys): TopStage(below: below, order: RowOrder(keys: keys), count: count)
    case .summarize(let aggregations, let groups):
      GroupStage(below: below, aggregations: aggregations, groups: groups)
    case .join(let join): JoinStage(below: below, join: join)
    case .append(let more, let rows, let types):
      AppendStage(below: columns, types, more: more, rows: rows)
    }
  }
}

/// `where`.
private struct FilterStage: Stage {
  let below: ColumnNames
  let predicate: KQLPredicate

  var names: [String] { below.names }

  func take(_ row: [KQLValue], _ budget: inout MemoryBudget) -> [KQLValue]? {
    predicate.truth(in: below.row(row)) == true ? row : nil
  }
}

/// `extend`, `project` and their kin.
private struct ColumnStage: Stage {
  let below: ColumnNames
  let columns: [KQLColumn]

  var names: [String] { columns.map(\.name) }

  func take(_ row: [KQLValue], _ budget: inout MemoryBudget) -> [KQLValue]? {
    let row = below.row(row)
    return columns.map { $0.operand.value(in: row) }
  }
}

/// `take`.
private struct TakeStage: Stage {
  let names: [String]
  let count: Int
  private var taken = 0

  init(names: [String], count: Int) {
    self.names = names
    self.count = count
  }

  mutating func take(_ row: [KQLValue], _ budget: inout MemoryBudget) -> [KQLValue]? {
    guard taken < count else { return nil }
    taken += 1
    return row
  }

  var isSatisfied: Bool { taken >= count }
}

/// `distinct`: the first of equal rows.
private struct DistinctStage: Stage {
  let names: [String]
  private var seen: Set<[UInt8]> = []

  init(names: [String]) { self.names = names }

  mutating func take(
    _ row: [KQLValue], _ budget: inout MemoryBudget
  ) throws(QueryLimit) -> [KQLValue]? {
    let bytes = RowCode.bytes(row)
    guard seen.insert(bytes).inserted else { return nil }
    try budget.spend(48 + bytes.count, "the rows of 'distinct'")
    return row
  }
}

/// `union` with a table whose rows are known.
private struct AppendStage: Stage {
  let names: [String]
  /// What the own rows have in the other table's columns.
  private let absent: [KQLValue]
  private let rows: [[KQLValue]]

  init(below: [String], _ types: [String: KQLType], more: [KQLResultColumn], rows: [[KQLValue]]) {
    let new = more.filter { !below.contains($0.name) }
    absent = new.map(\.type.absent)
    names = below + new.map(\.name)
    let places = names.map { name in
      (more.firstIndex { $0.name == name }, (types[name] ?? .unknown).absent)
    }
    self.rows = rows.map { row in places.map { place, absent in place.map { row[$0] } ?? absent } }
  }

  func take(_ row: [KQLValue], _ budget: inout MemoryBudget) -> [KQLValue]? { row + absent }

  func drain() -> [[KQLValue]] { rows }
}

/// `count`.
private struct CountStage: Stage {
  let name: String
  private var count: Int64 = 0

  init(name: String) { self.name = name }

  var names: [String] { [name] }
  var collects: Bool { true }

  mutating func take(_ row: [KQLValue], _ budget: inout MemoryBudget) -> [KQLValue]? {
    count += 1
    return nil
  }

  func drain() -> [[KQLValue]] { [[.integer(count)]] }
}
