import TrawlRows

/// A row with what it is ordered by, and its place in the input.
private struct SortedRow {
  var keys: [KQLValue]
  var number: Int
  var values: [KQLValue]

  var footprint: Int { keys.footprint + values.footprint }

  /// Rows that compare equal stay in the order of the input.
  func precedes(_ other: SortedRow, _ order: RowOrder) -> Bool {
    if order.precedes(keys, other.keys) { return true }
    return number < other.number && !order.precedes(other.keys, keys)
  }
}

/// `sort`.
struct SortStage: Stage {
  let below: ColumnNames
  let order: RowOrder
  private var rows: [SortedRow] = []

  init(below: ColumnNames, order: RowOrder) {
    self.below = below
    self.order = order
  }

  var names: [String] { below.names }
  var collects: Bool { true }

  mutating func take(
    _ row: [KQLValue], _ budget: inout MemoryBudget
  ) throws(QueryLimit) -> [KQLValue]? {
    let sorted = SortedRow(keys: order.values(of: below.row(row)), number: rows.count, values: row)
    try budget.spend(sorted.footprint, "the rows of 'sort'")
    rows.append(sorted)
    return nil
  }

  mutating func drain() -> [[KQLValue]] {
    let order = order
    defer { rows = [] }
    return rows.sorted { $0.precedes($1, order) }.map(\.values)
  }
}

/// `top`: a heap of the best rows so far, the last of them at its root.
struct TopStage: Stage {
  let below: ColumnNames
  let order: RowOrder
  let count: Int
  private var heap: [SortedRow] = []
  private var taken = 0

  init(below: ColumnNames, order: RowOrder, count: Int) {
    self.below = below
    self.order = order
    self.count = count
  }

  var names: [String] { below.names }
  var collects: Bool { true }

  mutating func take(
    _ row: [KQLValue], _ budget: inout MemoryBudget
  ) throws(QueryLimit) -> [KQLValue]? {
    guard count > 0 else { return nil }
    let new = SortedRow(keys: order.values(of: below.row(row)), number: taken, values: row)
    taken += 1
    if heap.count < count {
      try budget.spend(new.footprint, "the rows of 'top'")
      heap.append(new)
      rise()
    } else if new.precedes(heap[0], order) {
      budget.release(heap[0].footprint)
      try budget.spend(new.footprint, "the rows of 'top'")
      heap[0] = new
      sink()
    }
    return nil
  }

  /// Moves the last row of the heap to its place.
  private mutating func rise() {
    var place = heap.count - 1
    while place > 0, heap[(place - 1) / 2].precedes(heap[place], order) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Moves the root of the heap to its place.
  private mutating func sink() {
    var place = 0
    while true {
      var last = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if heap[last].precedes(heap[child], order) { last = child }
      }
      if last == place { return }
      heap.swapAt(place, last)
      place = last
    }
  }

  mutating func drain() -> [[KQLValue]] {
    let order = order
    defer { heap = [] }
    return heap.sorted { $0.precedes($1, order) }.map(\.values)
  }
}
