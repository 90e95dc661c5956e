import TrawlRows

// The time of the run, put in where a query asks for it.

extension KQLOperand {
  func with(now: Int64) -> KQLOperand {
    guard usesNow else { return self }
    switch self {
    case .constant, .column, .anyColumn: return self
    case .member(let base, let name): return .member(base.with(now: now), name)
    case .element(let base, let index): return .element(base.with(now: now), index.with(now: now))
    case .condition(let predicate): return .condition(predicate.with(now: now))
    case .call(.now, _): return .constant(.datetime(now))
    case .call(let function, let arguments):
      let values = arguments.map { Lowered($0.with(now: now)) }
      return Constants.folded(function, values)?.operand ?? .call(function, values.compactMap(\.operand))
    }
  }
}

extension KQLPredicate {
  func with(now: Int64) -> KQLPredicate {
    guard usesNow else { return self }
    switch self {
    case .constant: return self
    case .all(let parts): return .all(parts.map { $0.with(now: now) })
    case .any(let parts): return .any(parts.map { $0.with(now: now) })
    case .not(let part): return .not(part.with(now: now))
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      return .text(operand.with(now: now), test, needles, quantifier, isCased: isCased)
    case .related(let left, let test, let right, let isCased):
      return .related(left.with(now: now), test, right.with(now: now), isCased: isCased)
    case .matches(let operand, let expression): return .matches(operand.with(now: now), expression)
    case .compare(let left, let comparison, let right):
      return .compare(left.with(now: now), comparison, right.with(now: now))
    case .member(let operand, let values): return .member(operand.with(now: now), values)
    case .listed(let operands, let list): return .listed(operands.map { $0.with(now: now) }, list)
    case .isEmpty(let operand): return .isEmpty(operand.with(now: now))
    case .isNull(let operand): return .isNull(operand.with(now: now))
    case .truth(let operand): return .truth(operand.with(now: now))
    }
  }
}
