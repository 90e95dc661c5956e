import TrawlEvents

extension EVTXValueText {
  func appendSystemTime(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    guard value.length >= 16 else { throw EVTXDamage("a value that is too short for its type") }
    func part(_ index: Int) -> UInt64 { UInt64(load(Int(value.offset) + 2 * index, UInt16.self)) }
    ClockText.appendDate(year: part(0), month: part(1), day: part(3), to: &tail)
    ClockText.appendTime(hour: part(4), minute: part(5), second: part(6), to: &tail)
    tail.append(UInt8(ascii: "."))
    tail.append(decimal: part(7) * 1000, atLeast: 6)
    tail.append(UInt8(ascii: "Z"))
  }
}

/// Writes times; events of the same second, or day, take its text from the one before.
struct ClockText: ~Copyable {
  private var second = UInt64.max
  private var day = UInt64.max
  private var text = Block<UInt8>(capacity: 64)
  /// Of the day in `text`.
  private var dateLength = 0

  /// 100 ns since 1601, as RFC 3339 with microseconds.
  mutating func appendFileTime(_ ticks: UInt64, to tail: inout TextTail) {
    appendSecond(ticks / 10_000_000, to: &tail)
    tail.append(UInt8(ascii: "."))
    tail.append(decimal: ticks / 10 % 1_000_000, atLeast: 6)
    tail.append(UInt8(ascii: "Z"))
  }

  /// Appends a second since 1601: `2026-11-21T10:00:00`.
  mutating func appendSecond(_ second: UInt64, to tail: inout TextTail) {
    if second != self.second { write(second) }
    let count = text.count
    text.reserve(count + 31)
    unsafe tail.append(padded: text.pointer, count: count)
  }

  private mutating func write(_ second: UInt64) {
    if second / 86_400 != day { write(day: second / 86_400) }
    self.second = second
    text.truncate(to: dateLength)
    var tail = text.tail(room: 40)
    ClockText.appendTime(
      hour: second / 3600 % 24, minute: second / 60 % 60, second: second % 60, to: &tail)
    text.take(tail)
  }

  private mutating func write(day: UInt64) {
    self.day = day
    text.truncate(to: 0)
    var tail = text.tail(room: 40)
    let (year, month, dayOfMonth) = ClockText.date(ofDay: Int(day) - 134_774)
    ClockText.appendDate(year: UInt64(year), month: UInt64(month), day: UInt64(dayOfMonth), to: &tail)
    text.take(tail)
    dateLength = text.count
  }

  /// Appends `2026-11-21T`.
  static func appendDate(year: UInt64, month: UInt64, day: UInt64, to tail: inout TextTail) {
    tail.append(decimal: year, atLeast: 4)
    tail.append(UInt8(ascii: "-"))
    tail.append(decimal: month, atLeast: 2)
    tail.append(UInt8(ascii: "-"))
    tail.append(decimal: day, atLeast: 2)
    tail.append(UInt8(ascii: "T"))
  }

  /// Appends `10:00:00`.
  static func appendTime(hour: UInt64, minute: UInt64, second: UInt64, to tail: inout TextTail) {
    tail.append(decimal: hour, atLeast: 2)
    tail.append(UInt8(ascii: ":"))
    tail.append(decimal: minute, atLeast: 2)
    tail.append(UInt8(ascii: ":"))
    tail.append(decimal: second, atLeast: 2)
  }

  /// Of the proleptic Gregorian calendar, from days since 1970 (Howard Hinnant's civil_from_days).
  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}
