import Foundation
import TrawlRows

/// What a plan makes of rows, step by step over whole tables: slow and plain. Operands are columns and constants, and
/// predicates comparisons of these.
public struct TableReference {
  /// A table with the names of its columns.
  public struct Table: Equatable {
    public var names: [String]
    public var rows: [[KQLValue]]

    public init(names: [String], rows: [[KQLValue]]) {
      self.names = names
      self.rows = rows
    }

    fileprivate func value(_ operand: KQLOperand, _ row: [KQLValue]) -> KQLValue {
      switch operand {
      case .constant(let value): return value
      case .column(let name, let type):
        guard let place = names.firstIndex(of: name) else { return .null(type) }
        return row[place]
      default: fatalError("the reference does not know \(operand)")
      }
    }

    fileprivate func holds(_ predicate: KQLPredicate, _ row: [KQLValue]) -> Bool {
      guard case .compare(let left, let comparison, let right) = predicate else {
        fatalError("the reference does not know \(predicate)")
      }
      let (one, other) = (value(left, row), value(right, row))
      if isNull(one) || isNull(other) { return comparison == .notEqual && isNull(one) != isNull(other) }
      let order = compare(one, other)
      switch comparison {
      case .equal: return order == 0
      case .notEqual: return order != 0
      case .less: return order < 0
      case .lessOrEqual: return order <= 0
      case .greater: return order > 0
      case .greaterOrEqual: return order >= 0
      }
    }
  }

  private let plan: KQLPlan

  public init(_ plan: KQLPlan) { self.plan = plan }

  /// The result for rows of the sources' columns.
  public func table(_ rows: [[KQLValue]]) -> Table {
    var table = Table(names: plan.sources[0].columns.map(\.name), rows: rows)
    for step in plan.steps { table = apply(step, table) }
    return table
  }

  private func apply(_ step: KQLTableStep, _ table: Table) -> Table {
    var result = table
    switch step {
    case .filter(let predicate): result.rows = table.rows.filter { table.holds(predicate, $0) }
    case .columns(let columns):
      result.names = columns.map(\.name)
      result.rows = table.rows.map { row in columns.map { table.value($0.operand, row) } }
    case .sort(let keys): result.rows = sorted(table, keys)
    case .take(let count): result.rows = Array(table.rows.prefix(count))
    case .top(let count, let keys): result.rows = Array(sorted(table, keys).prefix(count))
    case .distinct: result.rows = distinct(table.rows)
    case .count(let name): result = Table(names: [name], rows: [[.integer(Int64(table.rows.count))]])
    case .summarize(let aggregations, let groups):
      let keys = table.rows.map { row in groups.map { table.value($0.operand, row) } }
      result.names = groups.map(\.name) + aggregations.flatMap(\.names)
      result.rows = (groups.isEmpty ? [[]] : distinct(keys)).map { key in
        let members = zip(keys, table.rows).filter { $0.0 == key }.map(\.1)
        return key + aggregations.flatMap { values(of: $0, table, members) }
      }
    case .join(let join): result = joined(table, join)
    case .append(let columns, let rows, let types):
      func none(_ type: KQLType?) -> KQLValue { type == .string ? .string("") : .null(type ?? .unknown) }
      let new = columns.filter { !table.names.contains($0.name) }
      result.names = table.names + new.map(\.name)
      result.rows = table.rows.map { $0 + new.map { none($0.type) } }
      result.rows += rows.map { row in
        result.names.map { name in columns.firstIndex { $0.name == name }.map { row[$0] } ?? none(types[name])
        }
      }
    }
    return result
  }

  /// Each row of one side with each of the other.
  private func joined(_ table: Table, _ join: KQLJoin) -> Table {
    let kind = join.kind.rawValue
    let left = kind == "innerunique" ? firstOfEachKey(table, join) : table.rows
    func pairs(_ one: [KQLValue], _ other: [KQLValue]) -> Bool {
      zip(join.leftKeys, join.rightKeys).allSatisfy { key, place in
        let value = table.value(key, one)
        return !isNull(value) && value == other[place]
      }
    }
    func picked(_ row: [KQLValue]) -> [KQLValue] { join.columns.map { row[$0.place] } }
    func none(_ type: KQLType) -> KQLValue { type == .string ? .string("") : .null(type) }
    let nothing = join.columns.map { none($0.type) }
    let alone = left.filter { row in !join.rows.contains { pairs(row, $0) } }
    let rightAlone = join.rows.filter { row in !left.contains { pairs($0, row) } }
    var rows: [[KQLValue]] = []
    var given: Set<Int> = []
    for row in left {
      let partners = join.rows.indices.filter { pairs(row, join.rows[$0]) }
      switch kind {
      case "leftsemi": if !partners.isEmpty { rows.append(row) }
      case "leftanti": if partners.isEmpty { rows.append(row) }
      case "rightanti": break
      case "rightsemi":
        for place in partners where given.insert(place).inserted { rows.append(picked(join.rows[place])) }
      default:
        rows += partners.map { row + picked(join.rows[$0]) }
        let isKept = kind == "leftouter" || kind == "fullouter"
        if isKept, alone.contains(where: { "\($0)" == "\(row)" }) { rows.append(row + nothing) }
      }
    }
    if kind == "rightanti" { rows += rightAlone.map(picked) }
    if kind == "rightouter" || kind == "fullouter" {
      let left = table.names.map { none(join.leftTypes[$0] ?? .unknown) }
      rows += rightAlone.map { left + picked($0) }
    }
    let isRight = kind == "rightsemi" || kind == "rightanti"
    return Table(names: (isRight ? [] : table.names) + join.columns.map(\.name), rows: rows)
  }

