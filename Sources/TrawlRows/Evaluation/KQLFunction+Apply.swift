extension KQLFunction {
  /// Texts that functions put together are cut at so many bytes, which is far beyond what a log's field holds.
  static let longestText = 4 << 20
  /// Elements of a list that a function makes; Kusto's own limit of lists.
  static let mostElements = 1 << 20

  /// The function of values; null of its type where they are none that it takes.
  package func apply(_ values: [KQLValue]) -> KQLValue {
    guard arity.contains(values.count) else { return null(values) }
    switch self {
    case .now: return .null(.datetime)
    case .packArray: return .list(values)
    case .bagPack: return KQLFunction.bag(values)
    case .add, .subtract, .multiply, .divide, .modulo: return arithmetic(values[0], values[1]) ?? null(values)
    case .iff, .choose: return choice(values)
    case .coalesce: return values.first { !$0.isEmpty } ?? values[values.count - 1]
    case .ipv4IsPrivate, .ipv4IsInRange, .ipv4IsInAnyRange, .ipv4IsMatch, .ipv4Compare, .hasIPv4, .hasAnyIPv4,
      .hasIPv4Prefix, .hasAnyIPv4Prefix:
      return addresses(values) ?? null(values)
    default:
      return conversion(values) ?? text(values) ?? expression(values) ?? time(values) ?? number(values)
        ?? list(values) ?? part(values) ?? null(values)
    }
  }

  /// Null of the function's type; "" for a text.
  private func null(_ values: [KQLValue]) -> KQLValue {
    let type = type(of: values.map { .constant($0) })
    return type.absent
  }

  private func choice(_ values: [KQLValue]) -> KQLValue {
    var place = 0
    while place + 1 < values.count {
      if values[place] == .bool(true) { return values[place + 1] }
      place += 2
    }
    return values[values.count - 1]
  }
}
