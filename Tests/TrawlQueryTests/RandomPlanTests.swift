import Testing
import TrawlQuery
import TrawlRows
import TrawlTestSupport

/// Plans and rows by chance: what the stages make of them, and what the reference does.
struct RandomPlanTests {
  private struct Dice {
    var random: SplitMix64

    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[roll(items.count)] }

    mutating func value(_ type: KQLType) -> KQLValue {
      if type != .string, roll(6) == 0 { return .null(type) }
      switch type {
      case .string: return .string(pick(["", "a", "b", "B", "é", "ab"]))
      case .real: return .real(Double(roll(9)) / 2 - 2)
      case .datetime: return .datetime(Int64(roll(5)) * 10_000_000)
      default: return .integer(Int64(roll(7)) - 3)
      }
    }
  }

  private typealias Columns = [KQLResultColumn]

  private static let source: Columns = [
    KQLResultColumn("n", .long), KQLResultColumn("s", .string), KQLResultColumn("r", .real),
    KQLResultColumn("t", .datetime),
  ]

  private static func operand(_ column: KQLResultColumn) -> KQLOperand { .column(column.name, column.type) }

  private static func comparison(_ columns: Columns, _ dice: inout Dice) -> KQLPredicate {
    let column = dice.pick(columns.filter { $0.type != .dynamic })
    let comparisons: [KQLComparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
    return .compare(operand(column), dice.pick(comparisons), .constant(dice.value(column.type)))
  }

  private static func keys(_ columns: Columns, _ dice: inout Dice) -> [KQLSortKey] {
    (0...dice.roll(2)).map { _ in
      KQLSortKey(
        operand(dice.pick(columns)), isAscending: dice.roll(2) == 0, isNullsFirst: dice.roll(2) == 0)
    }
  }

  private static func aggregation(_ columns: Columns, _ place: Int, _ dice: inout Dice) -> KQLAggregation {
    let function = dice.pick(KQLAggregate.allCases.filter { $0 != .makeBag })
    let condition = dice.roll(3) == 0 ? comparison(columns, &dice) : nil
    let numbers = columns.filter { $0.type == .long || $0.type == .real }
    var arguments: [KQLOperand]
    switch function {
    case .count: arguments = []
    case .sum, .avg, .stdev, .stdevp, .variance, .variancep:
      arguments = [numbers.isEmpty ? .constant(.integer(2)) : operand(dice.pick(numbers))]
    case .argMax, .argMin, .takeAny:
      arguments = (0...dice.roll(3)).map { _ in operand(dice.pick(columns)) }
    default: arguments = [operand(dice.pick(columns))]
    }
    let percentages = function == .percentiles ? [0, 25, 50, 90, 100].map { Double($0) } : []
    let several = function == .percentiles ? percentages.count : max(1, arguments.count)
    return KQLAggregation(
      function, arguments, condition: condition, percentages: percentages,
      limit: dice.roll(4) == 0 ? 2 : KQLAggregation.maximumElements,
      names: (0..<several).map { "#\(place).\($0)" })
  }

  /// With a table of our own, on one or two columns.
  private static func join(_ columns: Columns, _ dice: inout Dice) -> (KQLTableStep, Columns) {
    let kind = dice.pick(KQLJoinKind.allCases)
    let right = source.prefix(2 + dice.roll(3))
    let rows = (0..<dice.roll(9)).map { _ in right.map { dice.value($0.type) } }
    let types = Set(right.map(\.type))
    let usable = columns.filter { types.contains($0.type) }
    guard !usable.isEmpty else { return (.distinct, columns) }
    let keys = (0...dice.roll(2)).map { _ in dice.pick(usable) }
    let places = keys.map { key in right.firstIndex { $0.type == key.type } ?? 0 }
    let added = kind == .leftsemi || kind == .leftanti ? [] : right.indices.filter { _ in dice.roll(3) > 0 }
    let more = added.map { KQLJoin.Column(place: $0, name: "+\(columns.count).\($0)", type: right[$0].type) }
    let join = KQLJoin(
      kind, keys.map(operand), leftTypes: Dictionary(columns.map { ($0.name, $0.type) }) { one, _ in one },
      places, rows, columns: more)
    let isRight = kind == .rightsemi || kind == .rightanti
    return (.join(join), (isRight ? [] : columns) + more.map { KQLResultColumn($0.name, $0.type) })
  }

  /// With some of the same columns, and one more at times.
  private static func append(_ columns: Columns, _ dice: inout Dice) -> (KQLTableStep, Columns) {
    let new = (0..<dice.roll(2)).map { _ in KQLResultColumn("-\(columns.count)", .string) }
    let more = columns.filter { _ in dice.roll(3) > 0 } + new
    let rows = (0..<dice.roll(5)).map { _ in more.map { dice.value($0.type) } }
    let types = Dictionary(columns.map { ($0.name, $0.type) }) { one, _ in one }
    return (.append(more, rows, leftTypes: types), columns + new)
  }

  /// A step, and the columns that it leaves.
  private static func step(_ columns: Columns, _ dice: inout Dice) -> (KQLTableStep, Columns) {
    switch dice.roll(12) {
    case 11: return append(columns, &dice)
    case 9, 10: return join(columns, &dice)
    case 0, 1: return (.filter(comparison(columns, &dice)), columns)
    case 2:
      let picked = columns.filter { _ in dice.roll(3) > 0 } + [dice.pick(columns)]
      let renamed = picked.enumerated().map { KQLResultColumn("c\($0)", $1.type) }
      return (
        .columns(zip(renamed, picked).map { KQLColumn($0.name, operand($1)) }), renamed
      )
    case 3: return (.sort(keys(columns, &dice)), columns)
    case 4: return (.take(dice.roll(12)), columns)
    case 5: return (.top(dice.roll(8), keys(columns, &dice)), columns)
    case 6: return (.distinct, columns)
    case 7 where dice.roll(4) == 0: return (.count("n"), [KQLResultColumn("n", .long)])
    default:
      let groups = (0..<dice.roll(3)).map { place in
        KQLColumn("g\(place)", operand(dice.pick(columns)))
      }
      let aggregations = (0...dice.roll(3)).map { aggregation(columns, $0, &dice) }
      // What is computed with rounding is not computed with any further.
      let exact = aggregations.filter {
        ![.avg, .stdev, .stdevp, .variance, .variancep].contains($0.function)
      }
      let left =
        groups.map { KQLResultColumn($0.name, $0.operand.type) }
        + exact.flatMap { zip($0.names, $0.types).map { KQLResultColumn($0, $1) } }
      return (.summarize(aggregations, by: groups), left)
    }
  }

  private static func plan(_ dice: inout Dice) -> KQLPlan {
    var columns = source
    var steps: [KQLTableStep] = []
    for _ in 0..<dice.roll(5) {
      // Lists have no order and no number that the reference knows.
      columns.removeAll { $0.type == .dynamic }
      if columns.isEmpty { break }
      let (step, left) = step(columns, &dice)
      steps.append(step)
      columns = left
    }
    let sources = source.map { KQLColumn($0.name, operand($0)) }
    return KQLPlan(
      sources: [KQLSourceTable(table: "T", predicate: .constant(true), columns: sources)], steps: steps,
      columns: columns)
  }

  private static func isNear(_ one: KQLValue, _ other: KQLValue) -> Bool {
    guard case .real(let left) = one, case .real(let right) = other else { return one == other }
    return left == right || left.isNaN && right.isNaN || abs(left - right) < 1e-9
  }

  @Test(arguments: 0..<40)
  func `stages make of random rows what the reference makes`(seed: Int) throws {
    var dice = Dice(random: SplitMix64(seed: UInt64(seed) &* 977 &+ 5))
    for _ in 0..<60 {
      let plan = RandomPlanTests.plan(&dice)
      let rows = (0..<dice.roll(25)).map { _ in RandomPlanTests.source.map { dice.value($0.type) } }
      let expected = TableReference(plan).table(rows).rows
      var builder = TableBuilder(plan)
      for row in rows where !builder.isSatisfied { try builder.add(row) }
      let found = try builder.finish().rows
      let agrees =
        found.count == expected.count
        && zip(found, expected).allSatisfy { left, right in
          left.count == right.count && zip(left, right).allSatisfy { RandomPlanTests.isNear($0, $1) }
        }
      #expect(agrees, "\(plan.steps)\nof \(rows)\nfound \(found)\nexpected \(expected)")
    }
  }
}
