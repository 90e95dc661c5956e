extension KQLFunction {
  /// Functions that make a value one of another type; nil for others.
  func conversion(_ values: [KQLValue]) -> KQLValue? {
    let value = values[0]
    switch self {
    case .tostring: return .string(value.shown)
    case .parseJSON: if case .string(let text) = value { return KQLValue(json: text) } else { return value }
    case .toint, .tolong: return KQLFunction.integer(value)
    case .toReal: return KQLFunction.real(value)
    case .toBool: return KQLFunction.bool(value)
    case .toDatetime: return KQLFunction.datetime(value)
    case .toTimespan: return KQLFunction.timespan(value)
    case .toGuid: return KQLFunction.guid(value.shown).map { .guid($0) } ?? .null(.guid)
    default: return nil
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

  private static func real(_ value: KQLValue) -> KQLValue {
    if let number = value.number { return .real(number) }
    return Double(value.shown).map { .real($0) } ?? .null(.real)
  }

  private static func bool(_ value: KQLValue) -> KQLValue {
    switch value {
    case .bool: return value
    case .integer(let number): return .bool(number != 0)
    case .real(let number): return .bool(number != 0)
    default: break
    }
    switch value.shown.lowercased() {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: return .null(.bool)
    }
  }

  private static func datetime(_ value: KQLValue) -> KQLValue {
    if case .datetime = value { return value }
    return KQLTime.datetime(parsing: value.shown).map { .datetime($0) } ?? .null(.datetime)
  }

  private static func timespan(_ value: KQLValue) -> KQLValue {
    switch value {
    case .timespan: value
    case .string(let text): KQLTime.timespan(parsing: text).map { .timespan($0) } ?? .null(.timespan)
    default: .null(.timespan)
    }
  }

  /// Thirty-two hexadecimal digits in groups of 8, 4, 4, 4 and 12, perhaps in braces.
  private static func guid(_ text: String) -> String? {
    var body = text[...]
    if body.hasPrefix("{"), body.hasSuffix("}") { body = body.dropFirst().dropLast() }
    let groups = body.split(separator: "-", omittingEmptySubsequences: false)
    let isGuid =
      groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && groups.allSatisfy { $0.unicodeScalars.allSatisfy { $0.hexadecimalValue != nil } }
    return isGuid ? body.lowercased() : nil
  }
}
