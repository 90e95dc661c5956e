import TrawlRules

extension IndicatorKey {
  /// Two spellings of a value that differ in case are one key; regular expressions mind case.
  public init(field: String, kind: String, spelledValue value: String) {
    let mindsCase = kind.hasPrefix(RuleOutline.Kind.regularExpression.rawValue)
    self.init(field: field, kind: kind, value: mindsCase ? value : value.lowercased())
  }
}

extension Indicator {
  public var key: IndicatorKey { IndicatorKey(field: field, kind: kind, spelledValue: value) }
}

extension CatalogRule {
  /// The predicates of the stages by key, without counts, sorted by field and kind; values in the order of the rule.
  func countedIndicators() -> [(key: IndicatorKey, indicator: Indicator)] {
    var found: [(key: IndicatorKey, indicator: Indicator)] = []
    var places: [IndicatorKey: Int] = [:]
    for stage in stages where stage.polarity != .unused {
      for question in stage.predicates {
        let field = CanonicalField.name(question.field, in: corpus)
        let kind = question.kind.rawValue
        // Of a Sigma search identifier that the condition wants both to hold and not to hold; a command of a query
        // that is called so has questions of both kinds.
        let isBoth = stage.polarity == .both && corpus == .sigma
        let (isMatched, isExcluded) = (isBoth || !question.isNegated, isBoth || question.isNegated)
        let key = IndicatorKey(field: field, kind: kind, spelledValue: question.value)
        if let place = places[key] {
          if isMatched { found[place].indicator.isMatched = true }
          if isExcluded { found[place].indicator.isExcluded = true }
          continue
        }
        places[key] = found.count
        let indicator = Indicator(
          field: field, kind: kind, value: question.value, isMatched: isMatched, isExcluded: isExcluded)
        found.append((key, indicator))
      }
    }
    // Stable, so that values keep the order of the rule.
    return found.enumerated().sorted { left, right in
      let (first, second) = (left.element.key, right.element.key)
      if first.field != second.field { return CatalogOrder.name(first.field, second.field) }
      if first.kind != second.kind { return first.kind < second.kind }
      return left.offset < right.offset
    }.map(\.element)
  }
}

/// The order of names in lists.
enum CatalogOrder {
  /// A to Z without regard to case, so that the result does not depend on who writes `image`.
  static func name(_ left: String, _ right: String) -> Bool {
    let (first, second) = (left.lowercased(), right.lowercased())
    return first == second ? left < right : first < second
  }
}
