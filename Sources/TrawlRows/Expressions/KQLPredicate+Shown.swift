// Predicates in the words of KQL, for people: what is computed is shown as such in findings.

extension KQLPredicate {
  /// Much as a query would have it.
  package var shown: String {
    switch self {
    case .constant(let value): return value.map { "\($0)" } ?? "bool(null)"
    case .all(let parts): return KQLPredicate.joined(parts, " and ")
    case .any(let parts): return KQLPredicate.joined(parts, " or ")
    case .not(let part): return "not(\(part.shown))"
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      let list = needles.map { KQLValue.string($0).literal }.joined(separator: ", ")
      if needles.count == 1 { return "\(operand.shown) \(test.name(isCased: isCased)) \(list)" }
      let name = test == .equals ? (isCased ? "in" : "in~") : "\(test.rawValue)_\(quantifier)"
      return "\(operand.shown) \(name) (\(list))"
    case .related(let left, let test, let right, let isCased):
      return "\(left.shown) \(test.name(isCased: isCased)) \(right.shown)"
    case .matches(let operand, let expression):
      return "\(operand.shown) matches regex \(KQLValue.string(expression.source).literal)"
    case .compare(let left, let comparison, let right):
      return "\(left.shown) \(comparison.rawValue) \(right.shown)"
    case .member(let operand, let values):
      return "\(operand.shown) in (\(values.map(\.literal).joined(separator: ", ")))"
    case .listed(let operands, let list):
      let names = operands.map(\.shown).joined(separator: ", ")
      let name = operands.count == 1 ? names : "(\(names))"
      return "\(name) \(list.isCased ? "in" : "in~") (a list of \(list.keys.count))"
    case .isEmpty(let operand): return "isempty(\(operand.shown))"
    case .isNull(let operand): return "isnull(\(operand.shown))"
    case .truth(let operand): return operand.shown
    }
  }

  private static func joined(_ parts: [KQLPredicate], _ word: String) -> String {
    parts.count == 1 ? parts[0].shown : "(\(parts.map(\.shown).joined(separator: word)))"
  }
}

extension KQLTextTest {
  /// The operator that asks it.
  package func name(isCased: Bool) -> String {
    switch self {
    case .equals: isCased ? "==" : "=~"
    default: isCased ? "\(rawValue)_cs" : rawValue
    }
  }
}

extension KQLOperand {
  /// Much as a query would have it.
  package var shown: String {
    switch self {
    case .constant(let value): return value.literal
    case .column(let name, _): return name
    case .anyColumn: return "*"
    case .member(let base, let name): return "\(base.shown).\(name)"
    case .element(let base, let index): return "\(base.shown)[\(index.shown)]"
    case .condition(let predicate): return predicate.shown
    case .call(.lookup, let arguments) where arguments.count == 5:
      // The table would fill pages.
      if case .constant(.string(let name)) = arguments[4] { return "\(name)(\(arguments[2].shown))" }
      return "lookup(\(arguments[2].shown))"
    case .call(let function, let arguments):
      let texts = arguments.map(\.shown)
      let isSign = KQLFunction(name: function.rawValue) == nil
      return isSign
        ? "(\(texts.joined(separator: " \(function.rawValue) ")))"
        : "\(function.rawValue)(\(texts.joined(separator: ", ")))"
    }
  }
}

extension KQLValue {
  /// As a literal of a query.
  package var literal: String {
    switch self {
    case .null(let type): "\(type.rawValue)(null)"
    case .string(let text): KQLValue.list([.string(text)]).shown.dropFirst().dropLast().description
    case .datetime: "datetime(\(shown))"
    case .timespan: "timespan(\(shown))"
    case .guid: "guid(\(shown))"
    case .list, .bag: "dynamic(\(shown))"
    default: shown
    }
  }
}
