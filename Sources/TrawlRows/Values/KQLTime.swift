/// Dates, times and spans of KQL: ticks of 100 ns, dates since the year 1, UTC.
public enum KQLTime {
  package static let second: Int64 = 10_000_000
  package static let day: Int64 = 864_000_000_000
  /// Ticks of 9999-12-31 and the day behind it; no datetime reaches it.
  package static let end: Int64 = 3_155_378_976_000_000_000

  /// Ticks of a day and time of the Gregorian calendar; nil if there is none such.
  public static func datetime(
    _ year: Int, _ month: Int, _ dayOfMonth: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    fraction: Int64 = 0
  ) -> Int64? {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...days(of: month, year)).contains(dayOfMonth),
      (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    let seconds = Int64(
      (daysBefore(year, month) + dayOfMonth - 1) * 86_400 + hour * 3600 + minute * 60 + second)
    let ticks = seconds * Self.second + fraction
    return ticks < end ? ticks : nil
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func days(of month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// From the first day of the year 1 to the first of the month.
  private static func daysBefore(_ year: Int, _ month: Int) -> Int {
    let years = year - 1
    let before = years * 365 + years / 4 - years / 100 + years / 400
    return (1..<month).reduce(before) { $0 + days(of: $1, year) }
  }

  /// Year, month and day of ticks.
  package static func date(of ticks: Int64) -> (year: Int, month: Int, day: Int) {
    let days = Int(ticks / day)
    var year = max(1, min(9999, days / 366 + 1))
    while year < 9999, daysBefore(year + 1, 1) <= days { year += 1 }
    var month = 1
    while month < 12, daysBefore(year, month + 1) <= days { month += 1 }
    return (year, month, days - daysBefore(year, month) + 1)
  }

  /// `2024-01-31T12:00:00.0000000Z`
  package static func text(ofDatetime ticks: Int64) -> String {
    let (year, month, dayOfMonth) = date(of: ticks)
    let (clock, fraction) = clock(ticks % day)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock).\(padded(fraction, 7))Z"
  }

  /// `1.02:03:04`, with a fraction of seven digits if there is one.
  package static func text(ofTimespan ticks: Int64) -> String {
    let size = ticks.magnitude
    let (clock, fraction) = clock(Int64(size % UInt64(day)))
    let days = size / UInt64(day)
    return (ticks < 0 ? "-" : "") + (days > 0 ? "\(days)." : "") + clock
      + (fraction > 0 ? "." + padded(fraction, 7) : "")
  }

  private static func clock(_ ticks: Int64) -> (text: String, fraction: Int) {
    let seconds = Int(ticks / second)
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    return (parts.map { padded($0, 2) }.joined(separator: ":"), Int(ticks % second))
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
