import TrawlMatcher
import TrawlRules

/// A rule's condition over tests and groups, on its way to a program.
indirect enum Formula {
  /// A test, by number.
  case test(Int)
  /// Any of these tests: what the database will answer with one bit.
  case cluster([Int])
  case all([Formula])
  case any([Formula])
  case not(Formula)
}

extension Formula {
  /// The condition with its items' tests, flattened: no `all` directly within `all`, no operator over one operand.
  init(_ condition: Condition, tests: [Int]) {
    switch condition {
    case .item(let item): self = .test(tests[item])
    case .not(let inner):
      let formula = Formula(inner, tests: tests)
      if case .not(let twice) = formula { self = twice } else { self = .not(formula) }
    case .all(let conditions):
      var parts: [Formula] = []
      for condition in conditions {
        let formula = Formula(condition, tests: tests)
        if case .all(let inner) = formula { parts += inner } else { parts.append(formula) }
      }
      self = parts.count == 1 ? parts[0] : .all(parts)
    case .any(let conditions):
      var parts: [Formula] = []
      for condition in conditions {
        let formula = Formula(condition, tests: tests)
        if case .any(let inner) = formula { parts += inner } else { parts.append(formula) }
      }
      self = parts.count == 1 ? parts[0] : .any(parts)
    }
  }

  /// The tests, each with whether it counts for the rule or, below a `not`, against it.
  func visit(isPositive: Bool = true, _ body: (Int, Bool) -> Void) {
    switch self {
    case .test(let test): body(test, isPositive)
    case .cluster(let tests): for test in tests { body(test, isPositive) }
    case .not(let formula): formula.visit(isPositive: !isPositive, body)
    case .all(let formulas), .any(let formulas):
      for formula in formulas { formula.visit(isPositive: isPositive, body) }
    }
  }
}

extension Condition {
  /// The condition in prefix order, items by their index.
  var nodes: [NodeEntry] {
    var nodes: [NodeEntry] = []
    write(to: &nodes)
    return nodes
  }

  private func write(to nodes: inout [NodeEntry]) {
    let index = nodes.count
    nodes.append(NodeEntry(kind: .test, end: 0))
    switch self {
    case .item(let item): nodes[index].argument = UInt32(item)
    case .not(let condition):
      nodes[index].kind = .not
      condition.write(to: &nodes)
    case .all(let conditions):
      nodes[index].kind = .all
      for condition in conditions { condition.write(to: &nodes) }
    case .any(let conditions):
      nodes[index].kind = .any
      for condition in conditions { condition.write(to: &nodes) }
    }
    nodes[index].end = UInt32(nodes.count)
  }
}
