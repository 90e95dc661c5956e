import Foundation
import TrawlKQL
import TrawlRows

/// The reference does not know this.
struct KQLUnsupported: Error {
  var what: String
}

/// Scalar functions of KQL on values, by the words of their documentation.
enum KQLFunctions {
  static func apply(_ function: KQLFunction, _ values: [KQLValue]) throws -> KQLValue {
    switch function {
    case .add, .subtract, .multiply, .divide, .modulo: arithmetic(function, values[0], values[1])
    case .tolower: .string(values[0].shown.lowercased())
    case .toupper: .string(values[0].shown.uppercased())
    case .tostring: .string(values[0].shown)
    case .strcat: .string(values.map(\.shown).joined())
    case .strlen: .integer(Int64(values[0].shown.unicodeScalars.count))
    case .stringSize: .integer(Int64(values[0].shown.utf8.count))
    case .parseJSON: parsed(values[0])
    case .iff: values[0] == .bool(true) ? values[1] : values[2]
    case .choose: choose(values)
    case .coalesce: values.first { !$0.isNull && $0 != .string("") } ?? values[values.count - 1]
    case .packArray: .list(values)
    case .arrayLength: length(values[0])
    case .setHasElement: contains(values[0], values[1])
    case .arrayIndexOf:
      if case .list = values[0] {
        .integer(Int64(index(of: values[1], in: values[0])))
      } else {
        .null(.long)
      }
    case .abs: absolute(values[0])
    case .now: throw KQLUnsupported(what: "now")
    default: try applyText(function, values)
    }
  }

  private static func applyText(_ function: KQLFunction, _ values: [KQLValue]) throws -> KQLValue {
    switch function {
    case .toint, .tolong: integer(values[0])
    case .toReal:
      values[0].number.map { .real($0) } ?? Double(values[0].shown).map { .real($0) } ?? .null(.real)
    case .toBool: boolean(values[0])
    case .toDatetime: datetime(values[0])
    case .substring: substring(values)
    case .split: split(values)
    case .indexof: .integer(Int64(indexOf(values[1].shown, in: values[0].shown)))
    case .countof: .integer(Int64(countof(values)))
    case .replaceString: .string(values[0].shown.replacing(values[1].shown, with: values[2].shown))
    case .bin, .startOfDay, .startOfMonth, .startOfYear, .hourOfDay, .dayOfWeek: time(function, values)
    case .ipv4IsPrivate, .ipv4IsInRange, .ipv4IsInAnyRange, .ipv4IsMatch, .ipv4Compare, .hasIPv4, .hasAnyIPv4,
      .hasIPv4Prefix, .hasAnyIPv4Prefix:
      KQLAddresses.apply(function, values)
    default: try applyRest(function, values)
    }
  }

  /// Occurrences may overlap.
  private static func countof(_ values: [KQLValue]) -> Int {
    let (text, needle) = (Array(values[0].shown.utf8), Array(values[1].shown.utf8))
    if needle.isEmpty { return 0 }
    return text.indices.count { text[$0...].starts(with: needle) }
  }

  private static func choose(_ values: [KQLValue]) -> KQLValue {
    for at in stride(from: 0, to: values.count - 1, by: 2) where values[at] == .bool(true) {
      return values[at + 1]
    }
    return values[values.count - 1]
  }

  private static func parsed(_ value: KQLValue) -> KQLValue {
    guard case .string(let text) = value else { return value }
    if text.isEmpty { return .null(.dynamic) }
    return (try? JSONValue(parsing: text)).map { KQLValue($0) } ?? .string(text)
  }

  private static func length(_ value: KQLValue) -> KQLValue {
    if case .list(let values) = value { .integer(Int64(values.count)) } else { .null(.long) }
  }

  static func index(of value: KQLValue, in list: KQLValue) -> Int {
    guard case .list(let values) = list else { return -1 }
    return values.firstIndex { $0.compares(.equal, value) == true } ?? -1
  }

  private static func contains(_ list: KQLValue, _ value: KQLValue) -> KQLValue {
    guard case .list = list else { return .null(.bool) }
    return .bool(index(of: value, in: list) >= 0)
  }

  private static func absolute(_ value: KQLValue) -> KQLValue {
    switch value {
    case .integer(let number): .integer(number < 0 ? 0 &- number : number)
    case .timespan(let ticks): .timespan(ticks < 0 ? 0 &- ticks : ticks)
    case .real(let number): .real(Swift.abs(number))
    default: .null(.real)
    }
  }

  private static func integer(_ value: KQLValue) -> KQLValue {
    switch value {
    case .integer: value
    case .bool(let truth): .integer(truth ? 1 : 0)
    case .real(let number): Int64(exactly: number.rounded(.towardZero)).map { .integer($0) } ?? .null(.long)
    case .timespan(let ticks): .integer(ticks)
    default: Int64(value.shown).map { .integer($0) } ?? .null(.long)
    }
  }

  private static func boolean(_ value: KQLValue) -> KQLValue {
    switch value {
    case .bool: value
    case .integer(let number): .bool(number != 0)
    case .real(let number): .bool(number != 0)
    default: ["true": .bool(true), "false": .bool(false)][value.shown.lowercased()] ?? .null(.bool)
    }
  }

