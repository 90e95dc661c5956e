extension KQLTime {
  /// The units that times are counted in, by KQL's names.
  enum Unit: String {
    case year, quarter, month, week, day, hour, minute, second, millisecond, microsecond, nanosecond

    /// Ticks of units that are always as long, nil for the others and for nanoseconds.
    var ticks: Int64? {
      switch self {
      case .week: 7 * KQLTime.day
      case .day: KQLTime.day
      case .hour: KQLTime.day / 24
      case .minute: 60 * KQLTime.second
      case .second: KQLTime.second
      case .millisecond: KQLTime.second / 1000
      case .microsecond: KQLTime.second / 1_000_000
      default: nil
      }
    }
  }

  /// 0 for Sunday; the first day of the year 1 was a Monday.
  static func weekday(of ticks: Int64) -> Int64 { (ticks / day + 1) % 7 }

  /// When the unit began in which a time lies; weeks begin on Sundays, the first perhaps before the year 1.
  static func start(of unit: Unit, _ ticks: Int64) -> Int64 {
    let (year, month, _) = date(of: ticks)
    switch unit {
    case .year: return datetime(year, 1, 1) ?? 0
    case .quarter: return datetime(year, (month - 1) / 3 * 3 + 1, 1) ?? 0
    case .month: return datetime(year, month, 1) ?? 0
    case .week: return ticks - ticks % day - weekday(of: ticks) * day
    default: return ticks - ticks % (unit.ticks ?? 1)
    }
  }

  /// A number that grows by one with each unit of time.
  static func number(of unit: Unit, _ ticks: Int64) -> Int64 {
    let (year, month, _) = date(of: ticks)
    switch unit {
    case .year: return Int64(year)
    case .quarter: return Int64(year * 4 + (month - 1) / 3)
    case .month: return Int64(year * 12 + month)
    case .week: return (ticks + day) / (7 * day)
    case .nanosecond: return ticks &* 100
    default: return ticks / (unit.ticks ?? 1)
    }
  }

  /// So many units later; a day that the month lacks becomes its last. Nil beyond the calendar.
  static func moved(_ ticks: Int64, by amount: Int64, _ unit: Unit) -> Int64? {
    let months: Int64? =
      switch unit {
      case .year: 12
      case .quarter: 3
      case .month: 1
      default: nil
      }
    if let months { return moved(ticks, months: amount.multipliedReportingOverflow(by: months)) }
    let (offset, isTooFar) =
      unit == .nanosecond ? (amount / 100, false) : amount.multipliedReportingOverflow(by: unit.ticks ?? 1)
    let (sum, overflow) = ticks.addingReportingOverflow(offset)
    // The week of the first days began before the year 1.
    return isTooFar || overflow || !((-6 * day)..<end).contains(sum) ? nil : max(0, sum)
  }

  private static func moved(_ ticks: Int64, months: (partialValue: Int64, overflow: Bool)) -> Int64? {
    let (year, month, dayOfMonth) = date(of: ticks)
    guard !months.overflow, (-120_000...120_000).contains(months.partialValue) else { return nil }
    let count = year * 12 + month - 1 + Int(months.partialValue)
    guard count >= 12 else { return nil }
    let (newYear, newMonth) = (count / 12, count % 12 + 1)
    let lengths = (28...31).reversed()
    let last = lengths.lazy.compactMap { datetime(newYear, newMonth, min($0, dayOfMonth)) }.first
    return last.map { $0 + ticks % day }
  }
}

extension KQLTime {
  /// The text of a time by the letters of `format_datetime`.
  static func text(of ticks: Int64, format: String) -> String {
    let letters = Array(format.unicodeScalars.prefix(1024))
    var (result, at) = ("", 0)
    while at < letters.count {
      var end = at + 1
      while end < letters.count, letters[end] == letters[at] { end += 1 }
      result += text(of: ticks, letter: letters[at], count: end - at)
      at = end
    }
    return result
  }

  private static func text(of ticks: Int64, letter: Unicode.Scalar, count: Int) -> String {
    let (year, month, dayOfMonth) = date(of: ticks)
    let seconds = Int(ticks % day / second)
    let hour = seconds / 3600
    switch letter {
    case "y": return padded(count <= 2 ? year % 100 : year, count)
    case "M": return padded(month, count)
    case "d": return padded(dayOfMonth, count)
    case "H": return padded(hour, count)
    case "h": return padded((hour + 11) % 12 + 1, count)
    case "m": return padded(seconds / 60 % 60, count)
    case "s": return padded(seconds % 60, count)
    case "t": return hour < 12 ? "AM" : "PM"
    case "f": return String(padded(Int(ticks % second), 7).prefix(count))
    case "F":
      let digits = padded(Int(ticks % second), 7).prefix(count)
      return String(digits.reversed().drop { $0 == "0" }.reversed())
    default: return String(repeating: String(letter), count: count)
    }
  }
}
