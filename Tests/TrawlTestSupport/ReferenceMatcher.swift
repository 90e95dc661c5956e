import TrawlRows
import TrawlRules

/// What a rule means, as plainly as it can be said: the judge of every fast path. It looks at one rule, one event and
/// one value at a time, remembers nothing, and knows neither Hyperscan nor bits.
public struct ReferenceMatcher: Sendable {
  public var rules: [Rule]
  public var logSources: ReferenceLogSources
  /// What `--logsource` says of events that carry no channel.
  public var givenLogSource: LogSource?

  public init(rules: [Rule], logSources: ReferenceLogSources, givenLogSource: LogSource? = nil) {
    self.rules = rules
    self.logSources = logSources
    self.givenLogSource = givenLogSource
  }

  /// Ids of the rules that look at this event and hold, in the order of the rules. None for JSON that is no object.
  public func matches(json: String) throws(JSONError) -> [String] {
    guard let event = try ReferenceEvent(json: json) else { return [] }
    return rules.filter { matches($0, event) }.map(\.id)
  }

  /// Whether the event is of the rule's log source and the rule holds, by any of the routes that lead to it.
  public func matches(_ rule: Rule, _ event: ReferenceEvent) -> Bool {
    logSources.readings(
      of: event, by: rule.logSource, given: givenLogSource, others: rules.map(\.logSource)
    ).contains { holds(rule, event, renaming: $0) }
  }

  /// Whether the rule's condition holds, whatever its log source. `renaming` is a route's: the rule's name of a field to
  /// the event's.
  public func holds(_ rule: Rule, _ event: ReferenceEvent, renaming: [String: String] = [:]) -> Bool {
    Question(event: event, renaming: renaming).holds(rule.condition, rule.items)
  }
}

/// One rule asked about one event.
private struct Question {
  var event: ReferenceEvent
  var renaming: [String: String]

  func holds(_ condition: Condition, _ items: [Rule.Item]) -> Bool {
    switch condition {
    case .item(let index): holds(items[index].predicate)
    case .all(let parts): parts.allSatisfy { holds($0, items) }
    case .any(let parts): parts.contains { holds($0, items) }
    case .not(let part): !holds(part, items)
    }
  }

  func holds(_ predicate: Predicate) -> Bool {
    switch predicate.subject {
    case .anyValue: event.allTexts.contains { passes(predicate.test, text: $0) }
    case .row: holds(row: predicate.test)
    case .field(let name): holds(predicate.test, values: values(of: name))
    case .fileName(let name): holds(predicate.test, values: values(of: name)?.map(fileName))
    }
  }

  /// Whether a test of the event as a row holds.
  private func holds(row test: Test) -> Bool {
    guard case .row(let condition) = test else { return false }
    var row: [String: KQLValue] = [:]
    for column in condition.columns {
      if let json = values(of: column.name)?.first { row[column.name] = KQLValue(json, column.type) }
    }
    return (try? KQLPredicateReference(row: row).truth(condition.predicate)) == condition.isWanted
  }

  /// Behind the last backslash or slash.
  private func fileName(_ value: JSONValue) -> JSONValue {
    guard let text = value.scalarText else { return value }
    let scalars = text.unicodeScalars
    let behind = scalars.lastIndex { $0 == "\\" || $0 == "/" }.map { scalars[scalars.index(after: $0)...] }
    return .string(behind.map { String($0) } ?? text)
  }

  func values(of name: String) -> [JSONValue]? { event.values(of: renaming[name] ?? name) }

  func texts(of name: String) -> [String] { (values(of: name) ?? []).compactMap(\.scalarText) }

  func holds(_ test: Test, values: [JSONValue]?) -> Bool {
    switch test {
    case .null: values?.contains(.null) ?? true
    case .present: values != nil
    case .container:
      (values ?? []).contains { value in
        switch value {
        case .array, .object: true
        default: false
        }
      }
    case .field(let other, let relation):
      (values ?? []).compactMap(\.scalarText).contains { text in
        texts(of: other).contains { relates(text, relation, to: $0) }
      }
    case .column(let other, let place, let isCased):
      KQLText.lies(
        place, (values ?? []).compactMap(\.scalarText).first ?? "", texts(of: other).first ?? "",
        isCased: isCased)
    default: (values ?? []).compactMap(\.scalarText).contains { passes(test, text: $0) }
    }
  }

