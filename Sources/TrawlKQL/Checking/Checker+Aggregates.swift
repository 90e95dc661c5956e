import TrawlRows

extension Checker {
  /// `summarize` of a table: the aggregates get columns without names of their own, over which the expressions of the
  /// query are computed.
  mutating func summarize(
    _ aggregates: [NamedExpression], _ groups: [NamedExpression], _ shape: inout Shape, _ scope: Scope
  ) throws(Problem) {
    let below = shape.row
    var keys: [KQLColumn] = []
    var row = Leg(table: nil, columns: [])
    for group in groups {
      let name = group.names.first ?? Checker.unique(Checker.name(of: group.value), row.columns)
      let operand = try operand(group.value, below, scope)
      keys.append(KQLColumn(name, operand))
      row.set(name, Lowered(.column(name, operand.type)))
    }
    collected = []
    defer { collected = nil }
    for aggregate in aggregates { try add(aggregate, to: &row, below, scope) }
    let found = collected ?? []
    let results = found.flatMap { zip($0.names, $0.types).map { KQLResultColumn($0, $1) } }
    shape.add(
      .summarize(found, by: keys), leaving: keys.map { KQLResultColumn($0.name, $0.operand.type) } + results)
    shape.row.columns = row.columns
    shape.row.shapedBy = "summarize"
  }

  /// The columns of one aggregate.
  private mutating func add(
    _ aggregate: NamedExpression, to row: inout Leg, _ below: Leg, _ scope: Scope
  ) throws(Problem) {
    if case .call(let name, let arguments) = aggregate.value.kind, scope.bindings[name] == nil,
      let function = Checker.aggregates[name]?.function, function.givesSeveral
    {
      return try add(function, name, arguments, aggregate, to: &row, below, scope)
    }
    let value = try lower(
      aggregate.value, Row(leg: below, relation: Relation(legs: [below])), scope, aggregates: true)
    guard let operand = value.operand else { throw value.blame ?? scalarTable(aggregate.value.range) }
    if let column = operand.columnNames.first(where: { !$0.hasPrefix(Checker.hiddenPrefix) }) {
      throw Problem(
        206, aggregate.value.range, reason: "column outside of an aggregate",
        "'\(column)' differs within a group", advice: "put it into an aggregate such as take_any()")
    }
    row.set(aggregate.names.first ?? Checker.unique(Checker.name(of: aggregate.value), row.columns), value)
  }

  /// An aggregate with several results: `arg_max(Timestamp, *)`.
  private mutating func add(
    _ function: KQLAggregate, _ name: String, _ arguments: [Argument], _ aggregate: NamedExpression,
    to row: inout Leg, _ below: Leg, _ scope: Scope
  ) throws(Problem) {
    var values: [(name: String, operand: KQLOperand)] = []
    var condition: KQLPredicate?
    var arguments = arguments[...]
    if Checker.aggregates[name]?.isConditional == true, let last = arguments.popLast() {
      condition = .truth(try operand(last.value, below, scope))
    }
    let isPercentile = function == .percentiles
    for argument in isPercentile ? arguments.prefix(1) : arguments {
      if case .star = argument.value.kind {
        values += try Checker.allColumns(below).filter { column in
          row.column(column.name) == nil && !values.contains { $0.name == column.name }
        }
      } else {
        let operand = try operand(argument.value, below, scope)
        values.append((Checker.name(of: argument.value), operand))
      }
    }
    let shares = isPercentile ? try percentages(arguments.dropFirst(), scope) : []
    if isPercentile, let first = values.first {
      values = shares.map { ("percentile_\(first.name)_\($0.text)", first.operand) }
    }
    let hidden = values.indices.map { Checker.hiddenName(collected?.count ?? 0, $0) }
    collected?.append(
      KQLAggregation(
        function, isPercentile ? Array(values.prefix(1).map(\.operand)) : values.map(\.operand),
        condition: condition, percentages: shares.map(\.value), names: hidden))
    for (index, value) in values.enumerated() {
      let given = aggregate.names.indices.contains(index) ? aggregate.names[index] : nil
      row.set(
        given ?? Checker.unique(value.name, row.columns),
        Lowered(.column(hidden[index], value.operand.type)))
    }
  }

  private static func allColumns(_ leg: Leg) throws(Problem) -> [(name: String, operand: KQLOperand)] {
    var columns: [(name: String, operand: KQLOperand)] = []
    for column in leg.columns {
      guard let operand = column.value.operand else {
        if let blame = column.value.blame { throw blame }
        continue
      }
      columns.append((column.name, operand))
    }
    return columns
  }

