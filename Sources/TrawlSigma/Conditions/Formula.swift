import TrawlRules

/// What a search identifier asks, before its items have numbers within the rule.
indirect enum Formula {
  case item(Rule.Item)
  case all([Formula])
  case any([Formula])
  case not(Formula)

  /// Of one member, the member itself.
  static func joined(_ members: [Formula], all: Bool) -> Formula {
    if members.count == 1, let only = members.first { return only }
    return all ? .all(members) : .any(members)
  }

  /// The items, numbered from where the list ends.
  func condition(appendingTo items: inout [Rule.Item]) -> Condition {
    switch self {
    case .item(let item):
      items.append(item)
      return .item(items.count - 1)
    case .all(let members): return .all(members.map { $0.condition(appendingTo: &items) })
    case .any(let members): return .any(members.map { $0.condition(appendingTo: &items) })
    case .not(let member): return .not(member.condition(appendingTo: &items))
    }
  }
}
