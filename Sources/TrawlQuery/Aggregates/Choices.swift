import TrawlRows

/// `min(x)` and `max(x)`: the first of equal values; without any null, or "" of texts.
struct Extreme: Accumulator {
  let type: KQLType
  /// 1 for the greatest, -1 for the least.
  let sign: Int
  private var best: KQLValue?

  init(type: KQLType, sign: Int) {
    self.type = type
    self.sign = sign
  }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let value = values.first, !value.isNull else { return 0 }
    guard let best else {
      self.best = value
      return value.footprint
    }
    if RowOrder.rank(value, best) * sign > 0 { self.best = value }
    return 0
  }

  var results: [KQLValue] { [best ?? .absent(type)] }
}

/// `arg_max(x, ...)` and `arg_min(x, ...)`: the first row of those with the extreme; where x is null in all, the first row.
struct ExtremeRow: Accumulator {
  let types: [KQLType]
  let sign: Int
  private var best: [KQLValue]?

  init(types: [KQLType], sign: Int) {
    self.types = types
    self.sign = sign
  }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let best, let known = best.first, let value = values.first else {
      self.best = values
      return values.footprint
    }
    guard !value.isNull, known.isNull || RowOrder.rank(value, known) * sign > 0 else { return 0 }
    self.best = values
    return values.footprint - best.footprint
  }

  var results: [KQLValue] { best ?? types.map(KQLValue.absent) }
}

/// `take_any(x, ...)`: the first row; of a single column the first value that is not empty, if there is one
/// (learn.microsoft.com, "take_any() (aggregation function)").
struct AnyRow: Accumulator {
  let types: [KQLType]
  private var taken: [KQLValue]?

  init(types: [KQLType]) { self.types = types }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let taken else {
      self.taken = values
      return values.footprint
    }
    guard taken.count == 1, taken[0].isEmpty, !values[0].isEmpty else { return 0 }
    self.taken = values
    return values.footprint
  }

  var results: [KQLValue] { taken ?? types.map(KQLValue.absent) }
}

extension KQLValue {
  /// What stands where there is no value.
  static func absent(_ type: KQLType) -> KQLValue { type == .string ? .string("") : .null(type) }
}
