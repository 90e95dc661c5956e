extension KQLValue {
  /// A bool of three values.
  package init(_ truth: Bool?) { self = truth.map { .bool($0) } ?? .null(.bool) }

  /// Whether it is null, which a string never is.
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// Whether it is null or "".
  package var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    default: false
    }
  }

  /// As a real number, if it is a number.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// -1, 0 or 1; nil where the two do not compare.
  package func order(_ other: KQLValue) -> Int? {
    switch (self, other) {
    case (.integer(let left), .integer(let right)), (.datetime(let left), .datetime(let right)),
      (.timespan(let left), .timespan(let right)):
      return left < right ? -1 : left == right ? 0 : 1
    case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
    case (.string(let left), .string(let right)), (.guid(let left), .guid(let right)),
      (.guid(let left), .string(let right)), (.string(let left), .guid(let right)):
      if left.utf8.elementsEqual(right.utf8) { return 0 }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    default:
      guard let left = number, let right = other.number else { return nil }
      return left < right ? -1 : left == right ? 0 : left > right ? 1 : nil
    }
  }

  /// A comparison by KQL's rules for null: equal to nothing, and the comparison of two nulls is null.
  package func compares(_ comparison: KQLComparison, _ other: KQLValue) -> Bool? {
    let order = order(other)
    switch comparison {
    case .equal, .notEqual:
      if isNull, other.isNull { return nil }
      return (order == 0) == (comparison == .equal)
    case .less: return order.map { $0 < 0 }
    case .lessOrEqual: return order.map { $0 <= 0 }
    case .greater: return order.map { $0 > 0 }
    case .greaterOrEqual: return order.map { $0 >= 0 }
    }
  }

  /// A member of a bag, or null.
  package func member(_ name: String) -> KQLValue {
    guard case .bag(let members) = self else { return .null(.dynamic) }
    return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value ?? .null(.dynamic)
  }

  /// An element of a list, from 0 or, negative, from its end, or a member of a bag; else null.
  package func element(_ index: KQLValue) -> KQLValue {
    if case .string(let name) = index { return member(name) }
    guard case .list(let values) = self, case .integer(let place) = index else { return .null(.dynamic) }
    let at = place < 0 ? place + Int64(values.count) : place
    return at >= 0 && at < Int64(values.count) ? values[Int(at)] : .null(.dynamic)
  }
}
