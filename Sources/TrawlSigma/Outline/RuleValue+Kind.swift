import TrawlRules

extension RuleValue {
  /// How the value is asked for under its modifiers, and the text that is asked for. Dashes stay as written.
  func asked(_ chain: ModifierChain, isKeyword: Bool) -> (kind: RuleOutline.Kind, value: String) {
    if meaning == .null { return (.null, "") }
    switch chain.relation {
    case .equals, .contains, .startsWith, .endsWith:
      return RuleOutline.asked(
        anchored(ValuePattern(comparedText).elements, chain.relation, isKeyword: isKeyword))
    case .expression: return (.regularExpression, text)
    case .network: return (.network, text)
    case .exists: return (.exists, "")
    case .number(let comparison): return (comparison.kind, comparedText)
    case .timePart(let part, let comparison):
      return (RuleOutline.Kind(rawValue: "\(comparison.kind.rawValue)|\(part.rawValue)"), comparedText)
    case .field(let relation): return (relation.kind, FieldName.withoutBlanks(text))
    }
  }
}

extension ModifierChain {
  /// What stands behind a kind for what the value goes through before it is looked for: `|wide|base64offset`.
  var encodingNames: String {
    encodings.map { "|" + $0.rawValue }.joined() + (hasPlaceholders ? "|expand" : "")
  }
}

extension Comparison {
  fileprivate var kind: RuleOutline.Kind {
    switch self {
    case .equal: .equals
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    }
  }
}

extension TextRelation {
  fileprivate var kind: RuleOutline.Kind {
    let base = RuleOutline.Kind.fieldReference.rawValue
    return switch self {
    case .equals: .fieldReference
    case .contains: RuleOutline.Kind(rawValue: "\(base)|match")
    case .startsWith: RuleOutline.Kind(rawValue: "\(base)|starts_with")
    case .endsWith: RuleOutline.Kind(rawValue: "\(base)|ends_with")
    }
  }
}