  func passes(_ test: Test, text: String) -> Bool {
    switch test {
    case .text(let pattern): matches(pattern, text)
    case .needle(let needle): KQLText.lies(needle.place, text, needle.text, isCased: needle.isCased)
    case .regularExpression(let expression): PCRE.finds(expression, in: text)
    case .network(let network): IPAddress(text).map { isWithin($0, network) } ?? false
    case .number(let comparison, let number):
      Number(decimal: text).map { compares($0, comparison, number) } ?? false
    case .timePart(let part, let comparison, let number):
      CalendarTime(text).map { compares($0.value(of: part), comparison, number) } ?? false
    case .null, .present, .container, .field, .column, .row: false
    }
  }
}

/// The characters to compare: as they are, or in lower case, code point by code point.
func comparable(_ text: String, isCased: Bool) -> [Unicode.Scalar] {
  text.unicodeScalars.map { isCased ? $0 : simpleLowercase($0) }
}

/// Simple lower-casing. U+0130 is the one character whose full lower case is two.
func simpleLowercase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
  if scalar.isASCII { return ("A"..."Z").contains(scalar) ? Unicode.Scalar(scalar.value + 32)! : scalar }
  let mapped = scalar.properties.lowercaseMapping.unicodeScalars
  if scalar == "\u{130}" { return "i" }
  return mapped.count == 1 ? mapped.first! : scalar
}

/// Follows the pattern from its start, keeping every place of the text where it can have come to, in order.
private func matches(_ pattern: TextPattern, _ text: String) -> Bool {
  let text = comparable(text, isCased: pattern.isCased)
  var places = [0]
  for element in pattern.elements {
    switch element {
    case .text(let part):
      let part = comparable(part, isCased: pattern.isCased)
      places = places.filter { stands(part, in: text, at: $0) }.map { $0 + part.count }
    case .anyRun: places = places.first.map { Array($0...text.count) } ?? []
    case .anyOne: places = places.filter { $0 < text.count }.map { $0 + 1 }
    case .dash: places = places.filter { $0 < text.count && dashes.contains(text[$0]) }.map { $0 + 1 }
    }
  }
  return places.last == text.count
}

private func stands(_ part: [Unicode.Scalar], in text: [Unicode.Scalar], at place: Int) -> Bool {
  guard place + part.count <= text.count else { return false }
  for index in part.indices where text[place + index] != part[index] { return false }
  return true
}

private let dashes: [Unicode.Scalar] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]

private func relates(_ text: String, _ relation: TextRelation, to other: String) -> Bool {
  let text = comparable(text, isCased: false)
  let other = comparable(other, isCased: false)
  return switch relation {
  case .equals: text == other
  case .startsWith: text.starts(with: other)
  case .endsWith: text.reversed().starts(with: other.reversed())
  case .contains: (0...text.count).contains { stands(other, in: text, at: $0) }
  }
}

private func compares<Value: Comparable>(_ left: Value, _ comparison: Comparison, _ right: Value) -> Bool {
  switch comparison {
  case .equal: left == right
  case .less: left < right
  case .lessOrEqual: left <= right
  case .greater: left > right
  case .greaterOrEqual: left >= right
  }
}

private func compares(_ left: Number, _ comparison: Comparison, _ right: Number) -> Bool {
  if case .integer(let left) = left, case .integer(let right) = right {
    return compares(left, comparison, right)
  }
  return compares(left.approximate, comparison, right.approximate)
}

extension Number {
  /// Digits with an optional sign, fraction and power of ten, and nothing around them.
  init?(decimal text: String) {
    guard (try? /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/.wholeMatch(in: text)) != nil else { return nil }
    self = Int64(text).map(Number.integer) ?? .real(Double(text)!)
  }

  fileprivate var approximate: Double {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    }
  }
}

private func isWithin(_ address: IPAddress, _ network: Network) -> Bool {
  guard address.bytes.count == network.address.count else { return false }
  return (0..<network.prefixLength).allSatisfy { bit in
    let mask = UInt8(0x80) >> (bit % 8)
    return address.bytes[bit / 8] & mask == network.address[bit / 8] & mask
  }
}
