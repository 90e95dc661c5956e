extension KQLFunction {
  /// Functions of dynamic arrays and bags; nil for others, and where there is no result.
  func list(_ values: [KQLValue]) -> KQLValue? {
    switch self {
    case .strcatArray: return KQLFunction.joinedList(values)
    case .setHasElement: return KQLFunction.contains(values)
    case .arrayIndexOf: return KQLFunction.place(values)
    case .lookup: return KQLFunction.found(values)
    case .bagKeys, .bagHasKey, .bagMerge: return bags(values)
    case .arrayConcat: return KQLFunction.concatenated(values)
    case .setUnion, .setIntersect, .setDifference, .jaccardIndex: return sets(values)
    case .codepointsToString: return KQLFunction.fromCodepoints(values)
    default: break
    }
    guard case .list(let elements) = values[0] else { return nil }
    switch self {
    case .arrayLength: return .integer(Int64(elements.count))
    case .arrayReverse: return .list(elements.reversed())
    case .arraySortAscending: return .list(KQLFunction.sorted(elements, isDescending: false))
    case .arraySortDescending: return .list(KQLFunction.sorted(elements, isDescending: true))
    case .arraySum: return .real(elements.reduce(0) { $0 + ($1.number ?? 0) })
    case .arraySlice: return KQLFunction.slice(elements, values)
    default: return nil
    }
  }

  private static func elements(_ value: KQLValue) -> [KQLValue]? {
    if case .list(let values) = value { values } else { nil }
  }

  private static func joinedList(_ values: [KQLValue]) -> KQLValue {
    joined(elements(values[0])?.map(\.shown) ?? [], values[1].shown)
  }

  private static func contains(_ values: [KQLValue]) -> KQLValue? {
    elements(values[0]).map { .bool($0.contains { $0.compares(.equal, values[1]) == true }) }
  }

  private static func place(_ values: [KQLValue]) -> KQLValue? {
    guard let elements = elements(values[0]) else { return nil }
    return .integer(Int64(elements.firstIndex { $0.compares(.equal, values[1]) == true } ?? -1))
  }

  /// By halving: a table may have a million keys.
  private static func found(_ values: [KQLValue]) -> KQLValue? {
    guard let keys = elements(values[0]), let results = elements(values[1]) else { return nil }
    let key = KQLText.bytes(values[2].shown, isCased: false)
    var (low, high) = (0, min(keys.count, results.count))
    while low < high {
      let middle = (low + high) / 2
      guard case .string(let text) = keys[middle] else { return nil }
      if text.utf8.lexicographicallyPrecedes(key) {
        low = middle + 1
      } else if text.utf8.elementsEqual(key) {
        return results[middle]
      } else {
        high = middle
      }
    }
    return values[3]
  }

  /// From a place to another, both included; negative ones count from the end.
  private static func slice(_ elements: [KQLValue], _ values: [KQLValue]) -> KQLValue? {
    guard var start = integer(values, 1), var end = integer(values, 2) else { return nil }
    if start < 0 { start += elements.count }
    if end < 0 { end += elements.count }
    (start, end) = (max(0, start), min(elements.count - 1, end))
    return .list(start <= end ? Array(elements[start...end]) : [])
  }

  private static func concatenated(_ values: [KQLValue]) -> KQLValue {
    var all: [KQLValue] = []
    for value in values where all.count < mostElements {
      guard let elements = elements(value) else { return .null(.dynamic) }
      all += elements
    }
    return .list(Array(all.prefix(mostElements)))
  }

  /// In the order of values; what does not compare with the others, null too, stays behind them.
  private static func sorted(_ elements: [KQLValue], isDescending: Bool) -> [KQLValue] {
    let known = elements.enumerated().filter { !$0.element.isNull }
    let ordered = known.sorted { left, right in
      let order = rank(left.element, right.element)
      if order == 0 { return left.offset < right.offset }
      return isDescending ? order > 0 : order < 0
    }
    return ordered.map(\.element) + elements.filter(\.isNull)
  }

  /// An order of all values: first by kind, so that it is one.
  private static func rank(_ left: KQLValue, _ right: KQLValue) -> Int {
    let (one, other) = (kind(left), kind(right))
    return one == other ? left.order(right) ?? 0 : one < other ? -1 : 1
  }

  private static func kind(_ value: KQLValue) -> Int {
    switch value {
    case .null: 0
    case .bool: 1
    case .integer: 2
    case .real(let number): number.isNaN ? 3 : 2
    case .datetime: 4
    case .timespan: 5
    case .string, .guid: 6
    case .list: 7
    case .bag: 8
    }
  }

  private static func fromCodepoints(_ values: [KQLValue]) -> KQLValue {
    let numbers = values.flatMap { elements($0) ?? [$0] }
    let scalars = numbers.prefix(mostElements).compactMap { value -> Unicode.Scalar? in
      guard case .integer(let number) = value else { return nil }
      return UInt32(exactly: number).flatMap(Unicode.Scalar.init)
    }
    return .string(String(String.UnicodeScalarView(scalars)))
  }
}

extension KQLFunction {
  /// Sets keep the order in which their members first come; members are equal if their JSON and kind are.
  private func sets(_ values: [KQLValue]) -> KQLValue? {
    var sets: [[KQLValue]] = []
    for value in values {
      guard case .list(let elements) = value else { return nil }
      var seen: Set<[UInt8]> = []
      sets.append(elements.filter { seen.insert($0.key).inserted })
    }
    let others = sets.dropFirst().map { Set($0.map(\.key)) }
    switch self {
    case .setUnion:
      var seen: Set<[UInt8]> = []
      return .list(
        Array(sets.joined().filter { seen.insert($0.key).inserted }.prefix(KQLFunction.mostElements)))
    case .setIntersect: return .list(sets[0].filter { value in others.allSatisfy { $0.contains(value.key) } })
    case .setDifference: return .list(sets[0].filter { value in !others.contains { $0.contains(value.key) } })
    default:
      let common = sets[0].count { others[0].contains($0.key) }
      let all = sets[0].count + sets[1].count - common
      return .real(all == 0 ? .nan : Double(common) / Double(all))
    }
  }

  /// Names and values in turns; of a repeated name the last counts.
  static func bag(_ values: [KQLValue]) -> KQLValue {
    let members = stride(from: 0, to: values.count - 1, by: 2).map {
      KQLMember(values[$0].shown, values[$0 + 1])
    }
    return .bag(KQLMember.lastOfEach(members))
  }

  private func bags(_ values: [KQLValue]) -> KQLValue? {
    if self == .bagMerge { return KQLFunction.merged(values) }
    guard case .bag(let members) = values[0] else { return nil }
    if self == .bagKeys { return .list(members.map { .string($0.name) }) }
    let name = values[1].shown
    return .bool(members.contains { $0.name.utf8.elementsEqual(name.utf8) })
  }

  /// All members; of a repeated name the leftmost counts.
  private static func merged(_ values: [KQLValue]) -> KQLValue {
    var (members, seen) = ([KQLMember](), Set<[UInt8]>())
    for value in values {
      guard case .bag(let others) = value else { continue }
      members += others.filter { seen.insert(Array($0.name.utf8)).inserted }
    }
    return .bag(members)
  }
}

extension KQLValue {
  /// What is equal in sets: the kind of value and its text.
  fileprivate var key: [UInt8] { [isText ? 1 : 0] + Array(shown.utf8) }

  private var isText: Bool { if case .string = self { true } else { false } }
}
