import TrawlRows

/// What a checked query comes to: events, a table, or both.
struct QueryConclusion {
  var filters: [KQLFilter] = []
  var tail: [String] = []
  var isTimeLifted = false
  var warnings: [Problem] = []
  var plan: KQLPlan?
  /// Why there is no table.
  var tableLimit: Problem?
  /// Why no events are known to match.
  var eventLimit: Problem?
  var outcome = KQLQuery.Outcome.full

  /// Throws the reason for which the query is skipped: neither events nor a table.
  init(_ relation: Relation, _ range: SourceRange, _ options: KQLOptions, _ text: [UInt8]) throws(Problem) {
    do throws(Problem) {
      let table = try PlanConclusion(relation, range, options, text)
      plan = table.plan
      isTimeLifted = table.isTimeLifted
      warnings = table.warnings
      filters = table.plan.sources.map { KQLFilter(table: $0.table, predicate: $0.predicate) }
    } catch {
      tableLimit = error
    }
    // A query whose table is made is not used as a filter that lets more through.
    var options = options
    options.isPartial = options.isPartial && plan == nil
    do throws(Problem) {
      let events = try Conclusion(relation, range, options, text)
      filters = events.filters
      tail = events.tail
      isTimeLifted = events.isTimeLifted
      warnings = events.warnings
      if plan == nil { outcome = events.isPrefilter ? .prefilter : .filterExact }
    } catch {
      // An operator that only a table can have is no reason where there is no table for another one.
      guard plan != nil else { throw error.needsTable ? tableLimit ?? error : error }
      eventLimit = error
    }
  }
}
