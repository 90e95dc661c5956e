extension KQLTime {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// The instant of a text: ISO 8601 (parts may be missing from the right), RFC 822 or RFC 850; UTC unless it says
  /// otherwise. Nil if it is none.
  public static func datetime(parsing text: some StringProtocol) -> Int64? {
    let words = text.split { $0 == " " || $0 == "," }.map { String($0) }
    guard let first = words.first else { return nil }
    let namesMonth = first.first?.isLetter == true || words.count > 1 && words[1].first?.isLetter == true
    return namesMonth ? rfc(words) : iso(first, Array(words[1...]))
  }

  private static func iso(_ first: String, _ rest: [String]) -> Int64? {
    let halves = first.split(maxSplits: 1, whereSeparator: { $0 == "T" || $0 == "t" }).map(String.init)
    guard rest.count + halves.count <= 3, let dateText = halves.first else { return nil }
    let date = dateText.split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
    guard (1...3).contains(date.count), !date.contains(nil), dateText.prefix(while: { $0 != "-" }).count == 4
    else { return nil }
    let parts = date.compactMap(\.self) + [1, 1]
    let clock = (halves.dropFirst() + rest).joined()
    guard !clock.isEmpty else { return datetime(parts[0], parts[1], parts[2]) }
    return instant(parts[0], parts[1], parts[2], clock: clock)
  }

  /// `Sat, 8 Nov 14 15:05:02 GMT` or `Saturday, 08-Nov-14 15:05:02 UTC`.
  private static func rfc(_ words: [String]) -> Int64? {
    var parts = words.flatMap { $0.split(separator: "-").map(String.init) }
    if parts.first?.first?.isLetter == true { parts.removeFirst() }
    guard parts.count >= 3, let day = number(parts[0]), var year = number(parts[2]),
      let month = months.firstIndex(of: parts[1].prefix(3).lowercased())
    else { return nil }
    if year < 100 { year += year < 50 ? 2000 : 1900 }
    if parts.count == 3 { return datetime(year, month + 1, day) }
    let zone = parts.dropFirst(4).joined()
    guard ["", "GMT", "UTC", "Z"].contains(zone) else { return nil }
    return instant(year, month + 1, day, clock: parts[3])
  }

  /// A day and `hh[:mm[:ss[.fffffff]]]` with `Z` or an offset.
  private static func instant(_ year: Int, _ month: Int, _ day: Int, clock: String) -> Int64? {
    var body = clock[...]
    var offset: Int64 = 0
    if body.last == "Z" || body.last == "z" {
      body.removeLast()
    } else if let sign = body.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let digits = body[body.index(after: sign)...].filter { $0 != ":" }
      guard digits.utf8.count == 4, let value = number(digits) else { return nil }
      offset = Int64(value / 100 * 60 + value % 100) * 60 * second * (body[sign] == "-" ? -1 : 1)
      body = body[..<sign]
    }
    let pieces = body.split(separator: ".", omittingEmptySubsequences: false)
    let times = pieces[0].split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
    guard pieces.count <= 2, (1...3).contains(times.count), !times.contains(nil),
      let fraction = pieces.count == 2 ? fraction(pieces[1]) : 0
    else { return nil }
    let parts = times.compactMap(\.self) + [0, 0]
    let local = datetime(
      year, month, day, hour: parts[0], minute: parts[1], second: parts[2], fraction: fraction)
    guard let local, (0..<end).contains(local - offset) else { return nil }
    return local - offset
  }

  /// Ticks of the digits behind a point; those beyond the seventh are cut.
  private static func fraction(_ digits: some StringProtocol) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    let seven = String(digits.prefix(7))
    return Int64(seven + String(repeating: "0", count: 7 - seven.count))
  }

  /// Up to five digits, nothing else.
  private static func number(_ digits: some StringProtocol) -> Int? {
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return Int(digits)
  }
}

extension KQLTime {
  /// Ticks of a unit by the names that literals may have.
  package static func ticks(ofUnit name: some StringProtocol) -> Double? {
    switch name {
    case "d", "day", "days": 864_000_000_000
    case "h", "hr", "hrs", "hour", "hours": 36_000_000_000
    case "m", "min", "minute", "minutes": 600_000_000
    case "s", "sec", "second", "seconds": 10_000_000
    case "ms", "milli", "millis", "millisec", "millisecond", "milliseconds": 10_000
    case "micro", "micros", "microsec", "microsecond", "microseconds": 10
    case "nano", "nanos", "nanosec", "nanosecond", "nanoseconds": 0.01
    case "tick", "ticks": 1
    default: nil
    }
  }

  /// A number of ticks, nil beyond 64 bits.
  package static func ticks(_ count: Double) -> Int64? { Int64(exactly: count.rounded(.towardZero)) }

  /// `2` (days), `15 seconds`, `0.12:34:56.7`.
  package static func timespan(parsing text: some StringProtocol) -> Int64? {
    let body = String(text).filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
    if body.contains(":") { return clockSpan(body) }
    let number = body.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    let unit = body.dropFirst(number.count)
    guard let count = Double(number), let size = ticks(ofUnit: unit.isEmpty ? "d" : unit.lowercased()) else {
      return nil
    }
    return ticks(count * size)
  }

  /// `[-][d.]hh:mm[:ss[.fffffff]]`
  private static func clockSpan(_ text: String) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ":", omittingEmptySubsequences: false)
    let head = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { number($0) }
    guard (2...3).contains(parts.count), (1...2).contains(head.count), !head.contains(nil),
      let minutes = number(parts[1])
    else { return nil }
    let whole = head.compactMap(\.self)
    let days = whole.count == 2 ? whole[0] : 0
    var ticks = Int64(days) * day + Int64(whole[whole.count - 1] * 3600 + minutes * 60) * second
    if parts.count == 3 {
      let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard seconds.count <= 2, let count = number(seconds[0]),
        let fraction = seconds.count == 2 ? fraction(seconds[1]) : 0
      else { return nil }
      ticks += Int64(count) * second + fraction
    }
    return isNegative ? -ticks : ticks
  }
}
