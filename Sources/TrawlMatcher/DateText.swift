/// A part of a date and time that rules ask for.
public enum DatePart: UInt8, Sendable {
  case minute, hour, day, week, month, year
}

/// A date and time as logs spell it, in UTC.
public struct DateText: Sendable, Hashable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Parses `YYYY-MM-DD` with `T` or a blank and `HH:MM[:SS[.fraction]]`, and `Z` or an offset; UTC without one. Decimal
  /// digits alone are seconds, milliseconds, microseconds or nanoseconds since 1970, whichever is near our time.
  public init?(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    guard let value = unsafe bytes.withUnsafeBufferPointer({ unsafe DateText.parse($0) }) else { return nil }
    microseconds = value
  }

  /// As above, of bytes in memory.
  @unsafe
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let value = unsafe DateText.parse(bytes) else { return nil }
    microseconds = value
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.count >= 8, bytes.count <= 64 else { return nil }
    if unsafe isSeparator(bytes[4]) { return unsafe calendar(bytes) }
    return unsafe epoch(bytes)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
  }

  private static func epoch(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard unsafe bytes.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == 46 }),
      let value = unsafe Double(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    switch value {
    case 1e8..<1e11: return Int64((value * 1e6).rounded())
    case 1e11..<1e14: return Int64((value * 1e3).rounded())
    case 1e14..<1e17: return Int64(value)
    case 1e17..<1e19: return Int64(value / 1e3)
    default: return nil
    }
  }

  private static func calendar(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    var reader = unsafe DateReader(bytes: bytes)
    guard let year = reader.number(4), reader.take("-", "/"), let month = reader.number(2),
      reader.take("-", "/"),
      let day = reader.number(2), isDay(year, month, day)
    else { return nil }
    var microseconds = daysSince1970(year, month, day) * 86_400_000_000
    if !reader.isAtEnd {
      guard reader.take("T", "t") || reader.take(" ", " "), let time = reader.time() else { return nil }
      microseconds += time
    }
    guard let offset = reader.offset(), reader.isAtEnd else { return nil }
    return microseconds - offset
  }

  private static func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    guard year >= 1, (1...12).contains(month), day >= 1 else { return false }
    if month == 2 {
      return day <= (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28)
    }
    return day <= ([4, 6, 9, 11].contains(month) ? 30 : 31)
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
    let seconds = Int(microseconds).dividedDown(by: 1_000_000)
    let days = seconds.dividedDown(by: 86400)
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
    let days = Int(microseconds).dividedDown(by: 86_400_000_000)
    // 1970-01-01 was a Thursday; the week's Thursday decides its year.
    let thursday = days - ((days + 3) % 7 + 7) % 7 + 3
    let year = DateText(microseconds: Int64(thursday) * 86_400_000_000).calendar.year
    return (thursday - Int(DateText.daysSince1970(year, 1, 1))) / 7 + 1
  }

  /// RFC 3339 in UTC, with milliseconds or microseconds as needed: `2026-01-15T10:58:38.756Z`.
  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text.
  public func append(to bytes: inout [UInt8]) {
    let calendar = calendar
    let fraction = Int(((microseconds % 1_000_000) + 1_000_000) % 1_000_000)
    let isExact = fraction % 1000 == 0
    let form: StaticString = isExact ? "0000-00-00T00:00:00.000Z" : "0000-00-00T00:00:00.000000Z"
    let start = bytes.count
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: form.utf8Start, count: form.utf8CodeUnitCount))
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      /// Writes a number's digits, the last of them at a place.
      func put(_ value: Int, endingAt place: Int, _ digits: Int) {
        var value = value
        for index in 0..<digits {
          unsafe bytes[start + place - index] = UInt8(48 + value % 10)
          value /= 10
        }
      }
      put(min(max(calendar.year, 0), 9999), endingAt: 3, 4)
      put(calendar.month, endingAt: 6, 2)
      put(calendar.day, endingAt: 9, 2)
      put(calendar.second / 3600, endingAt: 12, 2)
      put(calendar.second / 60 % 60, endingAt: 15, 2)
      put(calendar.second % 60, endingAt: 18, 2)
      put(isExact ? fraction / 1000 : fraction, endingAt: isExact ? 22 : 25, isExact ? 3 : 6)
    }
  }
}

/// Reads the parts of a date, one after the other.
@safe
private struct DateReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0

  var isAtEnd: Bool { unsafe index == bytes.count }

  /// A number of so many digits.
  mutating func number(_ digits: Int) -> Int? {
    guard unsafe index + digits <= bytes.count else { return nil }
    var value = 0
    for place in index..<(index + digits) {
      let digit = unsafe bytes[place] &- 48
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    index += digits
    return value
  }

  /// Takes either of two characters, if one is next.
  mutating func take(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    guard unsafe index < bytes.count,
      unsafe bytes[index] == UInt8(ascii: first) || bytes[index] == UInt8(ascii: second)
    else {
      return false
    }
    index += 1
    return true
  }

  /// `HH:MM[:SS[.fraction]]` in microseconds; a leap second counts as the next minute's first.
  mutating func time() -> Int64? {
    guard let hour = number(2), take(":", ":"), let minute = number(2), hour < 24, minute < 60 else {
      return nil
    }
    var microseconds = Int64(hour * 3600 + minute * 60) * 1_000_000
    guard take(":", ":") else { return microseconds }
    guard let second = number(2), second <= 60 else { return nil }
    microseconds += Int64(second) * 1_000_000
    guard take(".", ",") else { return microseconds }
    var scale: Int64 = 100_000
    while let digit = number(1) {
      microseconds += Int64(digit) * scale
      scale /= 10
    }
    return microseconds
  }

  /// `Z`, `UTC`, an offset from UTC or nothing, in microseconds.
  mutating func offset() -> Int64? {
    _ = take(" ", " ")
    if isAtEnd || take("Z", "z") { return 0 }
    if take("U", "U") { return take("T", "T") && take("C", "C") ? 0 : nil }
    let isNegative = take("-", "-")
    guard isNegative || take("+", "+"), let hours = number(2) else { return nil }
    _ = take(":", ":")
    guard let minutes = isAtEnd ? 0 : number(2) else { return nil }
    let offset = Int64(hours * 3600 + minutes * 60) * 1_000_000
    return isNegative ? -offset : offset
  }
}

extension Int {
  /// The greatest integer that is no greater than the quotient.
  fileprivate func dividedDown(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}
