import TrawlRules

/// Puts what a search identifier asks into words: values of one field together.
struct ItemWords {
  let items: [Rule.Item]

  init(_ items: [Rule.Item]) { self.items = items }

  /// A condition over the items, as a term of the only way.
  func term(_ condition: Condition) -> Explanation.Term {
    var term: Explanation.Term
    switch condition {
    case _ where isOneQuestion(condition): term = Explanation.Term(phrase(condition))
    case .not(let inner): term = Explanation.Term("not", .not, [self.term(inner)])
    case .all(let parts): term = Explanation.Term("all of", .all, parts.map(self.term))
    case .any(let parts): term = Explanation.Term("one of", .any, grouped(parts).map(self.term))
    case .item: term = Explanation.Term("")
    }
    term.conditions[0] = condition
    return term
  }

  /// Members of a list that ask the same of one field, together.
  private func grouped(_ parts: [Condition]) -> [Condition] {
    var groups: [(key: [String]?, members: [Condition])] = []
    for part in parts {
      let key = key(part)
      if let key, let last = groups.last, last.key == key {
        groups[groups.count - 1].members.append(part)
      } else {
        groups.append((key, [part]))
      }
    }
    return groups.map { $0.members.count == 1 ? $0.members[0] : .any($0.members) }
  }

  /// Whether a condition asks one thing of one field, of one value or a list of them.
  func isOneQuestion(_ condition: Condition) -> Bool {
    switch condition {
    case .item: true
    case .not: false
    case .any: key(condition) != nil
    case .all(let parts): key(condition) != nil && parts.allSatisfy(isOneValue)
    }
  }

  /// Whether all items stem from one value of the rule, as the offsets of base64 do.
  private func isOneValue(_ condition: Condition) -> Bool {
    Set(condition.items.map { items[$0].value }).count == 1
  }

  /// The field and modifiers of all items; nil if they differ, or some of them are negated.
  private func key(_ condition: Condition) -> [String]? {
    guard !condition.hasNot, condition.isFlat, let first = condition.items.first else { return nil }
    let key = ItemWords.key(items[first])
    return condition.items.allSatisfy { ItemWords.key(items[$0]) == key } ? key : nil
  }

  /// Null and plain values of one field are asked differently.
  private static func key(_ item: Rule.Item) -> [String] {
    let kind = if case .null = item.predicate.test { "null" } else { "value" }
    return [kind, item.field.map { "." + $0 } ?? ""] + item.modifiers
  }

  private func phrase(_ condition: Condition) -> String {
    var values: [String] = []
    let numbers = condition.items
    for item in numbers.map({ items[$0] }) where !values.contains(item.value) { values.append(item.value) }
    guard let first = numbers.first else { return "" }
    let isAll = if case .all = condition { true } else { false }
    return ModifierWords(items[first]).phrase(values, isAll: isAll)
  }
}

extension Condition {
  /// The items, as they come.
  fileprivate var items: [Int] {
    switch self {
    case .item(let item): [item]
    case .not(let inner): inner.items
    case .all(let parts), .any(let parts): parts.flatMap(\.items)
    }
  }

  fileprivate var hasNot: Bool {
    switch self {
    case .item: false
    case .not: true
    case .all(let parts), .any(let parts): parts.contains { $0.hasNot }
    }
  }

  /// Whether lists lie at most one within another, `any` within `all` only.
  fileprivate var isFlat: Bool {
    switch self {
    case .item, .not: true
    case .any(let parts): parts.allSatisfy(\.isItem)
    case .all(let parts):
      parts.allSatisfy { part in
        if case .any(let inner) = part { inner.allSatisfy(\.isItem) } else { part.isItem }
      }
    }
  }

  private var isItem: Bool { if case .item = self { true } else { false } }
}
