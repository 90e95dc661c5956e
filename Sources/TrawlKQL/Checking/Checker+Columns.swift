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
        for (name, value) in try values(of: column, row, scope) { relation.legs[index].set(name, value) }
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
  static func name(of expression: Expression) -> String {
    switch expression.kind {
    case .name(let name): name
    case .member(let base, let name): "\(Checker.name(of: base))_\(name)"
    case .element(let base, _): Checker.name(of: base)
    case .call(let function, let arguments):
      Checker.passesName.contains(function) && !arguments.isEmpty
        ? Checker.name(of: arguments[0].value) : aggregateName(function, arguments)
    default: "Column1"
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
      case "make_list", "makelist", "make_list_if": "list"
      case "make_bag": "bag"
      default: function
      }
    return "\(prefix)_\(arguments.first.map { name(of: $0.value) } ?? "")"
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
        for (name, value) in try values(of: column, row, scope) { relation.legs[index].set(name, value) }
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
      relation.forEachLeg { $0.tail.append(step.name) }
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
        leg.columns.removeAll { $0.name == old }
        leg.set(new, value)
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

  /// What a name means that is not among the columns, if anything.
  func openColumn(_ name: String) -> Lowered? {
    switch openness {
    case .closed: nil
    case .source: Lowered(.column(name, .unknown))
    case .computed(let blame): Lowered(opaque: blame)
    }
  }
}
