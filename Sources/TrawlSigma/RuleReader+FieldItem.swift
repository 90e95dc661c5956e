import TrawlRules

/// A field with its modifiers and values; or keywords.
struct FieldItem {
  var key: FieldName
  var chain: ModifierChain
  /// The key in the file; nil for keywords in a list.
  var keyNode: YAMLNode?
  var values: [YAMLNode]

  init(_ key: FieldName, _ chain: ModifierChain, _ keyNode: YAMLNode, _ values: [YAMLNode]) {
    self.key = key
    self.chain = chain
    self.keyNode = keyNode
    self.values = values
  }

  /// Keywords.
  init(_ keywords: [YAMLNode]) {
    key = FieldName("")
    chain = ModifierChain([])
    values = keywords
  }

  var subject: Predicate.Subject {
    key.field.map { .field(FieldName.withoutBlanks($0)) } ?? .anyValue
  }

  func item(_ name: String, _ test: Test, value: RuleValue) -> Rule.Item {
    Rule.Item(
      predicate: Predicate(subject, test), searchIdentifier: name, field: key.field,
      modifiers: key.modifierNames, value: value.asWritten)
  }
}

extension RuleReader {
  /// A list of values is one flat `any` of items, for the compiler to see that they are about one field.
  mutating func item(_ name: String, _ item: FieldItem) -> Formula? {
    if item.chain.relation == .exists { return existence(name, item) }
    var members: [Formula] = []
    var isValid = true
    for node in item.values {
      guard let alternatives = alternatives(name, item, node) else {
        isValid = false
        continue
      }
      if item.chain.needsAll {
        members.append(.joined(alternatives, all: false))
      } else {
        members += alternatives
      }
    }
    guard isValid else { return nil }
    let formula = Formula.joined(members, all: item.chain.needsAll)
    return item.chain.isNegated ? .not(formula) : formula
  }

  private mutating func alternatives(_ name: String, _ item: FieldItem, _ node: YAMLNode) -> [Formula]? {
    guard let scalar = node.scalar else {
      report(
        at: node, reason: "wrong type", "a value of '\(item.keyNode?.scalar?.text ?? name)' is \(node.kind)",
        advice: "write each value on its own, in one list")
      return nil
    }
    warn(of: scalar, node, item)
    do {
      let written = RuleValue(scalar)
      var formulas: [Formula] = []
      for value in try expanded(written, item.chain) {
        let tests = try value.tests(item.chain, isKeyword: item.key.field == nil)
        formulas += tests.map { .item(item.item(name, $0, value: written)) }
      }
      return formulas
    } catch {
      report(at: node, reason: error.reason, error.message, advice: error.advice)
      return nil
    }
  }

  private func expanded(_ value: RuleValue, _ chain: ModifierChain) throws(ValueProblem) -> [RuleValue] {
    guard chain.hasPlaceholders, value.meaning == .text else { return [value] }
    return try placeholders.expand(value.text).map { text in
      switch chain.relation {
      case .number, .timePart: RuleValue(YAMLScalar(text: text, isPlain: true))
      default: RuleValue(text: text)
      }
    }
  }

  private mutating func warn(of scalar: YAMLScalar, _ node: YAMLNode, _ item: FieldItem) {
    if scalar.isSurprising, item.chain.comparesText {
      report(
        .warning, at: node, reason: "unquoted value",
        "YAML reads \(scalar.text) as \(RuleValue(scalar).comparedText)",
        advice: "write '\(scalar.text)' in quotes if the text is meant")
    }
    let containsNothing = item.chain.relation == .contains || item.key.field == nil
    if scalar.text.isEmpty, !scalar.isPlain, containsNothing, item.chain.comparesText {
      report(
        .warning, at: node, reason: "empty value", "every value contains the empty text",
        advice: "delete the item, or use exists")
    }
  }

  /// `exists: true` and `exists: false`.
  private mutating func existence(_ name: String, _ item: FieldItem) -> Formula? {
    guard let node = item.values.first else { return nil }
    guard item.values.count == 1, let scalar = node.scalar, case .boolean(let isPresent) = scalar.meaning
    else {
      report(
        at: node, reason: "value does not suit modifier", "exists takes one value, true or false",
        advice: "write true or false without quotes")
      return nil
    }
    let formula = Formula.item(item.item(name, .present, value: RuleValue(scalar)))
    return isPresent == item.chain.isNegated ? .not(formula) : formula
  }
}
