/// A part of a date and time that rules ask for.
public enum DatePart: UInt8, Sendable {
  case minute, hour, day, week, month, year
}

/// A date and time as logs spell it, in UTC.
public struct DateText: Sendable, Equatable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Parses `YYYY-MM-DD` with `T` or a blank and `HH:MM[:SS[.fraction]]`, and `Z` or an offset; UTC without one. Decimal
  /// digits alone are seconds, milliseconds, microseconds or nanoseconds since 1970, whichever is near our time.
  public init?(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    guard bytes.count <= 64 else { return nil }
    if let number = DateText.epoch(bytes) {
      microseconds = number
    } else if let value = DateText.calendar(bytes) {
      microseconds = value
    } else {
      return nil
    }
  }

  private static func epoch(_ bytes: [UInt8]) -> Int64? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == 46 }), let value = Double(text) else { return nil }
    switch value {
    case 1e8..<1e11: return Int64((value * 1e6).rounded())
    case 1e11..<1e14: return Int64((value * 1e3).rounded())
    case 1e14..<1e17: return Int64(value)
    case 1e17..<1e19: return Int64(value / 1e3)
    default: return nil
    }
  }

  private static func calendar(_ bytes: [UInt8]) -> Int64? {
    var rest = bytes[...]
    func number(_ digits: Int) -> Int? {
      guard rest.count >= digits, rest.prefix(digits).allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      defer { rest = rest.dropFirst(digits) }
      return rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 48) }
    }
    func take(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), take("-/"), let month = number(2), take("-/"), let day = number(2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = daysSince1970(year, month, day) * 86400
    var fraction: Int64 = 0
    if !rest.isEmpty {
      guard take("Tt "), let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else {
        return nil
      }
      seconds += Int64(hour * 3600 + minute * 60)
      if take(":") {
        guard let second = number(2), second <= 60 else { return nil }
        seconds += Int64(second)
        if take(".,") {
          var scale: Int64 = 100_000
          while let digit = number(1) {
            fraction += Int64(digit) * scale
            scale /= 10
          }
        }
      }
    }
    _ = take(" ")
    if take("Zz") {
      guard rest.isEmpty else { return nil }
    } else if let sign = rest.first, sign == 43 || sign == 45 {
      rest = rest.dropFirst()
      guard let hours = number(2) else { return nil }
      _ = take(":")
      guard let minutes = rest.isEmpty ? 0 : number(2), rest.isEmpty else { return nil }
      seconds -= Int64(hours * 3600 + minutes * 60) * (sign == 45 ? -1 : 1)
    } else if rest.elementsEqual("UTC".utf8) {
      rest = []
    }
    return rest.isEmpty ? seconds * 1_000_000 + fraction : nil
  }

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible
  /// low-level date algorithms").
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146097 + dayOfEra - 719468)
  }
}

extension DateText {
  /// Year, month, day, and the seconds of the day.
  private var calendar: (year: Int, month: Int, day: Int, second: Int) {
    let seconds = Int((Double(microseconds) / 1e6).rounded(.down))
    let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    let z = days + 719468
    let era = (z >= 0 ? z : z - 146096) / 146097
    let dayOfEra = z - era * 146097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1, seconds - days * 86400)
  }

  /// A part, in UTC; weeks are those of ISO 8601.
  public func part(_ part: DatePart) -> Int {
    let calendar = calendar
    switch part {
    case .minute: return calendar.second / 60 % 60
    case .hour: return calendar.second / 3600
    case .day: return calendar.day
    case .month: return calendar.month
    case .year: return calendar.year
    case .week: return isoWeek
    }
  }

  private var isoWeek: Int {
    let days = Int((Double(microseconds) / 86400e6).rounded(.down))
    // 1970-01-01 was a Thursday; the week's Thursday decides its year.
    let thursday = days - ((days + 3) % 7 + 7) % 7 + 3
    let year = DateText(microseconds: Int64(thursday) * 86_400_000_000).calendar.year
    return (thursday - Int(DateText.daysSince1970(year, 1, 1))) / 7 + 1
  }

  /// RFC 3339 in UTC, with milliseconds or microseconds as needed: `2026-01-15T10:58:38.756Z`.
  public var text: String {
    let calendar = calendar
    let fraction = Int(((microseconds % 1_000_000) + 1_000_000) % 1_000_000)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let time = [calendar.second / 3600, calendar.second / 60 % 60, calendar.second % 60].map { padded($0, 2) }
    var text = "\(padded(calendar.year, 4))-\(padded(calendar.month, 2))-\(padded(calendar.day, 2))T"
    text += time.joined(separator: ":")
    if fraction % 1000 != 0 { text += "." + padded(fraction, 6) } else { text += "." + padded(fraction / 1000, 3) }
    return text + "Z"
  }
}
