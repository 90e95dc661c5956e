extension KQLFunction {
  /// Functions with regular expressions; nil for others.
  func expression(_ values: [KQLValue]) -> KQLValue? {
    switch self {
    case .extract: return KQLFunction.extract(values)
    case .extractAll: return KQLFunction.extractAll(values)
    case .replaceRegex: return KQLFunction.replaceExpression(values)
    case .countof: return KQLFunction.countof(values)
    case .trim, .trimStart, .trimEnd: return trimmed(values)
    default: return nil
    }
  }

  private static func text(_ range: Range<Int>?, _ bytes: [UInt8]) -> String {
    range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
  }

  /// `extract(expression, group, text, typeof(long))`: the text of a group of the first match.
  private static func extract(_ values: [KQLValue]) -> KQLValue {
    let bytes = Array(values[2].shown.utf8)
    var found = ""
    if let match = compiled(values[0])?.match(bytes, from: 0), let group = integer(values, 1),
      match.indices.contains(group)
    {
      found = text(match[group], bytes)
    }
    return KQLValue.string(found).converted(toTypeNamed: values, 3)
  }

  private static func compiled(_ value: KQLValue) -> CompiledExpression? {
    KQLExpressions.compiled(value.shown)
  }

  /// All matches: their group if there is one, lists of their groups if there are several; null where nothing matches.
  private static func extractAll(_ values: [KQLValue]) -> KQLValue {
    let bytes = Array(values[values.count - 1].shown.utf8)
    let matches = compiled(values[0])?.matches(bytes, limit: mostElements) ?? []
    if matches.isEmpty { return .null(.dynamic) }
    var wanted: [Int]?
    if values.count > 2, case .list(let groups) = values[1] {
      wanted = groups.compactMap {
        if case .integer(let group) = $0 { Int(truncatingIfNeeded: group) } else { nil }
      }
    }
    return .list(
      matches.map { match in
        let all = match.count > 1 ? Array(1..<match.count) : [0]
        let texts = (wanted ?? all).filter(match.indices.contains).map { text(match[$0], bytes) }
        let isSingle = texts.count == 1 && all.count == 1
        return isSingle ? .string(texts[0]) : .list(texts.map { .string($0) })
      })
  }

  /// Each match is replaced; `\1` and `$1` in the replacement stand for groups.
  private static func replaceExpression(_ values: [KQLValue]) -> KQLValue {
    let bytes = Array(values[0].shown.utf8)
    guard let expression = compiled(values[1]) else { return .string(values[0].shown) }
    let replacement = Array(values[2].shown.utf8)
    var (result, start) = ([UInt8](), 0)
    for match in expression.matches(bytes, limit: mostElements) {
      guard let whole = match[0], result.count <= longestText else { break }
      result += bytes[start..<whole.lowerBound]
      append(replacement, match, bytes, to: &result)
      start = whole.upperBound
    }
    return .string(cut(result + bytes[start...]))
  }

  private static func append(
    _ replacement: [UInt8], _ match: [Range<Int>?], _ bytes: [UInt8], to result: inout [UInt8]
  ) {
    var at = 0
    while at < replacement.count {
      let isSign = replacement[at] == UInt8(ascii: "\\") || replacement[at] == UInt8(ascii: "$")
      if isSign, at + 1 < replacement.count, (0x30...0x39).contains(replacement[at + 1]) {
        let group = Int(replacement[at + 1] - 0x30)
        if match.indices.contains(group), let range = match[group] { result += bytes[range] }
        at += 2
      } else if isSign, at + 1 < replacement.count, replacement[at + 1] == replacement[at] {
        result.append(replacement[at])
        at += 2
      } else {
        result.append(replacement[at])
        at += 1
      }
    }
  }

  /// `countof(text, search, "normal" or "regex")`; occurrences of a text may overlap, matches may not.
  private static func countof(_ values: [KQLValue]) -> KQLValue {
    let bytes = Array(values[0].shown.utf8)
    if values.count > 2, values[2] == .string("regex") {
      return .integer(Int64(compiled(values[1])?.matches(bytes, limit: mostElements).count ?? 0))
    }
    let needle = Array(values[1].shown.utf8)
    guard !needle.isEmpty else { return .integer(0) }
    var (count, start) = (Int64(0), 0)
    while let place = KQLText.place(of: needle, in: bytes, from: start) {
      count += 1
      start = place + 1
    }
    return .integer(count)
  }

  /// Without the matches of an expression at the beginning, the end or both.
  private func trimmed(_ values: [KQLValue]) -> KQLValue {
    let source = values[0].shown
    var bytes = Array(values[1].shown.utf8)
    if self != .trimEnd, let match = KQLExpressions.compiled("^(?:\(source))")?.match(bytes, from: 0),
      let whole = match[0]
    {
      bytes = Array(bytes[whole.upperBound...])
    }
    if self != .trimStart, let match = KQLExpressions.compiled("(?:\(source))$")?.match(bytes, from: 0),
      let whole = match[0]
    {
      bytes = Array(bytes[..<whole.lowerBound])
    }
    return .string(String(decoding: bytes, as: UTF8.self))
  }
}

extension KQLValue {
  /// As a value of the type that an argument names, if there is one.
  func converted(toTypeNamed arguments: [KQLValue], _ place: Int) -> KQLValue {
    guard place < arguments.count, case .string(let name) = arguments[place], let type = KQLType(name: name)
    else { return self }
    return converted(to: type)
  }

  /// A text as a value of another type; null where it is none.
  func converted(to type: KQLType) -> KQLValue {
    switch type {
    case .string, .unknown: .string(shown)
    case .int, .long: KQLFunction.tolong.apply([self])
    case .real, .decimal: KQLFunction.toReal.apply([self])
    case .bool: KQLFunction.toBool.apply([self])
    case .datetime: KQLFunction.toDatetime.apply([self])
    case .timespan: KQLFunction.toTimespan.apply([self])
    case .guid: KQLFunction.toGuid.apply([self])
    case .dynamic: KQLFunction.parseJSON.apply([self])
    }
  }
}
