/// How figures are put into words.
enum Wording {
  /// `1,234,567`
  static func count(_ number: Int) -> String {
    var digits = Array("\(abs(number))".utf8)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(UInt8(ascii: ","), at: place)
      place -= 3
    }
    return (number < 0 ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  /// `1 rule`, `2 rules`
  static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// `795 MB`: three digits or so, powers of ten.
  static func bytes(_ number: Int) -> String { scaled(Double(number), ["bytes", "kB", "MB", "GB", "TB"]) }

  private static func scaled(_ number: Double, _ units: [String]) -> String {
    var (number, unit) = (number, 0)
    while number >= 1000, unit + 1 < units.count {
      number /= 1000
      unit += 1
    }
    return "\(unit == 0 ? "\(Int(number))" : decimal(number)) \(units[unit])"
  }

  /// One digit behind the point below 100.
  static func decimal(_ number: Double) -> String {
    guard number < 99.95 else { return count(Int(number.rounded())) }
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// `32 ms`, `1.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`
  static func duration(_ seconds: Double) -> String {
    if seconds < 0.995 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 10 { return "\(decimal(seconds)) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
