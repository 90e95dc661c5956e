import TrawlRows
import TrawlRules

extension Checker {
  /// Kinds of joins that give columns of one side only.
  private static let leftOnly: Set<String> = ["leftsemi", "leftanti", "anti", "leftantisemi"]
  private static let rightOnly: Set<String> = ["rightsemi", "rightanti", "rightantisemi"]
  private static let kinds: Set<String> = leftOnly.union(rightOnly).union([
    "inner", "innerunique", "leftouter", "rightouter", "fullouter",
  ])

  mutating func join(
    _ join: Join, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let kind = join.kind ?? (step.name == "lookup" ? "leftouter" : "innerunique")
    guard Checker.kinds.contains(kind) else {
      throw Problem(
        115, step.range, reason: "unknown operator",
        "there is no join of kind '\(kind)'"
          + suggestion(nearestName(to: kind, among: Checker.kinds.sorted())))
    }
    let right = try self.relation(join.right, scope)
    for condition in join.on { try check(condition, relation, right, scope) }
    let blame = Checker.unsupported(step, 403)
    // Each event of the left side stays in a left outer join, once or several times.
    if kind != "leftouter" { limit(&relation, right.events == nil ? right.firstLimit ?? blame : blame) }
    relation.forEachLeg { $0.tail.append(step.name) }
    if Checker.leftOnly.contains(kind) { return }
    if Checker.rightOnly.contains(kind) { relation.forEachLeg { $0.columns = [] } }
    add(right, to: &relation, blame)
  }

  /// The columns of the right side; those that the left has too get a `1` behind their names.
  private func add(_ right: Relation, to relation: inout Relation, _ blame: Problem) {
    var columns: [(String, KQLType)] = []
    for column in right.legs.flatMap(\.columns) where !columns.contains(where: { $0.0 == column.name }) {
      columns.append((column.name, column.value.type))
    }
    relation.forEachLeg { leg in
      let own = leg.columns.map(\.name)
      for (name, type) in columns {
        leg.set(own.contains(name) ? name + "1" : name, Lowered(opaque: blame, type))
      }
      if right.isOpen { leg.openness = .computed(blame) }
    }
  }

  private mutating func check(
    _ condition: Expression, _ left: Relation, _ right: Relation, _ scope: Scope
  ) throws(Problem) {
    switch condition.kind {
    case .name(let name):
      try requireColumn(name, condition.range, left)
      try requireColumn(name, condition.range, right)
    case .binary(.equal, let one, let other):
      try checkSide(one, left, right)
      try checkSide(other, left, right)
    case .all(let parts): for part in parts { try check(part, left, right, scope) }
    default:
      throw Problem(
        106, condition.range, reason: "syntax error", "a join compares columns for equality only",
        advice: "write a column of both sides, or $left.a == $right.b")
    }
  }

  private func checkSide(_ side: Expression, _ left: Relation, _ right: Relation) throws(Problem) {
    if case .member(let base, let name) = side.kind, case .name(let which) = base.kind {
      if which == "$left" { return try requireColumn(name, side.range, left) }
      if which == "$right" { return try requireColumn(name, side.range, right) }
    }
    throw Problem(
      106, side.range, reason: "syntax error", "a comparison of a join names $left.Column and $right.Column",
      advice: "write $left. or $right. before the column")
  }
}

extension Relation {
  /// The first table of events that feeds it.
  var events: String? { legs.lazy.compactMap(\.table).first }

  var firstLimit: Problem? { legs.lazy.compactMap(\.limit).first }
}
