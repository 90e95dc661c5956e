import Glibc
import TrawlRows

/// What the table of a checked query comes to.
struct PlanConclusion {
  var plan: KQLPlan
  var isTimeLifted: Bool
  var warnings: [Problem] = []

  /// Throws the reason for which there is no plan.
  init(_ relation: Relation, _ range: SourceRange, _ options: KQLOptions, _ text: [UInt8]) throws(Problem) {
    let shape = try relation.settled()
    let columns = try shape.result()
    let legs = try Conclusion.usable(Relation(legs: shape.sources), range, &warnings)
    let times = TimeDecision(legs.flatMap(\.times) + shape.times, options)
    try times.demandNow(text)
    isTimeLifted = times.isLifted
    let now = options.now ?? PlanConclusion.clock
    let sources = legs.compactMap { leg -> KQLSourceTable? in
      guard let table = leg.table else { return nil }
      return KQLSourceTable(
        table: table, predicate: times.predicate(of: leg, options),
        columns: shape.sourceColumns.map { leg.tableColumn($0, now: now) })
    }
    if sources.contains(where: { $0.columns.contains { $0.operand.readsAnyColumn } }) {
      throw Problem(
        417, range, reason: "any column", "'*' in a computed column is not supported",
        advice: "name the columns")
    }
    let steps = shape.steps.compactMap { times.step($0)?.with(now: now) }
    plan = KQLPlan(sources: sources, steps: steps, columns: columns)
    plan.prune()
  }

  /// Where a column is computed from the time of the run and none was given: the time of this one, the same for all.
  private static let clock: Int64 = {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let seconds = Int64(time.tv_sec) &* KQLTime.second &+ Int64(time.tv_nsec) / 100
    return (KQLTime.datetime(1970, 1, 1) ?? 0) &+ seconds
  }()
}

/// What becomes of the conditions on the time of the run.
struct TimeDecision {
  private let bounds: [Leg.TimeCondition]
  private let window: Leg.TimeCondition?
  /// Whether they are evaluated, rather than left out.
  let evaluates: Bool
  private let hasNow: Bool

  init(_ bounds: [Leg.TimeCondition], _ options: KQLOptions) {
    self.bounds = bounds
    window = bounds.first { !$0.predicate.isTimeBound }
    evaluates = options.time == .strict || window != nil
    hasNow = options.now != nil
  }

  var isLifted: Bool { !evaluates && !bounds.isEmpty }

  /// Throws where the time of the run is needed and unknown.
  func demandNow(_ text: [UInt8]) throws(Problem) {
    guard evaluates, let bound = window ?? bounds.first, !hasNow else { return }
    throw Conclusion.needsNow(bound, bounds, text)
  }

  /// What must hold of a leg's events.
  func predicate(of leg: Leg, _ options: KQLOptions) -> KQLPredicate {
    let times = evaluates ? leg.times.map { $0.predicate.with(now: options.now ?? 0) } : []
    let parts = leg.predicates + times
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// A step as it is run; nil for a condition that is left out.
  func step(_ step: KQLTableStep) -> KQLTableStep? {
    guard case .filter(let predicate) = step, !evaluates, predicate.usesNow, predicate.isTimeBound else {
      return step
    }
    return nil
  }
}

extension Leg {
  /// A column of a table that several legs feed; null where this one has none.
  fileprivate func tableColumn(_ column: KQLResultColumn, now: Int64) -> KQLColumn {
    if let operand = self.column(column.name)?.operand {
      return KQLColumn(column.name, operand.with(now: now))
    }
    return KQLColumn(column.name, .constant(column.type.absent))
  }
}

extension KQLTableStep {
  /// With the time of the run put in.
  fileprivate func with(now: Int64) -> KQLTableStep {
    switch self {
    case .filter(let predicate): return .filter(predicate.with(now: now))
    case .columns(let columns): return .columns(columns.map { $0.with(now: now) })
    case .sort(let keys): return .sort(keys.map { $0.with(now: now) })
    case .top(let count, let keys): return .top(count, keys.map { $0.with(now: now) })
    case .summarize(let aggregations, let groups):
      let aggregations = aggregations.map { aggregation in
        var aggregation = aggregation
        aggregation.arguments = aggregation.arguments.map { $0.with(now: now) }
        aggregation.condition = aggregation.condition.map { $0.with(now: now) }
        return aggregation
      }
      return .summarize(aggregations, by: groups.map { $0.with(now: now) })
    case .join(var join):
      join.leftKeys = join.leftKeys.map { $0.with(now: now) }
      return .join(join)
    case .take, .distinct, .count, .append: return self
    }
  }
}

extension KQLColumn {
  fileprivate func with(now: Int64) -> KQLColumn { KQLColumn(name, operand.with(now: now)) }
}

extension KQLSortKey {
  fileprivate func with(now: Int64) -> KQLSortKey {
    KQLSortKey(operand.with(now: now), isAscending: isAscending, isNullsFirst: isNullsFirst)
  }
}
