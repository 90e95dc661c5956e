import TrawlRows

/// The state of one aggregate in one group.
protocol Accumulator {
  /// Takes the values of the aggregate's arguments in one row; hands back about how many bytes more it holds.
  mutating func add(_ values: [KQLValue]) -> Int
  /// One value for each column of the aggregate.
  var results: [KQLValue] { get }
}

extension KQLAggregation {
  /// The state of a group that has no rows yet.
  func accumulator() -> any Accumulator {
    switch function {
    case .count: RowCount()
    case .dcount: DistinctCount()
    case .sum: Sum(type: arguments.first?.type ?? .unknown)
    case .avg: Mean(type: arguments.first?.type ?? .unknown)
    case .min: Extreme(type: arguments.first?.type ?? .unknown, sign: -1)
    case .max: Extreme(type: arguments.first?.type ?? .unknown, sign: 1)
    case .stdev: Spread(isSample: true, isRoot: true)
    case .stdevp: Spread(isSample: false, isRoot: true)
    case .variance: Spread(isSample: true, isRoot: false)
    case .variancep: Spread(isSample: false, isRoot: false)
    case .percentiles: Percentiles(percentages: percentages, type: arguments.first?.type ?? .unknown)
    case .makeSet: ValueSet(limit: limit)
    case .makeList: ValueList(limit: limit, keepsNulls: false)
    case .makeListWithNulls: ValueList(limit: limit, keepsNulls: true)
    case .makeBag: ValueBag(limit: limit)
    case .argMax: ExtremeRow(types: arguments.map(\.type), sign: 1)
    case .argMin: ExtremeRow(types: arguments.map(\.type), sign: -1)
    case .takeAny: AnyRow(types: arguments.map(\.type))
    }
  }
}

/// `count()`: nulls count too.
private struct RowCount: Accumulator {
  private var count: Int64 = 0

  mutating func add(_ values: [KQLValue]) -> Int {
    count += 1
    return 0
  }

  var results: [KQLValue] { [.integer(count)] }
}

/// `dcount(x)`, exact.
private struct DistinctCount: Accumulator {
  private var seen: Set<[UInt8]> = []

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let value = values.first, !value.isNull else { return 0 }
    let bytes = RowCode.bytes([value])
    return seen.insert(bytes).inserted ? 48 + bytes.count : 0
  }

  var results: [KQLValue] { [.integer(Int64(seen.count))] }
}
