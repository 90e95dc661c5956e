import TrawlKQL
import TrawlRows

/// What a predicate of a loaded query says of a row: slow and plain, for comparison with every faster way.
public struct KQLPredicateReference {
  public let row: [String: KQLValue]

  /// A row of these columns; others are empty.
  public init(row: [String: KQLValue]) { self.row = row }

  /// A row of JSON; throws where a value does not fit its column.
  public init(table: String, row: [String: JSONValue]) throws {
    self.row = try KQLReference.values(of: row, table)
  }

  /// Nil is null.
  public func truth(_ predicate: KQLPredicate) throws -> Bool? {
    switch predicate {
    case .constant(let value): return value
    case .not(let part): return try truth(part).map { !$0 }
    case .all(let parts): return try KQLReference.all(parts.map { try truth($0) })
    case .any(let parts): return try KQLReference.any(parts.map { try truth($0) })
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      return try texts(operand).contains { text in
        let passes = { KQLText.passes(test, text, $0, isCased: isCased) }
        return quantifier == .any ? needles.contains(where: passes) : needles.allSatisfy(passes)
      }
    case .related(let left, let test, let right, let isCased):
      let needle = try value(right).shown
      return try texts(left).contains { KQLText.passes(test, $0, needle, isCased: isCased) }
    case .matches(let operand, let expression):
      return try texts(operand).contains { KQLText.finds(expression, in: $0) }
    case .compare(let left, let comparison, let right):
      return try value(left).compares(comparison, value(right))
    case .member(let operand, let values):
      let value = try value(operand)
      return values.contains { value.compares(.equal, $0) == true }
    case .listed(let operands, let list):
      let values = try operands.map(value)
      if !list.nullsAreEqual, values.contains(where: \.isNull) { return false }
      let text = values.map { ($0.isNull ? "-" : $0.shown) + "|" }.joined()
      return list.texts.contains { list.isCased ? $0 == text : $0.lowercased() == text.lowercased() }
    case .isEmpty(let operand):
      let value = try value(operand)
      return value.isNull || value == .string("")
    case .isNull(let operand): return try value(operand).isNull
    case .truth(let operand):
      if case .bool(let value) = try value(operand) { return value }
      return nil
    }
  }

  /// The text of an operand, or of each column.
  private func texts(_ operand: KQLOperand) throws -> [String] {
    operand == .anyColumn ? row.values.map(\.shown) : [try value(operand).shown]
  }

  private func value(_ operand: KQLOperand) throws -> KQLValue {
    switch operand {
    case .constant(let value): return value
    case .column(let name, let type): return row[name] ?? (type == .string ? .string("") : .null(type))
    case .anyColumn: throw KQLUnsupported(what: "*")
    case .member(let base, let name): return try value(base).member(name)
    case .element(let base, let index): return try value(base).element(value(index))
    case .call(let function, let arguments):
      return try KQLFunctions.apply(function, arguments.map { try value($0) })
    case .condition(let predicate): return try truth(predicate).map { .bool($0) } ?? .null(.bool)
    }
  }
}
