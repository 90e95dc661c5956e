import TrawlRows
import TrawlRules

extension KQLQuery {
  /// The rules that hold where the query's filters do, one for each table that it reads; none of a query that tells
  /// nothing of single events. The log source of a rule is its table, as the category.
  public func rules() -> [Rule] { eventLimit == nil ? rules(of: filters) : [] }

  /// The rules that hold for the events that the plan makes rows of, one for each table; none without a plan.
  public func planRules() -> [Rule] {
    let sources = plan?.sources ?? []
    return rules(of: sources.map { KQLFilter(table: $0.table, predicate: $0.predicate) }).map { rule in
      var rule = rule
      for source in sources where LogSource(category: source.table) == rule.logSource {
        for column in source.columns { rule.textColumns += KQLPredicate.truth(column.operand).textColumns }
      }
      return rule
    }
  }

  private func rules(of filters: [KQLFilter]) -> [Rule] {
    KQLQuery.merged(filters).map { filter in
      var lowering = Lowering()
      let condition = lowering.condition(filter.predicate, is: true)
      var rule = rule(LogSource(category: filter.table), lowering.items, condition)
      rule.textColumns = filter.predicate.textColumns
      return rule
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

extension KQLPredicate {
  /// The columns of text that it reads.
  fileprivate var textColumns: [String] { columns.filter { $0.type == .string }.map(\.name) }
}

/// The value of this is to be computed for each event: no test of single values asks it.
struct Computed: Error {}
