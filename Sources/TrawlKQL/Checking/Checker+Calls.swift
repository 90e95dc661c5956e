import TrawlRows
import TrawlRules

extension Checker {
  mutating func call(
    _ name: String, _ arguments: [Argument], _ range: SourceRange, _ row: Row?, _ scope: Scope,
    _ aggregates: Bool
  ) throws(Problem) -> Lowered {
    if case .function(let function, let outer) = scope.bindings[name] {
      let values = try bindings(arguments, row, scope)
      let (body, inner) = try call(name, function, outer, values, range)
      return try nested(range) { checker throws(Problem) in try checker.lower(body, row, inner) }
    }
    if name == "typeof", case .name(let type)? = arguments.first?.value.kind, KQLType(name: type) != nil {
      return Lowered(.constant(.string(type)))
    }
    if name == "toscalar" || name == "materialize" { return try scalar(arguments, range, scope) }
    if name == "ingestion_time" { warnOfIngestionTime(range) }
    guard let known = schema.functions[name] else { throw unknown(name, range, scope) }
    var values: [Lowered] = []
    for argument in arguments {
      values.append(try lower(argument.value, row, scope, aggregates: aggregates))
    }
    switch known {
    case .scalar(let type): return try scalar(name, type, values, arguments, range)
    case .service: return Lowered(opaque: service(name, range))
    case .aggregate:
      if !aggregates, name != "any" {
        throw Problem(
          205, range, reason: "aggregate outside of summarize", "\(name)() is an aggregate",
          advice: "it stands behind summarize, make-series or top-nested")
      }
      return try collect(name, values, range)
        ?? Lowered(opaque: unsupported(name, range), aggregateType(name, values))
    }
  }

  private mutating func warnOfIngestionTime(_ range: SourceRange) {
    if warnings.contains(where: { $0.code == 305 }) { return }
    warnings.append(
      Problem(
        305, range, reason: "ingestion time", "ingestion_time() is read as the time of the event",
        advice: "no log says when the service took it in"))
  }

  private func aggregateType(_ name: String, _ values: [Lowered]) -> KQLType {
    switch name {
    case "count", "countif", "dcount", "dcountif", "count_distinct", "countdistinct": .long
    case "make_set", "make_list", "make_bag", "make_set_if", "make_list_if", "makeset", "makelist": .dynamic
    case "avg", "avgif", "stdev", "stdevif", "variance": .unknown
    case "min", "max", "sum": values.first?.type ?? .unknown
    default: .unknown
    }
  }

  private func unsupported(_ name: String, _ range: SourceRange) -> Problem {
    Problem(
      408, range, reason: "function \(name)", "\(name)() in a condition is not supported", advice: "Skipped.")
  }

  private func unknown(_ name: String, _ range: SourceRange, _ scope: Scope) -> Problem {
    let names = schema.functions.keys.sorted() + scope.bindings.keys.sorted()
    let near = names.first { $0.lowercased() == name.lowercased() } ?? nearestName(to: name, among: names)
    let isCase = near?.lowercased() == name.lowercased()
    return Problem(
      203, range, reason: "unknown function",
      "there is no function '\(name)'" + (isCase ? " (names are case-sensitive)" : "") + suggestion(near),
      advice: near.map { "write \($0)" } ?? "functions that are saved in a workspace must be written with let"
    )
  }

  /// `toscalar(table)`: the first value of the first row, where that is known.
  private mutating func scalar(
    _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Problem) -> Lowered {
    guard let argument = arguments.first else {
      throw Problem(204, range, reason: "arguments", "toscalar needs an argument and gets none")
    }
    if !isTabular(argument.value, scope) { return try lower(argument.value, nil, scope) }
    let relation = try relation(argument.value, scope)
    do throws(Problem) {
      let table = try known(relation, argument.value.range)
      let absent = (table.columns.first?.type ?? .unknown).absent
      return Lowered(.constant(table.rows.first?.first ?? absent))
    } catch {
      return Lowered(opaque: error)
    }
  }

  private func scalar(
    _ name: String, _ type: KQLType, _ values: [Lowered], _ arguments: [Argument], _ range: SourceRange
  ) throws(Problem) -> Lowered {
    if let formula = try formula(name, values, range) { return formula }
    guard let function = KQLFunction(name: name) else {
      return Lowered(opaque: values.compactMap(\.blame).first ?? unsupported(name, range), type)
    }
    guard function.arity.contains(values.count) else {
      let allowed = function.arity
      let count =
        allowed.count == 1 ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
      throw Problem(
        204, range, reason: "arguments", "\(name)() takes \(count) arguments and gets \(values.count)",
        advice: "write \(count)")
    }
    try checkExpressions(function, values, arguments)
    if function == .parseJSON, values[0].type == .dynamic { return values[0] }
    if function == .tostring, values[0].type == .string { return values[0] }
    return Constants.folded(function, values) ?? Lowered(values, type: .unknown) { .call(function, $0) }
  }

  /// Regular expressions of functions are checked as those of `matches regex` are.
  private func checkExpressions(
    _ function: KQLFunction, _ values: [Lowered], _ arguments: [Argument]
  ) throws(Problem) {
    let place: Int? =
      switch function {
      case .extract, .trim, .trimStart, .trimEnd: 0
      case .replaceRegex: 1
      default: nil
      }
    guard let place, case .string(let source) = values[place].constant else { return }
    _ = try RegexTranslation.translate(source, arguments[place].value.range)
  }

  /// Functions that are formulas: `not`, `isempty` and their kin, `ago`, `ingestion_time`.
  private func formula(_ name: String, _ values: [Lowered], _ range: SourceRange) throws(Problem) -> Lowered?
  {
    switch name {
    case "ago":
      try require(1, name, values, range)
      let now = Lowered(.call(.now, []))
      return Lowered([now, values[0]], type: .datetime) { .call(.subtract, $0) }
    case "now":
      guard let offset = values.first else { return Lowered(.call(.now, [])) }
      return Lowered([Lowered(.call(.now, [])), offset], type: .datetime) { .call(.add, $0) }
    case "ingestion_time":
      // There is no such time offline; the event's own stands in for it.
      return Lowered(.column("Timestamp", .datetime))
    case "not": return try negated(name, values, range) { $0 }
    case "isempty": return try emptiness(name, values, range) { .isEmpty($0) }
    case "isnotempty", "notempty": return try emptiness(name, values, range) { .not(.isEmpty($0)) }
    case "isnull": return try emptiness(name, values, range) { .isNull($0) }
    case "isnotnull", "notnull": return try emptiness(name, values, range) { .not(.isNull($0)) }
    default: return nil
    }
  }

  private func require(
    _ count: Int, _ name: String, _ values: [Lowered], _ range: SourceRange
  ) throws(Problem) {
    guard values.count != count else { return }
    throw Problem(
      204, range, reason: "arguments",
      "\(name)() takes \(count) argument\(count == 1 ? "" : "s") and gets \(values.count)",
      advice: "write \(count)")
  }

  private func negated(
    _ name: String, _ values: [Lowered], _ range: SourceRange, _ body: (KQLPredicate) -> KQLPredicate
  ) throws(Problem) -> Lowered {
    try require(1, name, values, range)
    return Checker.condition(values) { .not(body($0[0])) }
  }

  private func emptiness(
    _ name: String, _ values: [Lowered], _ range: SourceRange, _ make: (KQLOperand) -> KQLPredicate
  ) throws(Problem) -> Lowered {
    try require(1, name, values, range)
    return Lowered(values, type: .bool) { .condition(make($0[0])) }
  }
}
