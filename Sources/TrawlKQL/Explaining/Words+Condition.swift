import TrawlRows
import TrawlRules

extension Words {
  /// A condition that has no conditions as parts, as a phrase: `FileName is 'cmd.exe', in any case`.
  func condition(_ expression: Expression) -> String {
    switch expression.kind {
    case .binary(let op, let left, let right): return binary(op, left, right)
    case .list(let op, let left, let values): return "\(value(left)) \(phrase(op, values))"
    case .between(let middle, let low, let high, let isNegated):
      let verb = isNegated ? "does not lie" : "lies"
      return "\(value(middle)) \(verb) between \(value(low)) and \(value(high)), both included"
    case .call(let name, let arguments): return call(name, arguments.map(\.value)) ?? text(expression)
    case .literal(.bool(let value)): return value ? "always" : "never"
    case .all(let parts): return parts.map(condition).joined(separator: " and ")
    case .any(let parts): return parts.map(condition).joined(separator: " or ")
    default: return "\(value(expression)) is true"
    }
  }

  private func call(_ name: String, _ values: [Expression]) -> String? {
    guard let first = values.first else { return nil }
    let subject = value(first)
    switch (name, values.count) {
    case ("isempty", 1): return "\(subject) is empty or absent"
    case ("isnotempty", 1), ("notempty", 1): return "\(subject) is not empty"
    case ("isnull", 1): return "\(subject) is null, which a string never is"
    case ("isnotnull", 1), ("notnull", 1): return "\(subject) is not null, which a string never is"
    case ("not", 1): return "not: \(condition(first))"
    case ("ipv4_is_private", 1): return "\(subject) is an IPv4 address of a private network"
    case ("ipv4_is_in_range", 2), ("ipv4_is_in_any_range", 2...):
      return "\(subject) is an IPv4 address in \(list(Array(values.dropFirst())))"
    case ("has_ipv4", 2), ("has_any_ipv4", 2...):
      return
        "\(subject) has the IPv4 address \(list(Array(values.dropFirst()))), with no letter or digit beside it"
    case ("set_has_element", 2): return "\(subject) has the element \(value(values[1]))"
    default: return nil
    }
  }

  private func binary(_ op: BinaryOperator, _ left: Expression, _ right: Expression) -> String {
    switch op {
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return "\(value(left)) \(order(op, isTime: isTime(left) || isTime(right))) \(value(right))"
    case .add, .subtract, .multiply, .divide, .modulo:
      return "\(value(left)) \(op.rawValue) \(value(right)) is true"
    case .equal, .notEqual: return equality(op == .notEqual, left, right)
    case .matchesRegex:
      return "\(value(left)) matches the regular expression \(value(right)) somewhere; case matters"
    default: return text(op, left, right)
    }
  }

  private func order(_ op: BinaryOperator, isTime: Bool) -> String {
    switch op {
    case .less: isTime ? "is before" : "is less than"
    case .lessOrEqual: isTime ? "is at or before" : "is at most"
    case .greater: isTime ? "is after" : "is greater than"
    default: isTime ? "is at or after" : "is at least"
    }
  }

  /// Of texts, case matters; of all else there is none.
  private func equality(_ isNegated: Bool, _ left: Expression, _ right: Expression) -> String {
    let verb = isNegated ? "is not" : "is"
    return "\(value(left)) \(verb) \(value(right))" + (isText(right) ? "; case matters" : "")
      + empty(isNegated)
  }

  /// An operator on texts.
  private func text(_ op: BinaryOperator, _ left: Expression, _ right: Expression) -> String {
    let isNegated = op.rawValue.hasPrefix("!")
    let isCased = op.rawValue.hasSuffix("_cs")
    let needle = value(right)
    let verb: (yes: String, no: String)
    switch op.textTest {
    case .contains: verb = ("contains", "does not contain")
    case .startsWith: verb = ("starts with", "does not start with")
    case .endsWith: verb = ("ends with", "does not end with")
    case .has: verb = ("has", "does not have")
    case .hasPrefix: verb = ("has a term that starts with", "has no term that starts with")
    case .hasSuffix: verb = ("has a term that ends with", "has no term that ends with")
    case .equals, nil: verb = ("is", "is not")
    }
    let manner = op.textTest == .has ? Words.edges(of: constants(right)) : ""
    return "\(value(left)) \(isNegated ? verb.no : verb.yes) \(needle)\(manner)"
      + (isCased ? "; case matters" : ", in any case") + empty(isNegated)
  }

  private func empty(_ isNegated: Bool) -> String { isNegated ? "; an empty value passes too" : "" }

  /// What `has` asks of the ends of its needle: only at a letter or digit must a term begin or end.
  private static func edges(of needles: [String]) -> String {
    guard needles.count == 1 else { return " as a whole term" }
    let needle = Needle(needles[0], .term)
    switch (needle.leads, needle.trails) {
    case (true, true): return " as a whole term"
    case (true, false): return " where a term begins"
    case (false, true): return " where a term ends"
    case (false, false): return " anywhere, for it has no letter or digit at its ends"
    }
  }

  private func phrase(_ op: ListOperator, _ expressions: [Expression]) -> String {
    let values = list(expressions)
    let manner = expressions.contains(where: isText) ? ", case matters" : ""
    switch op {
    case .isIn: return "is one of these\(manner): \(values)"
    case .isNotIn: return "is none of these\(manner), or empty: \(values)"
    case .isInAnyCase: return "is one of these, in any case: \(values)"
    case .isNotInAnyCase: return "is none of these, in any case, or empty: \(values)"
    case .hasAny: return "has one of these as a whole term, in any case: \(values)"
    case .hasAll: return "has each of these as a whole term, in any case: \(values)"
    }
  }
}
