/// Checks the nodes of conditions, one after the other, so that walking them ends: each node ends where or before the one
/// that it lies in ends, and `not` has one part.
struct ConditionCheck {
  /// Nodes lie so deep within each other at most; conditions may hold 100 parentheses.
  static let deepestNode = 500

  /// How many there are of each.
  let nodes: Int
  let tests: Int
  let groups: Int
  private var open: [NodeEntry] = []
  private var index = 0

  init(nodes: Int, tests: Int, groups: Int) {
    self.nodes = nodes
    self.tests = tests
    self.groups = groups
  }

  mutating func check(_ node: NodeEntry) throws(StoredRulesError) {
    while let last = open.last, Int(last.end) <= index { open.removeLast() }
    let limit = open.last.map { Int($0.end) } ?? nodes
    try demand(Int(node.end) > index && Int(node.end) <= limit, "a condition has no end")
    if let parent = open.last, parent.kind == .not {
      try demand(node.end == parent.end, "a condition negates several at once")
    }
    let isLeaf = Int(node.end) == index + 1
    switch node.kind {
    case .test: try demand(isLeaf && Int(node.argument) < tests, "a condition asks for no test")
    case .group: try demand(isLeaf && Int(node.argument) < groups, "a condition asks for no bit")
    case .not: try demand(!isLeaf, "a condition negates nothing")
    case .all, .any: break
    }
    open.append(node)
    try demand(open.count <= ConditionCheck.deepestNode, "a condition is nested too deeply")
    index += 1
  }

  private func demand(_ isSound: Bool, _ trouble: @autoclosure () -> String) throws(StoredRulesError) {
    if !isSound { throw StoredRulesError(trouble()) }
  }
}
