import TrawlRows
import TrawlRules

extension Checker {
  mutating func extend(
    _ columns: [NamedExpression], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let before = relation
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      for column in columns {
        for (name, value) in try values(of: column, row, scope) { relation.legs[index].replace(name, value) }
      }
      if !columns.isEmpty { relation.legs[index].tail.append(step.name) }
    }
  }

  /// The names and values of one item of a list; several for `(a, b) = f(x)`.
  private mutating func values(
    of column: NamedExpression, _ row: Row, _ scope: Scope
  ) throws(Problem) -> [(String, Lowered)] {
    let value = try lower(column.value, row, scope)
    if column.names.count > 1 {
      let blame = Problem(
        408, column.value.range, reason: "several results",
        "functions with several results are not supported",
        advice: "Skipped.")
      return column.names.map { ($0, Lowered(opaque: value.blame ?? blame)) }
    }
    return [(column.names.first ?? Checker.name(of: column.value), value)]
  }

  /// The name that KQL gives to a column whose author gave none.
  static func name(of expression: Expression) -> String { ownName(of: expression) ?? "Column1" }

  /// The name that an expression brings along, if it does.
  private static func ownName(of expression: Expression) -> String? {
    switch expression.kind {
    case .name(let name): name
    case .member(let base, let name): "\(Checker.name(of: base))_\(name)"
    case .element(let base, _): ownName(of: base)
    case .call(let function, let arguments):
      if passesName.contains(function), let first = arguments.first {
        ownName(of: first.value)
      } else if case .aggregate = Schema.standard.functions[function] {
        aggregateName(function, arguments)
      } else {
        nil
      }
    default: nil
    }
  }

  /// Functions whose result keeps the name of what it is made of.
  private static let passesName: Set<String> = [
    "tostring", "toint", "tolong", "todouble", "toreal", "todatetime", "totimespan", "tobool", "todynamic",
    "parse_json", "bin", "floor", "startofday", "startofweek", "startofmonth", "startofyear", "take_any",
    "any",
    "arg_max", "arg_min", "tolower", "toupper",
  ]

  private static func aggregateName(_ function: String, _ arguments: [Argument]) -> String {
    let prefix =
      switch function {
      case "make_set", "makeset", "make_set_if": "set"
      case "make_list", "makelist", "make_list_if", "make_list_with_nulls": "list"
      case "make_bag", "make_bag_if": "bag"
      default: function
      }
    return "\(prefix)_\(arguments.first.flatMap { ownName(of: $0.value) } ?? "")"
  }

  mutating func project(
    _ columns: [NamedExpression], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    let before = relation
    for index in relation.legs.indices {
      let row = Row(leg: before.legs[index], relation: before)
      relation.legs[index].columns = []
      relation.legs[index].openness = .closed
      for column in columns {
        for (name, value) in try values(of: column, row, scope) {
          let name = column.names.isEmpty ? Checker.unique(name, relation.legs[index].columns) : name
          relation.legs[index].set(name, value)
        }
      }
      relation.legs[index].shape(step.name)
    }
  }

  mutating func distinct(
    _ columns: [NamedExpression], _ step: Step, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    if columns.contains(where: { if case .star = $0.value.kind { true } else { false } }) {
      relation.forEachLeg { $0.tail.append(step.name) }
    } else {
      try project(columns, step, &relation, scope)
    }
  }

  /// `project-away` and its kin, which name columns only.
  mutating func pick(_ step: Step, _ relation: inout Relation) throws(Problem) {
    switch step.kind {
    case .projectAway(let patterns):
      try check(patterns, relation)
      relation.forEachLeg { leg in
        leg.columns.removeAll { column in patterns.contains { Checker.matches(column.name, $0.pattern) } }
        leg.shape(step.name)
      }
    case .projectKeep(let patterns):
      try check(patterns, relation)
      relation.forEachLeg { leg in
        leg.columns.removeAll { column in !patterns.contains { Checker.matches(column.name, $0.pattern) } }
        leg.shape(step.name)
      }
    case .projectReorder(let patterns):
      try check(patterns, relation)
      relation.forEachLeg { leg in
        leg.reorder(patterns.map(\.pattern))
        leg.tail.append(step.name)
      }
    case .projectRename(let columns): try rename(columns, step, &relation)
    default: break
    }
  }

  private func check(_ patterns: [ColumnPattern], _ relation: Relation) throws(Problem) {
    for pattern in patterns where !pattern.pattern.contains("*") {
      try requireColumn(pattern.pattern, pattern.range, relation)
    }
  }

  private mutating func rename(
    _ columns: [NamedExpression], _ step: Step, _ relation: inout Relation
  ) throws(Problem) {
    for column in columns {
      guard let new = column.names.first, case .name(let old) = column.value.kind else {
        throw Problem(
          106, column.value.range, reason: "syntax error", "project-rename takes New = Old",
          advice: "write the new name, '=' and a column")
      }
      try requireColumn(old, column.value.range, relation)
      relation.forEachLeg { leg in
        guard let value = leg.column(old) ?? leg.openColumn(old) else { return }
        leg.rename(old, new, value)
      }
    }
    relation.forEachLeg { $0.shape(step.name) }
  }

  func requireColumn(_ name: String, _ range: SourceRange, _ relation: Relation) throws(Problem) {
    if relation.isOpen || relation.legs.contains(where: { $0.column(name) != nil }) { return }
    throw missing(name, range, relation)
  }

  /// The message for a column that does not exist.
  func missing(
    _ name: String, _ range: SourceRange, _ relation: Relation, _ scope: Scope = Scope()
  ) -> Problem {
    let names = relation.legs.flatMap { $0.columns.map(\.name) } + scope.bindings.keys.sorted()
    let near = names.first { $0.lowercased() == name.lowercased() } ?? nearestName(to: name, among: names)
    let isCase = near?.lowercased() == name.lowercased()
    let owner: String
    if let shape = relation.legs.lazy.compactMap(\.shapedBy).first {
      owner = "the result of '\(shape)'"
    } else {
      owner = relation.legs.lazy.compactMap(\.table).first ?? "the table"
    }
    return Problem(
      202, range, reason: "unknown column",
      "\(owner) has no column '\(name)'" + (isCase ? " (names are case-sensitive)" : "") + suggestion(near),
      advice: near.map { "write \($0)" })
  }
}

extension Leg {
  mutating func shape(_ step: String) {
    tail.append(step)
    shapedBy = step
  }

  /// Sets a column that comes last, as `extend` does (learn.microsoft.com, "extend operator").
  mutating func replace(_ name: String, _ value: Lowered) {
    columns.removeAll { $0.name == name }
    columns.append(Column(name: name, value: value))
  }

  /// Gives a column another name, at its place.
  fileprivate mutating func rename(_ old: String, _ new: String, _ value: Lowered) {
    let place = columns.firstIndex { $0.name == old }
    if let place { columns.remove(at: place) }
    columns.removeAll { $0.name == new }
    columns.insert(Column(name: new, value: value), at: min(place ?? columns.count, columns.count))
  }

  /// Puts the columns that match the patterns first.
  fileprivate mutating func reorder(_ patterns: [String]) {
    var first: [Column] = []
    for pattern in patterns {
      first += columns.filter { Checker.matches($0.name, pattern) }
      columns.removeAll { Checker.matches($0.name, pattern) }
    }
    columns = first + columns
  }

  /// What a name means that is not among the columns, if anything.
  func openColumn(_ name: String) -> Lowered? {
    switch openness {
    case .closed: nil
    case .source: Lowered(.column(name, .unknown))
    case .computed(let blame): Lowered(opaque: blame)
    }
  }
}
