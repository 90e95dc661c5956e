extension KQLValue {
  /// The text that a log has for a column, as a value of its type; null where it is none of that type.
  package init(column text: String, _ type: KQLType) {
    switch type {
    case .string: self = .string(text)
    case .bool: self = KQLValue.bool(named: text).map { .bool($0) } ?? .null(.bool)
    case .int, .long: self = KQLValue.integer(text)
    case .unknown, .dynamic: self = KQLValue(json: text)
    default: self = KQLValue.string(text).converted(to: type)
    }
  }

  /// An object or array that a log has for a column; nil for columns of types that none is of.
  package init?(container json: String, _ type: KQLType) {
    switch type {
    case .dynamic, .unknown: self = KQLValue(json: json)
    case .string: self = .string(KQLValue(json: json).shown)
    default: return nil
    }
  }

  /// Tables in CSV have True and False, and some writers of JSON 1 and 0.
  private static func bool(named text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }

  /// A number with a point counts too, if nothing stands behind that but zeros.
  private static func integer(_ text: String) -> KQLValue {
    if let number = Int64(text) { return .integer(number) }
    guard let real = Double(text), let number = Int64(exactly: real) else { return .null(.long) }
    return .integer(number)
  }
}
