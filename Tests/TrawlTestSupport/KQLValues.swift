import TrawlKQL
import TrawlRows

extension KQLValue {
  var isNull: Bool { if case .null = self { true } else { false } }

  /// What text operators see: `tostring`, JSON for lists and bags.
  var shown: String {
    switch self {
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    case .bag(let members):
      "{" + members.map { KQLValue.string($0.name).json + ":" + $0.value.json }.joined(separator: ",") + "}"
    default: text ?? ""
    }
  }

  private var json: String {
    switch self {
    case .null: "null"
    case .string(let text): JSONValue.string(text).compactText
    case .datetime, .timespan, .guid: JSONValue.string(shown).compactText
    default: shown
    }
  }

  /// A value of a log line as a column of this type holds it; nil if it cannot.
  init?(_ json: JSONValue, _ type: KQLType) {
    switch (type, json) {
    case (.string, .null): self = .string("")
    case (_, .null): self = .null(type)
    case (.string, .string(let text)): self = .string(text)
    case (.int, .number(let digits)), (.long, .number(let digits)):
      guard let number = Int64(digits) else { return nil }
      self = .integer(number)
    case (.real, .number(let digits)):
      guard let number = Double(digits) else { return nil }
      self = .real(number)
    case (.bool, .bool(let value)): self = .bool(value)
    case (.datetime, .string(let text)):
      guard let ticks = KQLTime.datetime(parsing: text) else { return nil }
      self = .datetime(ticks)
    case (.dynamic, .string(let text)):
      self = (try? JSONValue(parsing: text)).map(KQLValue.init) ?? .string(text)
    case (.dynamic, _), (.unknown, _): self.init(json)
    default: return nil
    }
  }

  /// A JSON value as a dynamic one.
  init(_ json: JSONValue) {
    switch json {
    case .null: self = .null(.dynamic)
    case .bool(let value): self = .bool(value)
    case .number(let digits):
      self = Int64(digits).map { .integer($0) } ?? Double(digits).map { .real($0) } ?? .null(.dynamic)
    case .string(let text): self = .string(text)
    case .array(let values): self = .list(values.map { KQLValue($0) })
    case .object(let members): self = .bag(members.map { KQLMember($0.name, KQLValue($0.value)) })
    }
  }

  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// -1, 0 or 1; nil where the two do not compare.
  func order(_ other: KQLValue) -> Int? {
    switch (self, other) {
    case (.integer(let left), .integer(let right)), (.datetime(let left), .datetime(let right)),
      (.timespan(let left), .timespan(let right)):
      return left < right ? -1 : left == right ? 0 : 1
    case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
    case (.string, .string), (.guid, .guid), (.guid, .string), (.string, .guid):
      let (left, right) = (Array(shown.utf8), Array(other.shown.utf8))
      return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    default:
      guard let left = number, let right = other.number else { return nil }
      return left < right ? -1 : left == right ? 0 : left > right ? 1 : nil
    }
  }

  /// The comparison of two values, with KQL's rules for null.
  func compares(_ comparison: KQLComparison, _ other: KQLValue) -> Bool? {
    switch comparison {
    case .equal, .notEqual:
      if isNull, other.isNull { return nil }
      let isEqual = !isNull && !other.isNull && order(other) == 0
      return isEqual == (comparison == .equal)
    case .less: return order(other).map { $0 < 0 }
    case .lessOrEqual: return order(other).map { $0 <= 0 }
    case .greater: return order(other).map { $0 > 0 }
    case .greaterOrEqual: return order(other).map { $0 >= 0 }
    }
  }

  /// A member of a bag, or null.
  func member(_ name: String) -> KQLValue {
    guard case .bag(let members) = self else { return .null(.dynamic) }
    return members.last { Array($0.name.utf8) == Array(name.utf8) }?.value ?? .null(.dynamic)
  }

  /// An element of a list from either end, or of a bag.
  func element(_ index: KQLValue) -> KQLValue {
    if case .string(let name) = index { return member(name) }
    guard case .list(let values) = self, case .integer(let place) = index else { return .null(.dynamic) }
    let at = place < 0 ? Int64(values.count) + place : place
    return at >= 0 && at < Int64(values.count) ? values[Int(at)] : .null(.dynamic)
  }
}