  private mutating func percentages(
    _ arguments: ArraySlice<Argument>, _ scope: Scope
  ) throws(Problem) -> [(text: String, value: Double)] {
    var result: [(text: String, value: Double)] = []
    for argument in arguments {
      switch try lower(argument.value, nil, scope).constant {
      case .integer(let number): result.append(("\(number)", Double(number)))
      case .real(let number):
        result.append(("\(number)".split(separator: ".").joined(separator: "_"), number))
      default: break
      }
    }
    guard result.count == arguments.count, !result.isEmpty else {
      throw Problem(
        204, arguments.first?.value.range ?? SourceRange(start: 0, end: 0), reason: "arguments",
        "percentiles takes numbers behind its first argument", advice: "write numbers from 0 to 100")
    }
    return result
  }
}

extension Checker {
  /// Of columns that no query can name.
  static let hiddenPrefix = "#"

  static func hiddenName(_ aggregate: Int, _ result: Int) -> String {
    "\(hiddenPrefix)\(aggregate).\(result)"
  }

  /// Aggregates by name. The condition of a conditional one is its last argument of these, but for a size behind it.
  static let aggregates: [String: (function: KQLAggregate, isConditional: Bool)] = [
    "count": (.count, false), "countif": (.count, true), "dcount": (.dcount, false),
    "dcountif": (.dcount, true), "count_distinct": (.dcount, false), "count_distinctif": (.dcount, true),
    "countdistinct": (.dcount, false), "sum": (.sum, false), "sumif": (.sum, true), "avg": (.avg, false),
    "avgif": (.avg, true), "min": (.min, false), "minif": (.min, true), "max": (.max, false),
    "maxif": (.max, true), "stdev": (.stdev, false), "stdevif": (.stdev, true), "stdevp": (.stdevp, false),
    "variance": (.variance, false), "varianceif": (.variance, true), "variancep": (.variancep, false),
    "percentile": (.percentiles, false), "percentiles": (.percentiles, false),
    "make_set": (.makeSet, false), "makeset": (.makeSet, false), "make_set_if": (.makeSet, true),
    "make_list": (.makeList, false), "makelist": (.makeList, false), "make_list_if": (.makeList, true),
    "make_list_with_nulls": (.makeListWithNulls, false), "make_bag": (.makeBag, false),
    "make_bag_if": (.makeBag, true), "make_dictionary": (.makeBag, false), "arg_max": (.argMax, false),
    "argmax": (.argMax, false), "arg_min": (.argMin, false), "argmin": (.argMin, false),
    "take_any": (.takeAny, false), "any": (.takeAny, false), "take_anyif": (.takeAny, true),
    "anyif": (.takeAny, true),
  ]

  /// Notes an aggregate of an expression; the value is its column.
  mutating func collect(
    _ name: String, _ values: [Lowered], _ range: SourceRange
  ) throws(Problem) -> Lowered? {
    guard let number = collected?.count else { return nil }
    guard let (function, isConditional) = Checker.aggregates[name], !function.givesSeveral else { return nil }
    if let blame = values.lazy.compactMap(\.blame).first { throw blame }
    var values = values
    var condition: KQLPredicate?
    let operands = function == .count ? 0 : 1
    guard values.count >= operands + (isConditional ? 1 : 0) else {
      throw Problem(
        204, range, reason: "arguments", "\(name)() gets too few arguments", advice: "write its arguments")
    }
    if isConditional { condition = values.remove(at: operands).predicate }
    let names = [Checker.hiddenName(number, 0)]
    var aggregation = KQLAggregation(
      function, values.prefix(operands).compactMap(\.operand), condition: condition, names: names)
    if function.isCollection, values.count > 1, case .integer(let limit) = values[1].constant {
      aggregation.limit = Int(max(0, min(limit, Int64(KQLAggregation.maximumElements))))
    }
    collected?.append(aggregation)
    return Lowered(.column(names[0], aggregation.types[0]))
  }

  /// A name that no column has yet, as KQL makes it: with a number behind it.
  static func unique(_ name: String, _ columns: [Leg.Column]) -> String {
    guard columns.contains(where: { $0.name == name }) else { return name }
    let stem = name == "Column1" ? "Column" : name
    var number = stem == name ? 1 : 2
    while columns.contains(where: { $0.name == "\(stem)\(number)" }) { number += 1 }
    return "\(stem)\(number)"
  }
}

extension KQLAggregate {
  /// Whether its results are columns of their own rather than one value.
  fileprivate var givesSeveral: Bool {
    switch self {
    case .argMax, .argMin, .takeAny, .percentiles: true
    default: false
    }
  }

  fileprivate var isCollection: Bool {
    switch self {
    case .makeSet, .makeList, .makeListWithNulls, .makeBag: true
    default: false
    }
  }
}
