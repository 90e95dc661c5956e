import TrawlRules

/// Collects what a stage asks.
struct Questions {
  let scope: FieldScope
  private(set) var found: [RuleOutline.Question] = []

  init(_ scope: FieldScope) { self.scope = scope }

  /// Fields that are no indicators are left out.
  mutating func add(_ field: String, _ kind: RuleOutline.Kind, _ value: String, isNegated: Bool) {
    guard let field = scope.original(field) else { return }
    found.append(RuleOutline.Question(field: field, kind: kind, value: value, isNegated: isNegated))
  }

  mutating func add(_ field: String, _ value: ValueGlob, isNegated: Bool) {
    let (kind, value) = value.reading
    add(field, kind, value, isNegated: isNegated)
  }

  /// Text that any field may hold; a word is looked for anywhere, so only wildcards inside count.
  mutating func addKeyword(_ value: ValueGlob, isNegated: Bool) {
    let (kind, text) = value.reading
    guard kind != .exists else { return }
    found.append(
      RuleOutline.Question(
        field: nil, kind: kind == .glob ? .glob : .contains, value: text, isNegated: isNegated))
  }

  mutating func drop(downTo count: Int) { found.removeLast(max(0, found.count - count)) }

  mutating func add(contentsOf questions: [RuleOutline.Question], isNegated: Bool) {
    for var question in questions {
      question.isNegated = question.isNegated != isNegated
      found.append(question)
    }
  }
}
