/// The values of one event as the row of a table.
package protocol KQLRow {
  /// The value of a column: "" where a column of text has none, else null of its type.
  func value(of column: String, _ type: KQLType) -> KQLValue
  /// The texts of all columns, for `*`.
  var columnTexts: [String] { get }
}

extension KQLOperand {
  /// What the operand is in a row.
  package func value(in row: some KQLRow) -> KQLValue {
    switch self {
    case .constant(let value): return value
    case .column(let name, let type): return row.value(of: name, type)
    case .anyColumn: return .null(.string)
    case .member(let base, let name): return base.value(in: row).member(name)
    case .element(let base, let index): return base.value(in: row).element(index.value(in: row))
    case .condition(let predicate): return KQLValue(predicate.truth(in: row))
    case .call(.iff, let arguments): return choice(arguments, row) ?? .null(type)
    case .call(.choose, let arguments): return choice(arguments, row) ?? .null(type)
    case .call(let function, let arguments): return function.apply(arguments.map { $0.value(in: row) })
    }
  }

  /// The value behind the first condition that is true, or the last one; only that is computed.
  private func choice(_ arguments: [KQLOperand], _ row: some KQLRow) -> KQLValue? {
    var place = 0
    while place + 1 < arguments.count {
      if arguments[place].value(in: row) == .bool(true) { return arguments[place + 1].value(in: row) }
      place += 2
    }
    return arguments.last?.value(in: row)
  }
}

extension KQLPredicate {
  /// Whether the predicate holds of a row; nil is null.
  package func truth(in row: some KQLRow) -> Bool? {
    switch self {
    case .constant(let value): return value
    case .not(let part): return part.truth(in: row).map { !$0 }
    case .all(let parts): return KQLPredicate.kleene(parts, row, decisive: false)
    case .any(let parts): return KQLPredicate.kleene(parts, row, decisive: true)
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      let needles = needles.map { KQLText.bytes($0, isCased: isCased) }
      return operand.texts(in: row).contains { text in
        let bytes = KQLText.bytes(text, isCased: isCased)
        let passes = { (needle: [UInt8]) in KQLText.passes(test, bytes, needle) }
        return quantifier == .any ? needles.contains(where: passes) : needles.allSatisfy(passes)
      }
    case .related(let left, let test, let right, let isCased):
      let needle = KQLText.bytes(right.value(in: row).shown, isCased: isCased)
      return left.texts(in: row).contains {
        KQLText.passes(test, KQLText.bytes($0, isCased: isCased), needle)
      }
    case .matches(let operand, let expression):
      return operand.texts(in: row).contains { KQLExpressions.finds(expression, in: $0) }
    default: return valueTruth(in: row)
    }
  }

  /// The same for questions about values.
  private func valueTruth(in row: some KQLRow) -> Bool? {
    switch self {
    case .compare(let left, let comparison, let right):
      return left.value(in: row).compares(comparison, right.value(in: row))
    case .member(let operand, let values):
      let value = operand.value(in: row)
      return values.contains { value.compares(.equal, $0) == true }
    case .listed(let operands, let list): return list.contains(operands.map { $0.value(in: row) })
    case .isEmpty(let operand): return operand.value(in: row).isEmpty
    case .isNull(let operand): return operand.value(in: row).isNull
    case .truth(let operand):
      if case .bool(let value) = operand.value(in: row) { return value }
      return nil
    default: return nil
    }
  }

  private static func kleene(_ parts: [KQLPredicate], _ row: some KQLRow, decisive: Bool) -> Bool? {
    var isKnown = true
    for part in parts {
      switch part.truth(in: row) {
      case decisive: return decisive
      case nil: isKnown = false
      default: break
      }
    }
    return isKnown ? !decisive : nil
  }
}

extension KQLOperand {
  /// The text of the operand, or of each column.
  fileprivate func texts(in row: some KQLRow) -> [String] {
    self == .anyColumn ? row.columnTexts : [value(in: row).shown]
  }
}
