import TrawlRows

/// What operators on all rows make of a relation's rows: the beginning of a plan.
struct Shape {
  /// The relation's legs before the first such operator.
  var sources: [Leg]
  /// What they hand over, by the names and types of the columns.
  var sourceColumns: [KQLResultColumn]
  var steps: [KQLTableStep] = []
  /// The columns that the last step left.
  private var columns: [KQLResultColumn]
  /// A row of these, and what has been asked of it since.
  var row: Leg
  /// Conditions among the steps that depend on the time of the run.
  var times: [Leg.TimeCondition] = []

  /// The table that the legs are together.
  init(_ legs: [Leg]) {
    sources = Shape.fed(legs)
    let merged = Shape.merged(sources)
    sourceColumns = Shape.known(merged)
    columns = sourceColumns
    row = Leg(table: nil, columns: Shape.named(merged))
  }

  /// The legs that have rows: a table that Trawl has none of takes no part.
  private static func fed(_ legs: [Leg]) -> [Leg] {
    let fed = legs.filter { $0.table != nil || $0.limit?.reason != "other table" }
    return fed.isEmpty ? legs : fed
  }

  /// The columns of all legs, in the order in which they come up.
  private static func merged(_ legs: [Leg]) -> [Leg.Column] {
    if legs.count == 1 { return legs[0].columns }
    var places: [String: Int] = [:]
    var merged: [Leg.Column] = []
    for column in legs.lazy.flatMap(\.columns) {
      guard let place = places[column.name] else {
        places[column.name] = merged.count
        merged.append(column)
        continue
      }
      merged[place].value = joined(column.name, merged[place].value, column.value)
    }
    return merged
  }

  /// A column that two legs have.
  private static func joined(_ name: String, _ one: Lowered, _ other: Lowered) -> Lowered {
    if one.operand == nil { return one }
    if other.operand == nil { return other }
    if one.type == other.type || other.type == .unknown { return one }
    if one.type == .unknown || one.type.isNumber && other.type.isNumber { return other }
    return Lowered(opaque: conflict(name, one.type, other.type, SourceRange(start: 0, end: 0)))
  }

  private static func known(_ columns: [Leg.Column]) -> [KQLResultColumn] {
    columns.filter { $0.value.operand != nil }.map { KQLResultColumn($0.name, $0.value.type) }
  }

  /// The same columns, each known by its name; those that are not computed stay so.
  private static func named(_ columns: [Leg.Column]) -> [Leg.Column] {
    columns.map { column in
      guard column.value.operand != nil else { return column }
      return Leg.Column(name: column.name, value: Lowered(.column(column.name, column.value.type)))
    }
  }
}

extension Shape {
  /// Adds an operator behind what has been asked of the rows; `columns` are those that it leaves, if it makes others.
  mutating func add(_ step: KQLTableStep, leaving columns: [KQLResultColumn]? = nil) {
    steps.append(step)
    guard let columns else { return }
    self.columns = columns
    row = Leg(
      table: nil,
      columns: columns.map { Leg.Column(name: $0.name, value: Lowered(.column($0.name, $0.type))) })
  }

  /// Makes steps of what has been asked of the rows. Throws why the rows are not known, if they are not.
  mutating func settle() throws(Problem) {
    if let limit = row.limit { throw limit }
    if row.predicates.count == 1 { steps.append(.filter(row.predicates[0])) }
    if row.predicates.count > 1 { steps.append(.filter(.all(row.predicates))) }
    for time in row.times { steps.append(.filter(time.predicate)) }
    times += row.times
    (row.predicates, row.times) = ([], [])
    let computed = row.columns.compactMap { column in
      column.value.operand.map { KQLColumn(column.name, $0) }
    }
    let known = Shape.known(row.columns)
    if computed != columns.map({ KQLColumn($0.name, .column($0.name, $0.type)) }) {
      steps.append(.columns(computed))
      columns = known
    }
    row.columns = Shape.named(row.columns)
  }

  /// Adds the rows of a table behind those that there are.
  mutating func append(_ table: KnownTable, _ range: SourceRange) throws(Problem) {
    try settle()
    var columns = try result()
    let types = Dictionary(columns.map { ($0.name, $0.type) }) { first, _ in first }
    for column in table.columns {
      guard let own = columns.first(where: { $0.name == column.name }) else {
        columns.append(column)
        continue
      }
      let isSame = own.type == column.type || own.type.isNumber && column.type.isNumber
      if !isSame, own.type != .unknown, column.type != .unknown {
        throw Shape.conflict(column.name, own.type, column.type, range)
      }
    }
    add(.append(table.columns, table.rows, leftTypes: types), leaving: columns)
  }

  private static func conflict(
    _ name: String, _ one: KQLType, _ other: KQLType, _ range: SourceRange
  ) -> Problem {
    Problem(
      415, range, reason: "column of two types",
      "the tables of the union have '\(name)' as \(one.rawValue) and as \(other.rawValue)",
      advice: "convert one of them before the union")
  }

  /// The columns of the result. Throws why one of them is not computed.
  func result() throws(Problem) -> [KQLResultColumn] {
    if let blame = row.columns.lazy.compactMap({ $0.value.operand == nil ? $0.value.blame : nil }).first {
      throw blame
    }
    return columns
  }
}

extension Relation {
  /// Its table, with all that was asked of it as steps.
  func settled() throws(Problem) -> Shape {
    if let unshaped { throw unshaped }
    var shape = shape ?? Shape(legs)
    try shape.settle()
    return shape
  }
}
