import TrawlRows

/// The order of rows under the keys of `sort`.
struct RowOrder {
  let keys: [KQLSortKey]

  /// What is compared of a row.
  func values(of row: QueryRow) -> [KQLValue] { keys.map { $0.operand.value(in: row) } }

  /// Whether a row comes before another; false for both of two that are equal.
  func precedes(_ left: [KQLValue], _ right: [KQLValue]) -> Bool {
    for (index, key) in keys.enumerated() {
      let order = order(left[index], right[index], key)
      if order != 0 { return order < 0 }
    }
    return false
  }

  private func order(_ left: KQLValue, _ right: KQLValue, _ key: KQLSortKey) -> Int {
    switch (left.isNull, right.isNull) {
    case (true, true): return 0
    case (true, false): return key.isNullsFirst ? -1 : 1
    case (false, true): return key.isNullsFirst ? 1 : -1
    case (false, false):
      let order = RowOrder.rank(left, right)
      return key.isAscending ? order : -order
    }
  }

  /// An order of all values that are not null. Those of one type compare by value; of a dynamic column, which may have
  /// several, numbers come first, then what compares as text.
  static func rank(_ left: KQLValue, _ right: KQLValue) -> Int {
    let kinds = (kind(left), kind(right))
    if kinds.0 != kinds.1 { return kinds.0 < kinds.1 ? -1 : 1 }
    if let order = left.order(right) { return order }
    let texts = (left.shown, right.shown)
    if texts.0.utf8.elementsEqual(texts.1.utf8) { return 0 }
    return texts.0.utf8.lexicographicallyPrecedes(texts.1.utf8) ? -1 : 1
  }

  private static func kind(_ value: KQLValue) -> Int {
    switch value {
    case .null: 0
    case .bool: 1
    // It compares with no number.
    case .real(let number) where number.isNaN: 2
    case .integer, .real: 3
    case .datetime: 4
    case .timespan: 5
    case .string, .guid: 6
    case .list, .bag: 7
    }
  }
}
