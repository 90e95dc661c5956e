import TrawlRows

/// The rows that a plan made, for queries that look into them.
public struct KQLTable: Equatable, Sendable {
  public var plan: KQLPlan
  /// Values in the order of the plan's columns.
  public var rows: [[KQLValue]]
  /// Why it could not be made, if so.
  public var failure: String?

  public init(plan: KQLPlan, rows: [[KQLValue]], failure: String? = nil) {
    self.plan = plan
    self.rows = rows
    self.failure = failure
  }
}

/// A table within an expression or a join, whose rows are known.
struct KnownTable {
  var columns: [KQLResultColumn]
  var rows: [[KQLValue]]
}

extension Checker {
  /// The rows of a relation: written in the query, or made of events before it is run. Throws why they are not known;
  /// where events must be read for them, the plan is noted. `forEvents`: only which events match depends on them.
  mutating func known(
    _ relation: Relation, _ range: SourceRange, forEvents: Bool = false
  ) throws(Problem) -> KnownTable {
    if let rows = relation.rows, let leg = relation.legs.first {
      return KnownTable(columns: leg.columns.map { KQLResultColumn($0.name, $0.value.type) }, rows: rows)
    }
    if relation.legs.allSatisfy({ $0.table == nil }), let limit = relation.firstLimit { throw limit }
    let table = try PlanConclusion(relation, range, options, text)
    looksIntoEvents = true
    if table.isTimeLifted { isTimeLifted = true }
    if let known = options.tables.first(where: { $0.plan == table.plan }) {
      if let failure = known.failure {
        throw Problem(419, range, reason: "table too large", "this table could not be made: \(failure)")
      }
      return KnownTable(columns: table.plan.columns, rows: known.rows)
    }
    if assumesEmpty { return KnownTable(columns: table.plan.columns, rows: []) }
    if !forEvents, !needs.contains(table.plan) { needs.append(table.plan) }
    if forEvents, !eventNeeds.contains(table.plan) { eventNeeds.append(table.plan) }
    throw Problem(418, range, reason: Checker.firstPass, "the events must be read for this table first")
  }

  /// The reason for which a table is not known yet.
  static let firstPass = "first pass"

  /// Lists of so many values are not literals of the database, but looked up for each event that the rest lets through.
  static let mostLiterals = 4096

  /// Whether values, together, are those of one of the rows.
  static func membership(_ operands: [Lowered], _ rows: [[KQLValue]], isCased: Bool) -> Lowered {
    if operands.count == 1, rows.count <= mostLiterals {
      let values = rows.compactMap(\.first).filter { !$0.isNull }
      if operands[0].type == .string || operands[0].type == .unknown || !isCased {
        let texts = values.compactMap(\.text)
        return Lowered(operands, type: .bool) {
          .condition(.text($0[0], .equals, texts, .any, isCased: isCased))
        }
      }
      return Lowered(operands, type: .bool) { .condition(.member($0[0], values)) }
    }
    let list = KQLList(rows, isCased: isCased)
    return Lowered(operands, type: .bool) { .condition(.listed($0, list)) }
  }
}
