import TrawlRows
import TrawlRules

extension KQLQuery {
  /// The reason of diagnostics about queries that are sound and loaded, but ask what no rule can.
  public static let notEvaluated = "not yet evaluated"

  /// The rules that hold where the query's filters do, one for each table that it reads; an error that names what no rule
  /// can ask yet, or says that the query tells nothing of single events. The log source of a rule is its table, as the
  /// category.
  public func rules() throws(Diagnostic) -> [Rule] {
    if let eventLimit { throw eventLimit.diagnostic }
    return try rules(of: filters)
  }

  /// The rules that hold for the events that the plan makes rows of, one for each table; none without a plan. Of a table
  /// among `weakened` they hold for more events, since no rule can ask all that the plan does: its rows must be asked.
  public func planRules() -> (rules: [Rule], weakened: Set<String>) {
    var (rules, weakened) = ([Rule](), Set<String>())
    let filters = plan?.sources.map { KQLFilter(table: $0.table, predicate: $0.predicate) } ?? []
    for filter in KQLQuery.merged(filters) {
      let askable = KQLQuery.askable(filter.predicate)
      if askable != filter.predicate { weakened.insert(filter.table) }
      var lowering = Lowering()
      let condition = (try? lowering.condition(askable, is: true)) ?? Condition(true)
      rules.append(rule(LogSource(category: filter.table), lowering.items, condition))
    }
    return (rules, weakened)
  }

  /// What a rule can ask of a predicate: of a conjunction the parts that it can.
  private static func askable(_ predicate: KQLPredicate) -> KQLPredicate {
    var lowering = Lowering()
    if (try? lowering.condition(predicate, is: true)) != nil { return predicate }
    guard case .all(let parts) = predicate else { return .constant(true) }
    return .all(parts.map { askable($0) })
  }

  private func rules(of filters: [KQLFilter]) throws(Diagnostic) -> [Rule] {
    var rules: [Rule] = []
    for filter in KQLQuery.merged(filters) {
      var lowering = Lowering()
      do throws(Unevaluated) {
        let condition = try lowering.condition(filter.predicate, is: true)
        rules.append(rule(LogSource(category: filter.table), lowering.items, condition))
      } catch {
        throw diagnostic(error.what)
      }
    }
    return rules
  }

  /// The filters, those of the same table as one.
  private static func merged(_ filters: [KQLFilter]) -> [KQLFilter] {
    var merged: [KQLFilter] = []
    for filter in filters {
      if let index = merged.firstIndex(where: { $0.table == filter.table }) {
        merged[index].predicate = .any([merged[index].predicate, filter.predicate])
      } else {
        merged.append(filter)
      }
    }
    return merged
  }

  private func rule(_ source: LogSource, _ items: [Rule.Item], _ condition: Condition) -> Rule {
    var metadata = Rule.Metadata()
    metadata.conditions = [text]
    return Rule(
      id: id, title: title, tags: tags, language: .kql, location: location, logSource: source, items: items,
      condition: condition, metadata: metadata)
  }

  private func diagnostic(_ what: String) -> Diagnostic {
    Diagnostic(
      at: location, reason: "\(KQLQuery.notEvaluated): \(what)",
      message: "KQL430 not yet evaluated: \(what)",
      advice: "the query is sound; Trawl cannot ask this of events yet. Skipped.", ruleTitle: title)
  }
}

/// What no rule can ask yet, in the words of KQL.
struct Unevaluated: Error {
  var what: String

  init(_ what: String) { self.what = what }
}
