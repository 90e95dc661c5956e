import TrawlRows
import TrawlRules

extension KQLQuery {
  /// The rules that hold where the query's filters do, one for each table that it reads; none of a query that tells
  /// nothing of single events. The log source of a rule is its table, as the category.
  public func rules() -> [Rule] { eventLimit == nil ? rules(of: filters) : [] }

  /// The rules that hold for the events that the plan makes rows of, one for each table; none without a plan.
  public func planRules() -> [Rule] {
    rules(of: plan?.sources.map { KQLFilter(table: $0.table, predicate: $0.predicate) } ?? [])
  }

  private func rules(of filters: [KQLFilter]) -> [Rule] {
    KQLQuery.merged(filters).map { filter in
      var lowering = Lowering()
      let condition = lowering.condition(filter.predicate, is: true)
      return rule(LogSource(category: filter.table), lowering.items, condition)
    }
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
      id: id, title: outcome == .prefilter ? "\(title) (prefilter)" : title, tags: tags, language: .kql,
      location: location, logSource: source, items: items,
      condition: condition, metadata: metadata)
  }
}

/// The value of this is to be computed for each event: no test of single values asks it.
struct Computed: Error {}
