import Glibc

extension KQLFunction {
  /// `+ - * / %`; integers are of 64 bits and wrap around, as in Kusto. Nil is null.
  func arithmetic(_ left: KQLValue, _ right: KQLValue) -> KQLValue? {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return integer(left, right).map { .integer($0) }
    case (.datetime(let left), .timespan(let right)):
      guard self == .add || self == .subtract else { return nil }
      return KQLFunction.time(integer(left, right))
    case (.timespan(let left), .datetime(let right)):
      return self == .add ? KQLFunction.time(left &+ right) : nil
    case (.datetime(let left), .datetime(let right)):
      return self == .subtract ? .timespan(left &- right) : nil
    case (.timespan(let left), .timespan(let right)): return spans(left, right)
    case (.timespan(let ticks), _): return scaled(ticks, right)
    case (_, .timespan(let ticks)): return self == .multiply ? scaled(ticks, left) : nil
    default:
      guard let left = left.number, let right = right.number else { return nil }
      return real(left, right)
    }
  }

  private func spans(_ left: Int64, _ right: Int64) -> KQLValue? {
    switch self {
    case .add: .timespan(left &+ right)
    case .subtract: .timespan(left &- right)
    case .divide: .real(Double(left) / Double(right))
    case .modulo: integer(left, right).map { .timespan($0) }
    default: nil
    }
  }

  /// A span times or by a number.
  private func scaled(_ ticks: Int64, _ factor: KQLValue) -> KQLValue? {
    guard self == .multiply || self == .divide else { return nil }
    if case .integer(let factor) = factor { return integer(ticks, factor).map { .timespan($0) } }
    guard let factor = factor.number else { return nil }
    let result = self == .multiply ? Double(ticks) * factor : Double(ticks) / factor
    return KQLTime.ticks(result).map { .timespan($0) }
  }

  private static func time(_ ticks: Int64?) -> KQLValue? {
    guard let ticks, (0..<KQLTime.end).contains(ticks) else { return nil }
    return .datetime(ticks)
  }

  private func integer(_ left: Int64, _ right: Int64) -> Int64? {
    switch self {
    case .add: return left &+ right
    case .subtract: return left &- right
    case .multiply: return left &* right
    default: break
    }
    if right == 0 || right == -1 && left == .min { return nil }
    return self == .divide ? left / right : left % right
  }

  private func real(_ left: Double, _ right: Double) -> KQLValue? {
    switch self {
    case .add: .real(left + right)
    case .subtract: .real(left - right)
    case .multiply: .real(left * right)
    case .divide: .real(left / right)
    default: nil
    }
  }
}

extension KQLFunction {
  /// Functions of numbers; nil for others, and where there is no result.
  func number(_ values: [KQLValue]) -> KQLValue? {
    switch self {
    case .abs: KQLFunction.absolute(values[0])
    case .sign: values[0].number.map { .integer($0 < 0 ? -1 : $0 > 0 ? 1 : 0) }
    case .minOf: extreme(values) { $0 < 0 }
    case .maxOf: extreme(values) { $0 > 0 }
    case .isNaN: values[0].number.map { .bool($0.isNaN) }
    case .isFinite: values[0].number.map { .bool($0.isFinite) }
    case .binaryAnd, .binaryOr, .binaryXor, .binaryNot, .shiftLeft, .shiftRight: bits(values)
    default: real(values)
    }
  }

  private static func absolute(_ value: KQLValue) -> KQLValue? {
    switch value {
    case .integer(let number): .integer(number < 0 ? 0 &- number : number)
    case .timespan(let ticks): .timespan(ticks < 0 ? 0 &- ticks : ticks)
    case .real(let number): .real(Swift.abs(number))
    default: nil
    }
  }

  /// The least or greatest of the values that are not null.
  private func extreme(_ values: [KQLValue], _ isBetter: (Int) -> Bool) -> KQLValue? {
    var best: KQLValue?
    for value in values where !value.isNull {
      if let known = best, value.order(known).map(isBetter) != true { continue }
      best = value
    }
    return best
  }

  private func bits(_ values: [KQLValue]) -> KQLValue? {
    guard case .integer(let left) = values[0] else { return nil }
    if self == .binaryNot { return .integer(~left) }
    guard case .integer(let right) = values[1] else { return nil }
    switch self {
    case .binaryAnd: return .integer(left & right)
    case .binaryOr: return .integer(left | right)
    case .binaryXor: return .integer(left ^ right)
    // By the documentation, shifts are by n modulo 64, and to the right with the sign.
    case .shiftLeft: return right < 0 ? nil : .integer(left &<< right)
    default: return right < 0 ? nil : .integer(left &>> right)
    }
  }

  private func real(_ values: [KQLValue]) -> KQLValue? {
    guard let number = values[0].number else { return nil }
    let result: Double? =
      switch self {
      case .round: KQLFunction.rounded(number, values)
      case .ceiling: number.rounded(.up)
      case .sqrt: number < 0 ? nil : number.squareRoot()
      case .exp: Glibc.exp(number)
      case .log: number > 0 ? Glibc.log(number) : nil
      case .log2: number > 0 ? Glibc.log2(number) : nil
      case .log10: number > 0 ? Glibc.log10(number) : nil
      case .pow: values[1].number.map { Glibc.pow(number, $0) }
      default: nil
      }
    return result.map { .real($0) }
  }

  /// To so many places behind the point, halves to the even neighbour as in .NET.
  private static func rounded(_ number: Double, _ values: [KQLValue]) -> Double? {
    guard values.count > 1 else { return number.rounded(.toNearestOrEven) }
    guard case .integer(let places) = values[1], (-15...15).contains(places) else { return nil }
    let scale = Glibc.pow(10, Double(places))
    return (number * scale).rounded(.toNearestOrEven) / scale
  }
}
