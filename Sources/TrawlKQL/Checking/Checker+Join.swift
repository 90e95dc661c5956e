import TrawlRows
import TrawlRules

/// What a join joins.
struct JoinedTable {
  var kind: KQLJoinKind
  /// The names of the columns that must be equal, side by side.
  var keys: [Key]
  /// The columns of the right side that become columns of the result, by the places that they have there.
  var columns: [KQLJoin.Column]
  /// The right side's rows, or why they are not known.
  var right: Result<KnownTable, Problem>

  /// A column of each side.
  struct Key {
    var left: String
    var right: String
    var range: SourceRange
  }
}

extension Checker {
  mutating func join(
    _ join: Join, _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let isLookup = step.name == "lookup"
    let name = join.kind ?? (isLookup ? "leftouter" : "innerunique")
    guard let kind = KQLJoinKind(name: name) else { throw unknownKind(name, step) }
    let right = try self.relation(join.right, scope)
    var keys: [JoinedTable.Key] = []
    for condition in join.on { keys += try self.keys(condition, relation, right) }
    let table = table(right, join.right.range, step)
    let hidden = isLookup ? Set(keys.map(\.right)) : []
    let joined = JoinedTable(
      kind: kind, keys: keys, columns: columns(right, table, relation, kind, hidden), right: table)
    try restrict(&relation, joined, step, scope)
    let blame = Problem(
      403, step.range, reason: "where after \(step.name)",
      "a condition on a column of the joined table needs other events",
      advice: "put it into the joined table. Skipped.")
    relation.forEachLeg { leg in
      leg.tail.append(step.name)
      if !kind.hasLeft { leg.columns = [] }
      for column in joined.columns { leg.set(column.name, Lowered(opaque: blame, column.type)) }
      if kind.hasRight, right.isOpen { leg.openness = .computed(blame) }
    }
    self.joined = joined
  }

  private func unknownKind(_ name: String, _ step: Step) -> Problem {
    let names = KQLJoinKind.allCases.map(\.rawValue)
    return Problem(
      115, step.range, reason: "unknown operator",
      "there is no join of kind '\(name)'" + suggestion(nearestName(to: name, among: names.sorted())))
  }

  private mutating func table(
    _ right: Relation, _ range: SourceRange, _ step: Step
  ) -> Result<KnownTable, Problem> {
    do throws(Problem) { return .success(try known(right, range)) } catch { return .failure(error) }
  }

  /// The columns that the right side adds; those that the left has too get a number behind their names.
  private func columns(
    _ right: Relation, _ table: Result<KnownTable, Problem>, _ left: Relation, _ kind: KQLJoinKind,
    _ hidden: Set<String>
  ) -> [KQLJoin.Column] {
    guard kind.hasRight else { return [] }
    var taken = Set(kind.hasLeft ? left.legs.flatMap { $0.columns.map(\.name) } : [])
    var columns: [KQLJoin.Column] = []
    for (place, column) in Checker.columns(right, table).enumerated() where !hidden.contains(column.name) {
      var (name, number) = (column.name, 1)
      while !taken.insert(name).inserted {
        name = "\(column.name)\(number)"
        number += 1
      }
      columns.append(KQLJoin.Column(place: place, name: name, type: column.type))
    }
    return columns
  }

  private static func columns(
    _ right: Relation, _ table: Result<KnownTable, Problem>
  ) -> [KQLResultColumn] {
    if let known = try? table.get() { return known.columns }
    var columns: [KQLResultColumn] = []
    for column in right.legs.flatMap(\.columns) where !columns.contains(where: { $0.name == column.name }) {
      columns.append(KQLResultColumn(column.name, column.value.type))
    }
    return columns
  }
}

