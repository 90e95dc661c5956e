// Which columns of a row are looked at.

extension KQLOperand {
  /// The names of the columns that the value depends on; `*` is none of them.
  package var columnNames: Set<String> {
    switch self {
    case .constant, .anyColumn: []
    case .column(let name, _): [name]
    case .member(let base, _): base.columnNames
    case .element(let base, let index): base.columnNames.union(index.columnNames)
    case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.columnNames) }
    case .condition(let predicate): predicate.columnNames
    }
  }

  /// Whether it looks at all columns.
  package var readsAnyColumn: Bool {
    switch self {
    case .constant, .column: false
    case .anyColumn: true
    case .member(let base, _): base.readsAnyColumn
    case .element(let base, let index): base.readsAnyColumn || index.readsAnyColumn
    case .call(_, let arguments): arguments.contains { $0.readsAnyColumn }
    case .condition(let predicate): predicate.operands.contains { $0.readsAnyColumn }
    }
  }
}

extension KQLPredicate {
  /// The names of the columns that it depends on; `*` is none of them.
  package var columnNames: Set<String> { operands.reduce(into: []) { $0.formUnion($1.columnNames) } }

  /// The operands of all of its parts.
  package var operands: [KQLOperand] {
    switch self {
    case .constant: []
    case .all(let parts), .any(let parts): parts.flatMap(\.operands)
    case .not(let part): part.operands
    case .text(let operand, _, _, _, _), .matches(let operand, _), .member(let operand, _),
      .isEmpty(let operand), .isNull(let operand), .truth(let operand):
      [operand]
    case .related(let left, _, let right, _), .compare(let left, _, let right): [left, right]
    }
  }
}

extension KQLPlan {
  /// Leaves out columns of the sources that nothing looks at.
  package mutating func prune() {
    guard let used = usedColumns else { return }
    for index in sources.indices { sources[index].columns.removeAll { !used.contains($0.name) } }
  }

  /// The columns of the sources that the steps look at; nil for all.
  private var usedColumns: Set<String>? {
    var used: Set<String> = []
    for step in steps {
      let operands: [KQLOperand]
      switch step {
      case .filter(let predicate): operands = predicate.operands
      case .sort(let keys), .top(_, let keys): operands = keys.map(\.operand)
      case .columns(let columns): operands = columns.map(\.operand)
      case .summarize(let aggregations, let groups):
        operands =
          groups.map(\.operand) + aggregations.flatMap { $0.arguments + ($0.condition?.operands ?? []) }
      case .take, .count: operands = []
      case .distinct: return nil
      }
      if operands.contains(where: \.readsAnyColumn) { return nil }
      for operand in operands { used.formUnion(operand.columnNames) }
      if step.replacesColumns { return used }
    }
    return nil
  }
}

extension KQLTableStep {
  /// Whether none of the columns before it are left behind it.
  fileprivate var replacesColumns: Bool {
    switch self {
    case .columns, .count, .summarize: true
    case .filter, .sort, .take, .top, .distinct: false
    }
  }
}
