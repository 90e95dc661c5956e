import TrawlRows

// What a predicate says of the time of the run.

extension KQLOperand {
  /// Whether the value depends on the time of the run.
  var usesNow: Bool {
    switch self {
    case .constant, .column, .anyColumn: false
    case .member(let base, _): base.usesNow
    case .element(let base, let index): base.usesNow || index.usesNow
    case .call(.now, _): true
    case .call(_, let arguments): arguments.contains { $0.usesNow }
    case .condition(let predicate): predicate.usesNow
    }
  }

  /// The time of the event, as it is or cut to a unit.
  var isEventTime: Bool {
    switch self {
    case .column(let name, _): Schema.eventTimes.contains(name)
    case .call(let function, let arguments):
      [.bin, .startOfDay, .startOfMonth, .startOfYear, .toDatetime].contains(function)
        && arguments.first?.isEventTime == true
    default: false
    }
  }

  /// A time that follows from the time of the run alone.
  var isRelativeTime: Bool { usesNow && !readsRow }

  private var readsRow: Bool {
    switch self {
    case .constant: false
    case .column, .anyColumn, .member, .element, .condition: true
    case .call(_, let arguments): arguments.contains { $0.readsRow }
    }
  }
}

extension KQLPredicate {
  /// Whether it depends on the time of the run.
  var usesNow: Bool {
    switch self {
    case .constant: false
    case .all(let parts), .any(let parts): parts.contains { $0.usesNow }
    case .not(let part): part.usesNow
    case .text(let operand, _, _, _, _), .matches(let operand, _), .member(let operand, _),
      .isEmpty(let operand),
      .isNull(let operand), .truth(let operand):
      operand.usesNow
    case .listed(let operands, _): operands.contains { $0.usesNow }
    case .related(let left, _, let right, _), .compare(let left, _, let right): left.usesNow || right.usesNow
    }
  }

  /// Whether it only keeps events that are recent when the query runs: `Timestamp > ago(7d)`, or that and not in the
  /// future. An archive is read with such a condition lifted.
  var isTimeBound: Bool {
    switch self {
    case .all(let parts): !parts.isEmpty && parts.allSatisfy { $0.isTimeBound }
    case .compare(let left, .greater, let right), .compare(let left, .greaterOrEqual, let right):
      left.isEventTime && right.isRelativeTime || left == .call(.now, []) && right.isEventTime
    case .compare(let left, .less, let right), .compare(let left, .lessOrEqual, let right):
      right.isEventTime && left.isRelativeTime || right == .call(.now, []) && left.isEventTime
    default: false
    }
  }
}