extension Checker {
  /// Which events have a part in the rows.
  private mutating func restrict(
    _ relation: inout Relation, _ joined: JoinedTable, _ step: Step, _ scope: Scope
  ) throws(Problem) {
    switch joined.kind {
    // Each event stays, once or several times.
    case .leftouter: return
    case .rightouter, .rightsemi, .rightanti, .fullouter:
      return limit(
        &relation,
        Problem(
          403, step.range, reason: step.name, "'\(step.name)' of this kind gives rows of the right side",
          advice: "Skipped."))
    case .inner, .innerunique, .leftsemi, .leftanti: break
    }
    guard case .success(let table) = joined.right else {
      if case .failure(let problem) = joined.right { limit(&relation, problem) }
      return
    }
    let places = try joined.keys.map { key throws(Problem) in try place(of: key, table) }
    let rows = table.rows.map { row in places.map { row[$0] } }
    let before = relation
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      let operands = try joined.keys.map { key throws(Problem) in
        try lower(Expression(.name(key.left), key.range), row, scope)
      }
      let member = Checker.membership(operands, rows, isCased: true)
      let isAbsent = joined.kind == .leftanti
      let condition = Lowered([member], type: .bool) { parts in
        isAbsent ? .condition(.not(.truth(parts[0]))) : parts[0]
      }
      add(condition, step.range, step, to: &relation.legs[index])
    }
  }

  /// Where the key stands among the columns of the right side.
  private func place(of key: JoinedTable.Key, _ table: KnownTable) throws(Problem) -> Int {
    if let place = table.columns.firstIndex(where: { $0.name == key.right }) { return place }
    throw Problem(
      202, key.range, reason: "unknown column", "the right side has no column '\(key.right)'",
      advice: "project it there")
  }

  /// What a join makes of a table.
  mutating func shape(_ joined: JoinedTable, _ shape: inout Shape, _ scope: Scope) throws(Problem) {
    let table = try joined.right.get()
    let left = try shape.result()
    let keys = try joined.keys.map { key throws(Problem) in
      try operand(Expression(.name(key.left), key.range), shape.row, scope)
    }
    let join = KQLJoin(
      joined.kind, keys, leftTypes: Dictionary(left.map { ($0.name, $0.type) }) { first, _ in first },
      try joined.keys.map { key throws(Problem) in try place(of: key, table) }, table.rows,
      columns: joined.columns)
    shape.add(
      .join(join),
      leaving: (joined.kind.hasLeft ? left : [])
        + joined.columns.map { KQLResultColumn($0.name, $0.type) })
  }
}

extension Checker {
  /// The columns that a condition of a join compares.
  private func keys(
    _ condition: Expression, _ left: Relation, _ right: Relation
  ) throws(Problem) -> [JoinedTable.Key] {
    switch condition.kind {
    case .name(let name): return [try key(name, name, condition.range, left, right)]
    case .binary(.equal, let one, let other):
      let (first, second) = (try side(one), try side(other))
      guard first.isLeft != second.isLeft else { throw notASide(condition.range) }
      let names = first.isLeft ? (first.name, second.name) : (second.name, first.name)
      return [try key(names.0, names.1, condition.range, left, right)]
    case .all(let parts):
      var all: [JoinedTable.Key] = []
      for part in parts { all += try keys(part, left, right) }
      return all
    default:
      throw Problem(
        106, condition.range, reason: "syntax error", "a join compares columns for equality only",
        advice: "write a column of both sides, or $left.a == $right.b")
    }
  }

  private func key(
    _ one: String, _ other: String, _ range: SourceRange, _ left: Relation, _ right: Relation
  ) throws(Problem) -> JoinedTable.Key {
    try requireColumn(one, range, left)
    try requireColumn(other, range, right)
    return JoinedTable.Key(left: one, right: other, range: range)
  }

  private func side(_ side: Expression) throws(Problem) -> (isLeft: Bool, name: String) {
    if case .member(let base, let name) = side.kind, case .name(let which) = base.kind {
      if which == "$left" { return (true, name) }
      if which == "$right" { return (false, name) }
    }
    throw notASide(side.range)
  }

  private func notASide(_ range: SourceRange) -> Problem {
    Problem(
      106, range, reason: "syntax error", "a comparison of a join names $left.Column and $right.Column",
      advice: "write $left. or $right. before the column")
  }
}

extension Relation {
  var firstLimit: Problem? { legs.lazy.compactMap(\.limit).first }
}
