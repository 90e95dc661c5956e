import TrawlRows
import TrawlRules

/// Makes terms of conditions, and notes what they ask of which column.
struct TermWalk {
  let words: Words
  private(set) var questions: [RuleOutline.Question] = []
  private var isNegated = false

  init(words: Words) { self.words = words }

  /// A condition and its parts in words.
  mutating func term(_ expression: Expression) -> Explanation.Term {
    guard let (joint, parts) = expression.terms else {
      questions += words.questions(expression, isNegated: isNegated)
      return Explanation.Term(words.condition(expression))
    }
    if joint == .not { isNegated.toggle() }
    defer { if joint == .not { isNegated.toggle() } }
    var terms: [Explanation.Term] = []
    for part in parts { terms.append(term(part)) }
    return Explanation.Term(TermWalk.heading(joint), joint, terms)
  }

  private static func heading(_ joint: Explanation.Term.Joint) -> String {
    switch joint {
    case .all: "all of"
    case .any: "one of"
    case .not: "not"
    case .none: ""
    }
  }
}

extension Words {
  /// What a condition asks of columns, by the kinds of the catalogue; nothing for what compares no column with constants.
  func questions(_ expression: Expression, isNegated: Bool) -> [RuleOutline.Question] {
    switch expression.kind {
    case .binary(let op, let left, let right): binary(op, left, right, isNegated)
    case .list(let op, let left, let values): list(op, left, values, isNegated)
    case .between(let value, let low, let high, let isOutside):
      [(value, RuleOutline.Kind.greaterOrEqual, low), (value, .lessOrEqual, high)].flatMap {
        question($0.0, $0.1, $0.2, isOutside != isNegated)
      }
    case .call(let name, let arguments) where arguments.count == 1:
      emptiness(name, arguments[0].value, isNegated)
    default: []
    }
  }

  private func emptiness(_ name: String, _ value: Expression, _ isNegated: Bool) -> [RuleOutline.Question] {
    let isPositive = ["isempty", "isnull"].contains(name)
    guard isPositive || ["isnotempty", "notempty", "isnotnull", "notnull"].contains(name),
      let column = column(value)
    else { return [] }
    return [RuleOutline.Question(field: column, kind: .null, value: "", isNegated: isNegated == isPositive)]
  }

  private func binary(
    _ op: BinaryOperator, _ left: Expression, _ right: Expression, _ isNegated: Bool
  ) -> [RuleOutline.Question] {
    guard let (kind, flips) = op.kind else { return [] }
    // A constant on the left: only equality reads the same from both sides.
    if column(left) == nil, column(right) != nil, kind == .equals {
      return question(right, kind, left, isNegated != flips)
    }
    return question(left, kind, right, isNegated != flips)
  }

  private func list(
    _ op: ListOperator, _ left: Expression, _ values: [Expression], _ isNegated: Bool
  ) -> [RuleOutline.Question] {
    let flips = op == .isNotIn || op == .isNotInAnyCase
    let kind: RuleOutline.Kind = op == .hasAny || op == .hasAll ? .term : .equals
    return values.flatMap { question(left, kind, $0, isNegated != flips) }
  }

  private func question(
    _ left: Expression, _ kind: RuleOutline.Kind, _ right: Expression, _ isNegated: Bool
  ) -> [RuleOutline.Question] {
    let isAny = if case .star = left.kind { true } else { false }
    let field = column(left)
    guard isAny || field != nil else { return [] }
    if let other = column(right) {
      return [RuleOutline.Question(field: field, kind: .fieldReference, value: other, isNegated: isNegated)]
    }
    return constants(right).map {
      RuleOutline.Question(field: field, kind: kind, value: $0, isNegated: isNegated)
    }
  }
}

extension RuleOutline.Kind {
  /// KQL's `has` and its kin.
  package static let term = RuleOutline.Kind(rawValue: "has")
  package static let termStart = RuleOutline.Kind(rawValue: "hasprefix")
  package static let termEnd = RuleOutline.Kind(rawValue: "hassuffix")
}

extension BinaryOperator {
  /// The kind of question, and whether it is asked negatively; nil for arithmetic.
  fileprivate var kind: (RuleOutline.Kind, Bool)? {
    switch self {
    case .equal, .equalAnyCase: return (.equals, false)
    case .notEqual, .notEqualAnyCase: return (.equals, true)
    case .less: return (.less, false)
    case .lessOrEqual: return (.lessOrEqual, false)
    case .greater: return (.greater, false)
    case .greaterOrEqual: return (.greaterOrEqual, false)
    case .matchesRegex: return (.regularExpression, false)
    default: break
    }
    let flips = rawValue.hasPrefix("!")
    switch textTest {
    case .contains: return (.contains, flips)
    case .startsWith: return (.startsWith, flips)
    case .endsWith: return (.endsWith, flips)
    case .has: return (.term, flips)
    case .hasPrefix: return (.termStart, flips)
    case .hasSuffix: return (.termEnd, flips)
    case .equals, nil: return nil
    }
  }
}