  private func firstOfEachKey(_ table: Table, _ join: KQLJoin) -> [[KQLValue]] {
    var seen: [String] = []
    return table.rows.filter { row in
      let key = join.leftKeys.map { table.value($0, row) }
      if key.contains(where: isNull) { return true }
      let isNew = !seen.contains("\(key)")
      seen.append("\(key)")
      return isNew
    }
  }

  /// By selection, again and again the first of those left.
  private func sorted(_ table: Table, _ keys: [KQLSortKey]) -> [[KQLValue]] {
    var left = table.rows
    var result: [[KQLValue]] = []
    while !left.isEmpty {
      var first = 0
      for place in left.indices where comesBefore(left[place], left[first], table, keys) { first = place }
      result.append(left.remove(at: first))
    }
    return result
  }

  private func comesBefore(
    _ one: [KQLValue], _ other: [KQLValue], _ table: Table, _ keys: [KQLSortKey]
  ) -> Bool {
    for key in keys {
      let (left, right) = (table.value(key.operand, one), table.value(key.operand, other))
      if isNull(left) != isNull(right) { return isNull(left) == key.isNullsFirst }
      if isNull(left) { continue }
      let order = compare(left, right)
      if order != 0 { return (order < 0) == key.isAscending }
    }
    return false
  }

  private func distinct(_ rows: [[KQLValue]]) -> [[KQLValue]] {
    var texts: [String] = []
    return rows.filter { row in
      // As text, in which a NaN is like another.
      let isNew = !texts.contains("\(row)")
      texts.append("\(row)")
      return isNew
    }
  }
}

// MARK: - Aggregates

extension TableReference {
  private func values(of aggregation: KQLAggregation, _ table: Table, _ rows: [[KQLValue]]) -> [KQLValue] {
    let rows = rows.filter { row in aggregation.condition.map { table.holds($0, row) } ?? true }
    let lines = rows.map { row in aggregation.arguments.map { table.value($0, row) } }
    let all = lines.compactMap(\.first)
    let known = all.filter { !isNull($0) }
    let types = aggregation.arguments.map(\.type)
    func none(_ type: KQLType) -> KQLValue { type == .string ? .string("") : .null(type) }
    switch aggregation.function {
    case .count: return [.integer(Int64(rows.count))]
    case .dcount: return [.integer(Int64(distinct(known.map { [$0] }).count))]
    case .sum:
      return [types[0] == .real ? .real(total(known)) : .integer(Int64(total(known)))]
    case .avg: return [.real(total(known) / Double(known.count))]
    case .min: return [known.min { compare($0, $1) < 0 } ?? none(types[0])]
    case .max: return [known.max { compare($0, $1) < 0 } ?? none(types[0])]
    case .variance: return [.real(variance(known, known.count - 1))]
    case .variancep: return [.real(variance(known, known.count))]
    case .stdev: return [.real(sqrt(variance(known, known.count - 1)))]
    case .stdevp: return [.real(sqrt(variance(known, known.count)))]
    case .percentiles:
      let sorted = known.sorted { compare($0, $1) < 0 }
      return aggregation.percentages.map { percentage in
        sorted.enumerated().first { Double($0.offset + 1) >= percentage / 100 * Double(sorted.count) }?
          .element
          ?? none(types[0])
      }
    case .makeSet: return [.list(Array(distinct(known.map { [$0] }).map { $0[0] }.prefix(aggregation.limit)))]
    case .makeList: return [.list(Array(known.prefix(aggregation.limit)))]
    case .makeListWithNulls: return [.list(Array(all.prefix(aggregation.limit)))]
    case .makeBag: return [.bag([])]
    case .argMax, .argMin:
      let sign = aggregation.function == .argMax ? 1 : -1
      let best = lines.filter { !isNull($0[0]) }.reduce(nil as [KQLValue]?) { best, line in
        best.map { compare(line[0], $0[0]) * sign > 0 ? line : $0 } ?? line
      }
      return best ?? lines.first ?? types.map(none)
    case .takeAny:
      let filled = lines.first { !isNull($0[0]) && $0[0] != .string("") }
      return (types.count == 1 ? filled : nil) ?? lines.first ?? types.map(none)
    }
  }

  private func total(_ values: [KQLValue]) -> Double { values.map(number).reduce(0, +) }

  /// By definition, in two passes.
  private func variance(_ values: [KQLValue], _ divisor: Int) -> Double {
    guard divisor > 0 else { return 0 }
    let mean = total(values) / Double(values.count)
    return values.map { pow(number($0) - mean, 2) }.reduce(0, +) / Double(divisor)
  }
}

private func isNull(_ value: KQLValue) -> Bool { if case .null = value { true } else { false } }

private func number(_ value: KQLValue) -> Double {
  switch value {
  case .integer(let number): Double(number)
  case .real(let number): number
  default: 0
  }
}

/// Of values of one type that are not null.
private func compare(_ one: KQLValue, _ other: KQLValue) -> Int {
  switch (one, other) {
  case (.string(let left), .string(let right)):
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
  case (.datetime(let left), .datetime(let right)): return left == right ? 0 : left < right ? -1 : 1
  default:
    let (left, right) = (number(one), number(other))
    return left == right ? 0 : left < right ? -1 : 1
  }
}
