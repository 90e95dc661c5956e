/// What a checked query comes to: filters, or why there are none.
struct Conclusion {
  var filters: [KQLFilter] = []
  var tail: [String] = []
  var isTimeLifted = false
  var warnings: [Problem] = []
  /// Whether more events pass than the query means.
  var isPrefilter = false

  /// Throws the reason for which the query is skipped.
  init(_ relation: Relation, _ range: SourceRange, _ options: KQLOptions, _ text: [UInt8]) throws(Problem) {
    let legs = try Conclusion.usable(relation, range, isPartial: options.isPartial, &warnings)
    isPrefilter = legs.contains { $0.limit != nil }
    let times = TimeDecision(legs.flatMap(\.times), options)
    try times.demandNow(text)
    isTimeLifted = times.isLifted
    for leg in legs {
      guard let table = leg.table else { continue }
      filters.append(KQLFilter(table: table, predicate: times.predicate(of: leg, options)))
      for name in leg.tail where !tail.contains(name) { tail.append(name) }
    }
  }

  /// The legs that events feed. A table that Trawl has no rows of is like one that the input lacks.
  static func usable(
    _ relation: Relation, _ range: SourceRange, isPartial: Bool = false, _ warnings: inout [Problem]
  ) throws(Problem) -> [Leg] {
    var legs: [Leg] = []
    for leg in relation.legs {
      guard let limit = leg.limit, !(isPartial && leg.isFiltered) else {
        legs.append(leg)
        continue
      }
      guard leg.table == nil, limit.reason == "other table",
        relation.legs.contains(where: { $0.limit == nil })
      else { throw limit }
      var warning = limit
      warning.advice = "events of the other tables are reported"
      warnings.append(warning)
    }
    guard !legs.isEmpty else { throw Problem(414, range, reason: "no events", "the query reads no events") }
    return legs
  }

  static func needsNow(_ bound: Leg.TimeCondition, _ all: [Leg.TimeCondition], _ text: [UInt8])
    -> Problem
  {
    let shown = Conclusion.shown(bound, all, text)
    if let window = shown.window {
      return Problem(
        301, bound.step, reason: "time window",
        "compares two time windows (\(window)); pass --kql-now newest or an ISO time. Skipped.")
    }
    return Problem(
      302, bound.step, reason: "time of the run",
      "depends on the time of the run (\(shown.text)); pass --kql-now newest or an ISO time. Skipped.")
  }

  /// The condition as written, and its bounds if it is a window.
  private static func shown(
    _ bound: Leg.TimeCondition, _ all: [Leg.TimeCondition], _ text: [UInt8]
  ) -> (text: String, window: String?) {
    let written = Conclusion.text(bound, text)
    if let between = written.firstRange(of: "between"),
      let open = written[between.upperBound...].firstIndex(of: "("),
      written.hasSuffix(")")
    {
      let inner = written[written.index(after: open)...].dropLast()
      return (written, inner.split(separator: " ").joined())
    }
    guard let other = all.first(where: { $0.range != bound.range && $0.predicate.isTimeBound }) else {
      return (written, nil)
    }
    return (written, "\(Conclusion.text(other, text)) and \(written)")
  }

  private static func text(_ bound: Leg.TimeCondition, _ text: [UInt8]) -> String {
    String(decoding: text[bound.range.start..<min(bound.range.end, text.count)], as: UTF8.self)
  }
}
