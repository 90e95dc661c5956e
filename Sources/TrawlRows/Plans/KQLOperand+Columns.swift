// Which columns of a row are looked at.

extension KQLOperand {
  /// The names of the columns that the value depends on; `*` is none of them.
  package var columnNames: Set<String> { KQLPredicate.truth(self).columnNames }

  /// Whether it looks at all columns.
  package var readsAnyColumn: Bool { KQLPredicate.truth(self).readsAnyColumn }
}

extension KQLPredicate {
  /// The names of the columns that it depends on; `*` is none of them.
  package var columnNames: Set<String> { Set(columns.map(\.name)) }
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
      case .filter(let predicate): operands = [.condition(predicate)]
      case .sort(let keys), .top(_, let keys): operands = keys.map(\.operand)
      case .columns(let columns): operands = columns.map(\.operand)
      case .summarize(let aggregations, let groups):
        operands =
          groups.map(\.operand)
          + aggregations.flatMap { $0.arguments + ($0.condition.map { [.condition($0)] } ?? []) }
      case .join(let join): operands = join.leftKeys
      case .take, .count, .append: operands = []
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
    case .join(let join): !join.kind.hasLeft
    case .filter, .sort, .take, .top, .distinct, .append: false
    }
  }
}
