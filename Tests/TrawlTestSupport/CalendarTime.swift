import Foundation
import TrawlRules

/// A date and time of a log, in UTC.
struct CalendarTime {
  private var date: Date

  /// `2026-08-05T10:11:12.123Z` and the like: `T` or a blank between, seconds and fraction optional, `Z`, an offset or
  /// nothing (UTC) behind. The date alone is midnight. Digits alone count the time since 1970.
  init?(_ text: String) {
    if let date = Self.epoch(text) {
      self.date = date
      return
    }
    let form =
      /(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: ?(?:([Zz])|([+-])(\d\d):?(\d\d)))?)?/
    guard let match = try? form.asciiOnlyDigits().wholeMatch(in: text)?.output else { return nil }
    func number(_ part: Substring?) -> Int { part.flatMap { Int($0) } ?? 0 }
    var parts = DateComponents()
    (parts.year, parts.month, parts.day) = (number(match.1), number(match.2), number(match.3))
    (parts.hour, parts.minute, parts.second) = (number(match.4), number(match.5), number(match.6))
    guard (1...12).contains(parts.month!), (1...31).contains(parts.day!), parts.hour! < 24,
      parts.minute! < 60,
      parts.second! <= 60, parts.year! > 0, let date = Self.calendar.date(from: parts),
      Self.calendar.component(.day, from: date) == parts.day || parts.second == 60,
      number(match.9) < 24, number(match.10) < 60
    else { return nil }
    let offset = (number(match.9) * 60 + number(match.10)) * 60
    self.date = date.addingTimeInterval(match.8 == "-" ? Double(offset) : -Double(offset))
  }

  /// In seconds, or thousandth, millionth or billionth parts of them, whichever is near our time.
  private static func epoch(_ text: String) -> Date? {
    guard text.utf8.allSatisfy("0123456789.".utf8.contains), let number = Double(text) else { return nil }
    let scales = [(1e8..<1e11, 1.0), (1e11..<1e14, 1e3), (1e14..<1e17, 1e6), (1e17..<1e19, 1e9)]
    return scales.first { $0.0.contains(number) }.map { Date(timeIntervalSince1970: number / $0.1) }
  }

  func value(of part: TimePart) -> Int {
    switch part {
    case .minute: Self.calendar.component(.minute, from: date)
    case .hour: Self.calendar.component(.hour, from: date)
    case .day: Self.calendar.component(.day, from: date)
    case .week: Self.calendar.component(.weekOfYear, from: date)
    case .month: Self.calendar.component(.month, from: date)
    case .year: Self.calendar.component(.year, from: date)
    }
  }

  /// Weeks are those of ISO 8601; the other parts are those of the Gregorian calendar.
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    return calendar
  }()
}
