extension KQLFunction {
  /// Functions of times and spans; nil for others, and where there is no result.
  func time(_ values: [KQLValue]) -> KQLValue? {
    switch self {
    case .bin: return KQLFunction.bin(values[0], values[1])
    case .formatDatetime: return KQLFunction.formatted(values)
    case .datetimeDiff: return KQLFunction.difference(values)
    case .datetimeAdd: return KQLFunction.moved(values)
    case .makeDatetime: return KQLFunction.made(values)
    case .fromUnixSeconds: return KQLFunction.fromUnix(values[0], KQLTime.second)
    case .fromUnixMilliseconds: return KQLFunction.fromUnix(values[0], KQLTime.second / 1000)
    default: break
    }
    guard case .datetime(let ticks) = values[0] else { return nil }
    let date = KQLTime.date(of: ticks)
    switch self {
    case .hourOfDay: return .integer(ticks % KQLTime.day / (KQLTime.day / 24))
    case .dayOfWeek: return .timespan(KQLTime.weekday(of: ticks) * KQLTime.day)
    case .dayOfMonth: return .integer(Int64(date.day))
    case .monthOfYear: return .integer(Int64(date.month))
    case .yearOf: return .integer(Int64(date.year))
    case .dayOfYear:
      return KQLTime.datetime(date.year, 1, 1).map { .integer((ticks - $0) / KQLTime.day + 1) }
    default: return boundary(ticks, KQLFunction.integer(values, 1) ?? 0)
    }
  }

  /// The beginning or end of the day, week, month or year, so many of them later.
  private func boundary(_ ticks: Int64, _ offset: Int) -> KQLValue? {
    let unit: KQLTime.Unit
    switch self {
    case .startOfDay, .endOfDay: unit = .day
    case .startOfWeek, .endOfWeek: unit = .week
    case .startOfMonth, .endOfMonth: unit = .month
    case .startOfYear, .endOfYear: unit = .year
    default: return nil
    }
    guard let start = KQLTime.moved(KQLTime.start(of: unit, ticks), by: Int64(offset), unit) else {
      return nil
    }
    switch self {
    case .startOfDay, .startOfWeek, .startOfMonth, .startOfYear: return .datetime(start)
    // No time follows the last day that there is.
    default: return .datetime((KQLTime.moved(start, by: 1, unit) ?? KQLTime.end) - 1)
    }
  }

  /// Down to a multiple of a width; times count from the year 1.
  private static func bin(_ value: KQLValue, _ width: KQLValue) -> KQLValue? {
    switch (value, width) {
    case (.integer(let number), .integer(let width)): return floor(number, width).map { .integer($0) }
    case (.datetime(let ticks), .timespan(let width)): return floor(ticks, width).map { .datetime($0) }
    case (.timespan(let ticks), .timespan(let width)): return floor(ticks, width).map { .timespan($0) }
    default:
      guard let number = value.number, let width = width.number, width > 0 else { return nil }
      return .real((number / width).rounded(.down) * width)
    }
  }

  private static func floor(_ number: Int64, _ width: Int64) -> Int64? {
    guard width > 0 else { return nil }
    let rest = number % width
    return number &- (rest < 0 ? rest + width : rest)
  }

  private static func fromUnix(_ value: KQLValue, _ unit: Int64) -> KQLValue? {
    guard let number = value.number, let ticks = KQLTime.ticks(number * Double(unit)),
      let epoch = KQLTime.datetime(1970, 1, 1)
    else { return nil }
    let (sum, overflow) = epoch.addingReportingOverflow(ticks)
    return !overflow && (0..<KQLTime.end).contains(sum) ? .datetime(sum) : nil
  }

  /// How many bounds of a unit lie between two times.
  private static func difference(_ values: [KQLValue]) -> KQLValue? {
    guard case .string(let name) = values[0], let unit = KQLTime.Unit(rawValue: name.lowercased()),
      case .datetime(let left) = values[1], case .datetime(let right) = values[2]
    else { return nil }
    return .integer(KQLTime.number(of: unit, left) - KQLTime.number(of: unit, right))
  }

  private static func moved(_ values: [KQLValue]) -> KQLValue? {
    guard case .string(let name) = values[0], let unit = KQLTime.Unit(rawValue: name.lowercased()),
      case .integer(let amount) = values[1], case .datetime(let ticks) = values[2]
    else { return nil }
    return KQLTime.moved(ticks, by: amount, unit).map { .datetime($0) }
  }

  /// Of year, month and day, and perhaps hour, minute and second, which may have a fraction.
  private static func made(_ values: [KQLValue]) -> KQLValue? {
    if values.count == 1, case .datetime = values[0] { return values[0] }
    let parts = values.prefix(5).map { integer([$0], 0) }
    guard values.count >= 3, !parts.contains(nil) else { return nil }
    let whole = parts.compactMap(\.self) + [0, 0]
    let minute = KQLTime.datetime(whole[0], whole[1], whole[2], hour: whole[3], minute: whole[4])
    guard let minute, let seconds = values.count > 5 ? values[5].number : 0, (0..<60).contains(seconds) else {
      return nil
    }
    return .datetime(minute + Int64(seconds * Double(KQLTime.second)))
  }

  private static func formatted(_ values: [KQLValue]) -> KQLValue? {
    guard case .datetime(let ticks) = values[0] else { return nil }
    return .string(KQLTime.text(of: ticks, format: values[1].shown))
  }
}
