import TrawlRows

/// `sum(x)`: integers and spans wrap around, as in Kusto; 0 without values.
struct Sum: Accumulator {
  let type: KQLType
  private var integer: Int64 = 0
  private var real = 0.0
  private var hasReals = false

  init(type: KQLType) { self.type = type }

  mutating func add(_ values: [KQLValue]) -> Int {
    switch values.first {
    case .integer(let value)?, .timespan(let value)?: integer &+= value
    case .real(let value)?:
      real += value
      hasReals = true
    default: break
    }
    return 0
  }

  var results: [KQLValue] {
    if type == .timespan { return [.timespan(integer)] }
    return hasReals || type == .real || type == .decimal
      ? [.real(real + Double(integer))] : [.integer(integer)]
  }
}

/// `avg(x)`: NaN without values, as of a division by 0 (learn.microsoft.com, "summarize operator").
struct Mean: Accumulator {
  let type: KQLType
  /// Ticks of some thousand years add up beyond 64 bits soon.
  private var integer: Int128 = 0
  private var real = 0.0
  private var count: Int128 = 0

  init(type: KQLType) { self.type = type }

  mutating func add(_ values: [KQLValue]) -> Int {
    switch values.first {
    case .integer(let value)?, .timespan(let value)?, .datetime(let value)?: integer += Int128(value)
    case .real(let value)?: real += value
    default: return 0
    }
    count += 1
    return 0
  }

  var results: [KQLValue] {
    guard type == .datetime || type == .timespan else {
      return [.real((real + Double(integer)) / Double(count))]
    }
    guard count > 0 else { return [.null(type)] }
    let mean = Int64(truncatingIfNeeded: integer / count)
    return [type == .datetime ? .datetime(mean) : .timespan(mean)]
  }
}

/// Variance and standard deviation, by Welford's method; 0 of fewer values than it takes.
struct Spread: Accumulator {
  let isSample: Bool
  let isRoot: Bool
  private var count = 0.0
  private var mean = 0.0
  private var squares = 0.0

  init(isSample: Bool, isRoot: Bool) {
    self.isSample = isSample
    self.isRoot = isRoot
  }

  mutating func add(_ values: [KQLValue]) -> Int {
    let value: Double
    switch values.first {
    case .integer(let number)?: value = Double(number)
    case .real(let number)?: value = number
    default: return 0
    }
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
    return 0
  }

  var results: [KQLValue] {
    let divisor = isSample ? count - 1 : count
    guard divisor > 0 else { return [.real(0)] }
    return [.real(isRoot ? (squares / divisor).squareRoot() : squares / divisor)]
  }
}

/// `percentiles(x, 50, 95)`: the value of the nearest rank, exactly; null without values.
struct Percentiles: Accumulator {
  let percentages: [Double]
  let type: KQLType
  private var elements: [KQLValue] = []

  init(percentages: [Double], type: KQLType) {
    self.percentages = percentages
    self.type = type
  }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let value = values.first, !value.isNull else { return 0 }
    elements.append(value)
    return value.footprint
  }

  var results: [KQLValue] {
    guard !elements.isEmpty else { return percentages.map { _ in .absent(type) } }
    let sorted = elements.sorted { RowOrder.rank($0, $1) < 0 }
    return percentages.map { percentage in
      let share = max(0, min(100, percentage)) / 100
      let rank = (share * Double(sorted.count)).rounded(.up)
      return sorted[max(1, min(sorted.count, Int(rank))) - 1]
    }
  }
}