  private static func datetime(_ value: KQLValue) -> KQLValue {
    if case .datetime = value { return value }
    return KQLTime.datetime(parsing: value.shown).map { .datetime($0) } ?? .null(.datetime)
  }

  private static func substring(_ values: [KQLValue]) -> KQLValue {
    guard case .integer(let place) = values[1] else { return .string("") }
    let scalars = values[0].shown.unicodeScalars
    let start = place < 0 ? Int64(scalars.count) + place : place
    let rest = scalars.dropFirst(Int(max(0, start)))
    guard values.count > 2, case .integer(let length) = values[2] else { return .string(String(rest)) }
    return .string(String(String.UnicodeScalarView(rest.prefix(Int(max(0, length))))))
  }

  private static func split(_ values: [KQLValue]) -> KQLValue {
    let parts = values[0].shown.components(separatedBy: values[1].shown).map { KQLValue.string($0) }
    guard values.count > 2 else { return .list(parts) }
    let element = KQLValue.list(parts).element(values[2])
    return .list(element.isNull ? [] : [element])
  }

  private static func indexOf(_ needle: String, in text: String) -> Int {
    guard let found = text.range(of: needle, options: .literal) else { return needle.isEmpty ? 0 : -1 }
    return text.unicodeScalars.distance(from: text.startIndex, to: found.lowerBound)
  }

  private static func arithmetic(_ function: KQLFunction, _ left: KQLValue, _ right: KQLValue) -> KQLValue {
    let type = KQLOperand.call(function, [.constant(left), .constant(right)]).type
    if let (one, other) = ticks(left, right) {
      switch function {
      case .add: return time(one &+ other, type)
      case .subtract: return time(one &- other, type)
      case .divide where type == .real: return .real(Double(one) / Double(other))
      case .modulo where type == .timespan:
        return other == 0 || other == -1 ? .null(type) : .timespan(one % other)
      default: return .null(type)
      }
    }
    if let product = product(function, left, right) { return product }
    if case .integer(let one) = left, case .integer(let other) = right {
      return integers(function, one, other)
    }
    guard let one = left.number, let other = right.number else { return .null(type) }
    switch function {
    case .add: return .real(one + other)
    case .subtract: return .real(one - other)
    case .multiply: return .real(one * other)
    case .divide: return .real(one / other)
    default: return .null(.real)
    }
  }

  private static func time(_ ticks: Int64, _ type: KQLType) -> KQLValue {
    guard type == .datetime else { return type == .timespan ? .timespan(ticks) : .null(type) }
    return (0..<3_155_378_976_000_000_000).contains(ticks) ? .datetime(ticks) : .null(type)
  }

  /// A span and a whole number.
  private static func product(_ function: KQLFunction, _ left: KQLValue, _ right: KQLValue) -> KQLValue? {
    switch (function, left, right) {
    case (.multiply, .timespan(let one), .integer(let other)),
      (.multiply, .integer(let one), .timespan(let other)):
      .timespan(one &* other)
    case (.divide, .timespan(let one), .integer(let other)):
      other == 0 || other == -1 ? .null(.timespan) : .timespan(one / other)
    default: nil
    }
  }

  private static func ticks(_ left: KQLValue, _ right: KQLValue) -> (Int64, Int64)? {
    func ticks(_ value: KQLValue) -> Int64? {
      switch value {
      case .datetime(let ticks), .timespan(let ticks): ticks
      default: nil
      }
    }
    guard let left = ticks(left), let right = ticks(right) else { return nil }
    return (left, right)
  }

  private static func integers(_ function: KQLFunction, _ left: Int64, _ right: Int64) -> KQLValue {
    switch function {
    case .add: .integer(left &+ right)
    case .subtract: .integer(left &- right)
    case .multiply: .integer(left &* right)
    case .divide: right == 0 || right == -1 && left == .min ? .null(.long) : .integer(left / right)
    default: right == 0 || right == -1 && left == .min ? .null(.long) : .integer(left % right)
    }
  }

  private static func time(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue {
    let day: Int64 = 864_000_000_000
    switch (function, values[0]) {
    case (.bin, .integer(let number)):
      guard case .integer(let width) = values[1], width > 0 else { return .null(.long) }
      return .integer(number - (number % width + width) % width)
    case (.bin, .datetime(let ticks)):
      guard case .timespan(let width) = values[1], width > 0 else { return .null(.datetime) }
      return .datetime(ticks - ticks % width)
    case (.bin, .timespan(let ticks)):
      guard case .timespan(let width) = values[1], width > 0 else { return .null(.timespan) }
      return .timespan(ticks - (ticks % width + width) % width)
    case (.startOfMonth, .datetime(let ticks)), (.startOfYear, .datetime(let ticks)):
      return KQLCalendar.start(ticks, function == .startOfMonth ? [.year, .month] : [.year])
    case (.startOfDay, .datetime(let ticks)): return .datetime(ticks - ticks % day)
    case (.hourOfDay, .datetime(let ticks)): return .integer(ticks % day / (day / 24))
    case (.dayOfWeek, .datetime(let ticks)): return .timespan((ticks / day + 1) % 7 * day)
    default: return .null(KQLOperand.call(function, values.map { .constant($0) }).type)
    }
  }
}
