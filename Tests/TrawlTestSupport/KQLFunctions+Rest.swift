import Foundation
import TrawlKQL
import TrawlRows

/// Functions that Foundation has something for, or that are short.
extension KQLFunctions {
  static func applyRest(_ function: KQLFunction, _ values: [KQLValue]) throws -> KQLValue {
    switch function {
    case .trim, .trimStart, .trimEnd: return trimmed(function, values[1].shown, try regex(values[0].shown))
    case .extract: return extract(try regex(values[0].shown), values)
    case .replaceRegex: return replaced(values[0].shown, try regex(values[1].shown), values[2].shown)
    case .base64Decode:
      let data = Data(base64Encoded: values[0].shown)
      return .string(data.flatMap { String(data: $0, encoding: .utf8) } ?? "")
    case .base64Encode: return .string(Data(values[0].shown.utf8).base64EncodedString())
    case .reverse: return .string(String(String.UnicodeScalarView(values[0].shown.unicodeScalars.reversed())))
    case .strcatDelim:
      return .string(values.dropFirst().map(\.shown).joined(separator: values[0].shown))
    case .strcatArray:
      guard case .list(let list) = values[0] else { return .string("") }
      return .string(list.map(\.shown).joined(separator: values[1].shown))
    case .strcmp:
      let (left, right) = (Array(values[0].shown.utf8), Array(values[1].shown.utf8))
      return .integer(left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1)
    case .minOf, .maxOf: return extreme(function, values)
    case .binaryAnd, .binaryOr, .binaryXor: return bits(function, values)
    case .datetimeDiff: return KQLCalendar.difference(values)
    case .formatDatetime: return KQLCalendar.formatted(values)
    case .setUnion, .setIntersect, .setDifference: return sets(function, values)
    case .bagPack: return bag(values)
    case .bagKeys:
      guard case .bag(let members) = values[0] else { return .null(.dynamic) }
      return .list(members.map { .string($0.name) })
    default: throw KQLUnsupported(what: function.rawValue)
    }
  }

  private static func regex(_ source: String) throws -> NSRegularExpression {
    guard let translated = KQLSyntax.translated(source) else { throw KQLUnsupported(what: source) }
    return try NSRegularExpression(pattern: translated.pattern, options: [])
  }

  private static func range(_ text: String) -> NSRange { NSRange(text.startIndex..., in: text) }

  private static func text(_ range: NSRange, _ text: String) -> String {
    Range(range, in: text).map { String(text[$0]) } ?? ""
  }

  private static func extract(_ regex: NSRegularExpression, _ values: [KQLValue]) -> KQLValue {
    let whole = values[2].shown
    guard case .integer(let group) = values[1], let match = regex.firstMatch(in: whole, range: range(whole)),
      group >= 0, group < match.numberOfRanges
    else { return .string("") }
    return .string(text(match.range(at: Int(group)), whole))
  }

  private static func replaced(_ whole: String, _ regex: NSRegularExpression, _ by: String) -> KQLValue {
    var (result, end) = ("", whole.startIndex)
    for match in regex.matches(in: whole, range: range(whole)) {
      guard let place = Range(match.range, in: whole) else { continue }
      result += whole[end..<place.lowerBound]
      result += by.replacing("\\1", with: match.numberOfRanges > 1 ? text(match.range(at: 1), whole) : "")
      end = place.upperBound
    }
    return .string(result + whole[end...])
  }

  private static func trimmed(
    _ function: KQLFunction, _ whole: String, _ regex: NSRegularExpression
  ) -> KQLValue {
    var rest = whole
    if function != .trimEnd,
      let match = try? NSRegularExpression(pattern: "^(?:\(regex.pattern))").firstMatch(
        in: rest, range: range(rest)), let place = Range(match.range, in: rest)
    {
      rest = String(rest[place.upperBound...])
    }
    if function != .trimStart,
      let match = try? NSRegularExpression(pattern: "(?:\(regex.pattern))\\z").firstMatch(
        in: rest, range: range(rest)), let place = Range(match.range, in: rest)
    {
      rest = String(rest[..<place.lowerBound])
    }
    return .string(rest)
  }

  private static func extreme(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue {
    let known = values.filter { !$0.isNull }
    guard var best = known.first else { return .null(values[0].type) }
    for value in known where value.order(best) == (function == .minOf ? -1 : 1) { best = value }
    return best
  }

  private static func bits(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue {
    guard case .integer(let left) = values[0], case .integer(let right) = values[1] else {
      return .null(.long)
    }
    switch function {
    case .binaryAnd: return .integer(left & right)
    case .binaryOr: return .integer(left | right)
    default: return .integer(left ^ right)
    }
  }

  /// Members are equal if their kinds and texts are.
  private static func sets(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue {
    let lists = values.compactMap { value -> [KQLValue]? in
      if case .list(let list) = value { list } else { nil }
    }
    guard lists.count == values.count else { return .null(.dynamic) }
    let chosen =
      switch function {
      case .setUnion: lists.flatMap(\.self)
      case .setIntersect: lists[0].filter { value in lists.dropFirst().allSatisfy { $0.contains(value) } }
      default: lists[0].filter { value in !lists.dropFirst().contains { $0.contains(value) } }
      }
    var result: [KQLValue] = []
    for value in chosen where !result.contains(value) { result.append(value) }
    return .list(result)
  }

  private static func bag(_ values: [KQLValue]) -> KQLValue {
    var members: [KQLMember] = []
    for at in stride(from: 0, to: values.count - 1, by: 2) {
      members.removeAll { $0.name == values[at].shown }
      members.append(KQLMember(values[at].shown, values[at + 1]))
    }
    return .bag(members)
  }
}

/// Times by Foundation's calendar, for years behind 1582.
enum KQLCalendar {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
    calendar.firstWeekday = 1
    return calendar
  }()
  private static let epoch: Int64 = 621_355_968_000_000_000

  private static func date(_ ticks: Int64) -> Date {
    Date(timeIntervalSince1970: Double((ticks - epoch) / 10_000_000))
  }

  static func start(_ ticks: Int64, _ parts: Set<Calendar.Component>) -> KQLValue {
    let start = calendar.date(from: calendar.dateComponents(parts, from: date(ticks)))
    guard let start else { return .null(.datetime) }
    return .datetime(Int64(start.timeIntervalSince1970) * 10_000_000 + epoch)
  }

  private static let units: [String: Calendar.Component] = [
    "year": .year, "month": .month, "day": .day, "hour": .hour, "minute": .minute, "second": .second,
    "week": .weekOfYear,
  ]

  /// Between the beginnings of the units in which the two lie.
  static func difference(_ values: [KQLValue]) -> KQLValue {
    guard case .datetime(let left) = values[1], case .datetime(let right) = values[2],
      let unit = units[values[0].shown], let one = calendar.dateInterval(of: unit, for: date(left))?.start,
      let other = calendar.dateInterval(of: unit, for: date(right))?.start
    else { return .null(.long) }
    let parts = calendar.dateComponents([unit], from: other, to: one)
    return .integer(Int64(parts.value(for: unit) ?? 0))
  }

  /// Of formats with whole seconds only.
  static func formatted(_ values: [KQLValue]) -> KQLValue {
    guard case .datetime(let ticks) = values[0] else { return .string("") }
    let formatter = DateFormatter()
    formatter.calendar = calendar
    formatter.timeZone = calendar.timeZone
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = values[1].shown.replacing("tt", with: "a")
    return .string(formatter.string(from: date(ticks)))
  }
}
