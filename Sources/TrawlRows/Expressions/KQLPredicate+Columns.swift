// The columns that a predicate reads, each once, in the order in which they stand in it.

extension KQLPredicate {
  /// The columns that it reads.
  package var columns: [(name: String, type: KQLType)] {
    var found = ColumnCollector()
    found.visit(self)
    return found.columns
  }

  /// Whether it reads `*`.
  package var readsAnyColumn: Bool {
    var found = ColumnCollector()
    found.visit(self)
    return found.readsAny
  }
}

private struct ColumnCollector {
  var columns: [(name: String, type: KQLType)] = []
  var readsAny = false

  mutating func visit(_ predicate: KQLPredicate) {
    switch predicate {
    case .constant: break
    case .all(let parts), .any(let parts): for part in parts { visit(part) }
    case .not(let part): visit(part)
    case .text(let operand, _, _, _, _), .matches(let operand, _), .member(let operand, _),
      .isEmpty(let operand), .isNull(let operand), .truth(let operand):
      visit(operand)
    case .listed(let operands, _): for operand in operands { visit(operand) }
    case .related(let left, _, let right, _), .compare(let left, _, let right):
      visit(left)
      visit(right)
    }
  }

  private mutating func visit(_ operand: KQLOperand) {
    switch operand {
    case .constant: break
    case .column(let name, let type):
      if !columns.contains(where: { $0.name == name && $0.type == type }) { columns.append((name, type)) }
    case .anyColumn: readsAny = true
    case .member(let base, _): visit(base)
    case .element(let base, let index):
      visit(base)
      visit(index)
    case .call(_, let arguments): for argument in arguments { visit(argument) }
    case .condition(let predicate): visit(predicate)
    }
  }
}
