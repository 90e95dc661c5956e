import TrawlKQL
import TrawlRows

extension KQLScope {
  func binary(_ op: BinaryOperator, _ left: Expression, _ right: Expression) throws -> KQLValue {
    if case .star = left.kind, let test = [BinaryOperator.equal: true, .notEqual: false][op] {
      let wanted = Array(try value(right).shown.utf8)
      return .bool(row.values.contains { Array($0.shown.utf8) == wanted } == test)
    }
    if let comparison = KQLComparison(rawValue: op.rawValue) {
      let (one, other) = try alike(value(left), value(right))
      return one.compares(comparison, other).map { .bool($0) } ?? .null(.bool)
    }
    if ["+", "-", "*", "/", "%"].contains(op.rawValue), let function = KQLFunction(rawValue: op.rawValue) {
      return try KQLFunctions.apply(function, [value(left), value(right)])
    }
    let needle = try value(right).shown
    if case .star = left.kind {
      return .bool(try row.values.contains { try test(op, $0.shown, needle) })
    }
    return .bool(try test(op, value(left).shown, needle))
  }

  /// A number or bool against text that says one.
  private func alike(_ left: KQLValue, _ right: KQLValue) -> (KQLValue, KQLValue) {
    switch (left, right) {
    case (.integer, .string(let text)): (left, Int64(text).map { .integer($0) } ?? .null(.long))
    case (.string(let text), .integer): (Int64(text).map { .integer($0) } ?? .null(.long), right)
    case (.bool, .integer(let number)): (left, .bool(number != 0))
    default: (left, right)
    }
  }

  private func test(_ op: BinaryOperator, _ text: String, _ needle: String) throws -> Bool {
    switch op {
    case .equalAnyCase: return KQLText.passes(.equals, text, needle, isCased: false)
    case .notEqualAnyCase: return !KQLText.passes(.equals, text, needle, isCased: false)
    case .matchesRegex:
      guard let expression = KQLSyntax.translated(needle) else { throw KQLUnsupported(what: needle) }
      return KQLText.finds(expression, in: text)
    default: break
    }
    let isNegated = op.rawValue.hasPrefix("!")
    let isCased = op.rawValue.hasSuffix("_cs")
    let name = op.rawValue.drop { $0 == "!" }.prefix { $0 != "_" }
    guard let test = KQLTextTest(rawValue: String(name)) else { throw KQLUnsupported(what: op.rawValue) }
    return KQLText.passes(test, text, needle, isCased: isCased) != isNegated
  }

  func list(_ op: ListOperator, _ left: Expression, _ values: [Expression]) throws -> Bool {
    let value = try value(left)
    let items = try values.flatMap { try self.items($0) }
    let text = value.shown
    let isSame = { (item: KQLValue) in
      !item.isNull && KQLText.passes(.equals, text, item.shown, isCased: false)
    }
    switch op {
    case .isIn: return items.contains { equal(value, $0) }
    case .isNotIn: return !items.contains { equal(value, $0) }
    case .isInAnyCase: return items.contains(where: isSame)
    case .isNotInAnyCase: return !items.contains(where: isSame)
    case .hasAny: return items.contains { $0.isNull || KQLText.passes(.has, text, $0.shown, isCased: false) }
    case .hasAll:
      return items.allSatisfy { $0.isNull || KQLText.passes(.has, text, $0.shown, isCased: false) }
    }
  }

  private func equal(_ value: KQLValue, _ item: KQLValue) -> Bool {
    if item.isNull { return false }
    if case .string(let text) = value { return Array(text.utf8) == Array(item.shown.utf8) }
    let (left, right) = alike(value, item)
    return left.compares(.equal, right) == true
  }

  /// The members of a list: nested arrays flattened, of a datatable the first column.
  private func items(_ expression: Expression) throws -> [KQLValue] {
    if case .name(let name) = expression.kind, row[name] == nil, let bound = lets[name] {
      return try items(bound)
    }
    if case .datatable(let columns, let values) = expression.kind {
      return try stride(from: 0, to: values.count, by: columns.count).map { try value(values[$0]) }
    }
    return flattened(try value(expression))
  }

  private func flattened(_ value: KQLValue) -> [KQLValue] {
    if case .list(let values) = value { values.flatMap { flattened($0) } } else { [value] }
  }

  func call(_ name: String, _ arguments: [Expression]) throws -> KQLValue {
    switch name {
    case "not": return try truth(arguments[0]).map { .bool(!$0) } ?? .null(.bool)
    case "isempty": return .bool(try isEmpty(arguments[0]))
    case "isnotempty", "notempty": return .bool(try !isEmpty(arguments[0]))
    case "isnull": return .bool(try value(arguments[0]).isNull)
    case "isnotnull", "notnull": return .bool(try !value(arguments[0]).isNull)
    default: break
    }
    guard let function = KQLFunction(name: name) else { throw KQLUnsupported(what: name) }
    return try KQLFunctions.apply(function, arguments.map { try value($0) })
  }

  private func isEmpty(_ expression: Expression) throws -> Bool {
    let value = try value(expression)
    return value.isNull || value == .string("")
  }
}
