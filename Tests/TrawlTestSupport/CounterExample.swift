import TrawlRules

/// A rule and an event about which two matchers disagree, as small as could be made.
public struct CounterExample: CustomStringConvertible {
  public var rule: Rule
  public var json: String

  /// Cuts the rule and the event down as long as `fails` still says so. `fails(rule, json)` must be true at the start.
  public init(shrinking rule: Rule, _ json: String, fails: (Rule, String) -> Bool) {
    self.rule = rule
    self.json = json
    var isSmaller = true
    while isSmaller {
      isSmaller = shrinkRule(fails) || shrinkEvent(fails)
    }
  }

  public var description: String {
    let items = rule.items.enumerated().map { index, item in
      "  \(index): \(name(item.predicate.subject)) \(item.predicate.test)"
    }
    return """
      rule \(rule.id) (\(rule.logSource)): \(text(of: rule.condition))
      \(items.joined(separator: "\n"))
      event: \(json)
      """
  }

  private func name(_ subject: Predicate.Subject) -> String {
    if case .field(let name) = subject { name } else { "any value" }
  }

  private func text(of condition: Condition) -> String {
    switch condition {
    case .item(let index): "\(index)"
    case .not(let part): "not \(text(of: part))"
    case .all(let parts): "(\(parts.map { text(of: $0) }.joined(separator: " and ")))"
    case .any(let parts): "(\(parts.map { text(of: $0) }.joined(separator: " or ")))"
    }
  }

  private mutating func shrinkRule(_ fails: (Rule, String) -> Bool) -> Bool {
    for smaller in smallerRules(rule) where fails(smaller, json) {
      rule = smaller
      return true
    }
    return false
  }

  private mutating func shrinkEvent(_ fails: (Rule, String) -> Bool) -> Bool {
    func works(_ text: String) -> Bool {
      guard let event = try? ReferenceEvent(json: text) else { return false }
      _ = event
      return fails(rule, text)
    }
    guard let value = try? JSONValue(parsing: json) else { return false }
    if value.compactText.utf8.count < json.utf8.count, works(value.compactText) {
      json = value.compactText
      return true
    }
    let candidates = value.compactText == json ? smallerValues(value).map(\.compactText) : cuts(of: json)
    for text in candidates where works(text) {
      json = text
      return true
    }
    return false
  }
}

/// The text without one stretch, long ones first.
private func cuts(of text: String) -> [String] {
  let scalars = Array(text.unicodeScalars)
  var cuts: [String] = []
  var length = scalars.count / 2
  while length > 0 {
    for start in stride(from: 0, through: scalars.count - length, by: max(1, length / 2)) {
      let rest = scalars[..<start] + scalars[(start + length)...]
      cuts.append(String(String.UnicodeScalarView(rest)))
    }
    length /= 2
  }
  return cuts
}

private func smallerValues(_ value: JSONValue) -> [JSONValue] {
  switch value {
  case .null, .bool, .number: return []
  case .string(let text): return text.isEmpty ? [] : cuts(of: text).map(JSONValue.string)
  case .array(let elements):
    return elements + without(elements).map(JSONValue.array)
      + variants(of: elements, smallerValues).map(JSONValue.array)
  case .object(let members):
    let inner = variants(of: members) { member in
      smallerValues(member.value).map { JSONValue.Member(member.name, $0) }
    }
    let nested = members.map(\.value).filter { if case .object = $0 { true } else { false } }
    return nested + without(members).map(JSONValue.object) + inner.map(JSONValue.object)
  }
}

private func without<Element>(_ list: [Element]) -> [[Element]] {
  list.indices.map { Array(list[..<$0] + list[($0 + 1)...]) }
}

/// The list with one element replaced by something smaller.
private func variants<Element>(of list: [Element], _ smaller: (Element) -> [Element]) -> [[Element]] {
  list.indices.flatMap { index in
    smaller(list[index]).map { replacement in
      var copy = list
      copy[index] = replacement
      return copy
    }
  }
}

private func smallerRules(_ rule: Rule) -> [Rule] {
  var rules = [withoutUnusedItems(rule)].filter { $0.items.count < rule.items.count }
  for condition in smallerConditions(rule.condition) {
    var smaller = rule
    smaller.condition = condition
    rules.append(withoutUnusedItems(smaller))
  }
  for items in variants(of: rule.items, smallerItems) {
    var smaller = rule
    smaller.items = items
    rules.append(smaller)
  }
  return rules
}

private func smallerConditions(_ condition: Condition) -> [Condition] {
  switch condition {
  case .item: return []
  case .not(let part): return [part] + smallerConditions(part).map(Condition.not)
  case .all(let parts):
    return parts + without(parts).map(Condition.all)
      + variants(of: parts, smallerConditions).map(Condition.all)
  case .any(let parts):
    return parts + without(parts).map(Condition.any)
      + variants(of: parts, smallerConditions).map(Condition.any)
  }
}

private func withoutUnusedItems(_ rule: Rule) -> Rule {
  var numbers: [Int: Int] = [:]
  func renumbered(_ condition: Condition) -> Condition {
    switch condition {
    case .item(let index):
      let number = numbers[index] ?? numbers.count
      numbers[index] = number
      return .item(number)
    case .not(let part): return .not(renumbered(part))
    case .all(let parts): return .all(parts.map(renumbered))
    case .any(let parts): return .any(parts.map(renumbered))
    }
  }
  var smaller = rule
  smaller.condition = renumbered(rule.condition)
  smaller.items = numbers.sorted { $0.value < $1.value }.map { rule.items[$0.key] }
  return smaller
}

private func smallerItems(_ item: Rule.Item) -> [Rule.Item] {
  smallerTests(item.predicate.test).map { test in
    var smaller = item
    smaller.predicate.test = test
    return smaller
  }
}

/// Expressions keep their pattern: a part of one may be none.
private func smallerTests(_ test: Test) -> [Test] {
  switch test {
  case .text(let pattern):
    let shorter = variants(of: pattern.elements) { element in
      guard case .text(let text) = element, text.unicodeScalars.count > 1 else { return [] }
      return cuts(of: text).filter { !$0.isEmpty }.map(TextPattern.Element.text)
    }
    return (without(pattern.elements) + shorter).map { .text(TextPattern($0, isCased: pattern.isCased)) }
  case .regularExpression(var expression):
    guard expression.ignoresCase || expression.isMultiline || expression.dotMatchesNewline else { return [] }
    expression = RegularExpression(expression.pattern)
    return [.regularExpression(expression)]
  default: return []
  }
}
