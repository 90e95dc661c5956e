import TrawlMatcher
import TrawlRules

/// What a rule cannot ask of events that routes lead it to.
package struct RouteLimits {
  /// The reason of warnings about columns that events never fill.
  package static let emptyColumns = "empty columns"

  /// Columns that the events of routes never fill, each with the routes.
  private var empty: [String: [String]] = [:]
  /// What cannot be asked, each with the routes that the rule does not take therefore.
  private var refused: [String: [String]] = [:]

  mutating func noteEmpty(_ column: String, _ route: String) { empty[column, default: []].append(route) }

  mutating func noteRefused(_ what: String, _ route: String) { refused[what, default: []].append(route) }

  /// A query on events that lack some of its columns holds where these are empty, which its author may not expect.
  func diagnostics(_ rule: Rule) -> [Diagnostic] {
    var found = refused.sorted { $0.key < $1.key }.map { what, routes in
      Diagnostic(
        .warning, at: rule.location, reason: "not asked of Windows events",
        message:
          "\(what) cannot be asked of Windows events (\(RouteLimits.list(routes))): the rule does not read them",
        ruleTitle: rule.title)
    }
    if !empty.isEmpty {
      let routes = Set(empty.values.joined()).sorted()
      found.append(
        Diagnostic(
          .warning, at: rule.location, reason: RouteLimits.emptyColumns,
          message:
            "Windows events (\(RouteLimits.list(routes))) never fill \(empty.keys.sorted().joined(separator: ", "))",
          advice: "its conditions see an empty column there; --no-route leaves those events out",
          ruleTitle: rule.title))
    }
    return found
  }

  private static func list(_ routes: [String]) -> String {
    "\(routes.count == 1 ? "route" : "routes") \(routes.joined(separator: ", "))"
  }
}

extension RulesetCompiler {
  /// A rule's program in a variant and the tests of its items; nil when no event of the variant can match, or it cannot be
  /// asked.
  mutating func routed(
    _ rule: Rule, _ variant: RuleVariant, _ limits: inout RouteLimits
  ) -> (tests: [Int], formula: Formula)? {
    let predicates = rule.items.map { variant.fields.routed($0.predicate) }
    let possible = rule.condition.reduced { predicates[$0].constant }
    if possible == .any([]) { return nil }
    if let route = variant.route {
      for item in possible.items where rule.language == .kql {
        for column in predicates[item].emptyColumns(of: rule.items[item]) { limits.noteEmpty(column, route) }
      }
    }
    let condition = possible.reduced { predicates[$0].answer }
    if condition == .any([]) { return nil }
    if let what = condition.items.lazy.compactMap({ predicates[$0].refusal }).first {
      limits.noteRefused(what, variant.route ?? "")
      return nil
    }
    let numbers = rule.items.indices.map { item in
      tests.number(of: predicates[item].predicate(rule.items[item]), &fields)
    }
    let formula = Formula(condition, tests: numbers)
    if variant.conditions.isEmpty { return (numbers, formula) }
    let conditions = formulas(variant.conditions, variant.fields)
    if case .all(let parts) = formula { return (numbers, .all(conditions + parts)) }
    return (numbers, .all(conditions + [formula]))
  }

  /// What must be so of events.
  mutating func formulas(_ conditions: [RouteFields.Condition], _ names: FieldNames) -> [Formula] {
    conditions.map { condition in
      let field = names.path(condition.field)
      let values = condition.values.map { value in
        Formula.test(tests.number(of: Predicate(.field(field), .text(.equals(value))), &fields))
      }
      let one = values.count == 1 ? values[0] : Formula.any(values)
      return condition.isNegated ? .not(one) : one
    }
  }
}

extension RoutedPredicate {
  fileprivate var constant: Bool? { if case .constant(let value) = self { value } else { nil } }

  /// Columns of an item that no event fills.
  fileprivate func emptyColumns(of item: Rule.Item) -> [String] {
    switch self {
    case .empty: return [item.field ?? ""]
    case .asked(let predicate):
      guard case .row(let condition) = predicate.test else { return [] }
      return condition.columns.filter(\.sources.isEmpty).map(\.name)
    case .constant, .refused: return []
    }
  }

  fileprivate var refusal: String? { if case .refused(let what) = self { what } else { nil } }

  /// What is known of the answer before there is an event.
  fileprivate var answer: Bool? {
    switch self {
    case .constant(let value), .empty(let value): value
    case .asked, .refused: nil
    }
  }

  /// What is asked of an event. A constant is shown by a test of a field that no event has, whose name has a blank in it:
  /// blanks are removed from the names of fields.
  fileprivate func predicate(_ item: Rule.Item) -> Predicate {
    if case .asked(let predicate) = self { return predicate }
    return Predicate(.field("no \(item.field ?? "")"), answer == true ? .null : .present)
  }
}

extension Condition {
  /// Without the items whose answer is known; `all([])` is true then and `any([])` false.
  fileprivate func reduced(_ answer: (Int) -> Bool?) -> Condition {
    switch self {
    case .item(let item):
      guard let answer = answer(item) else { return self }
      return answer ? .all([]) : .any([])
    case .not(let inner):
      switch inner.reduced(answer) {
      case Condition.all([]): return .any([])
      case Condition.any([]): return .all([])
      case let inner: return .not(inner)
      }
    case .all(let parts): return .joined(parts.map { $0.reduced(answer) }, isAll: true)
    case .any(let parts): return .joined(parts.map { $0.reduced(answer) }, isAll: false)
    }
  }

  private static func joined(_ parts: [Condition], isAll: Bool) -> Condition {
    let (neutral, decisive): (Condition, Condition) = isAll ? (.all([]), .any([])) : (.any([]), .all([]))
    if parts.contains(decisive) { return decisive }
    let parts = parts.filter { $0 != neutral }
    if parts.count == 1 { return parts[0] }
    return isAll ? .all(parts) : .any(parts)
  }

  /// The items it refers to.
  fileprivate var items: Set<Int> {
    switch self {
    case .item(let item): [item]
    case .not(let inner): inner.items
    case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.items) }
    }
  }
}
