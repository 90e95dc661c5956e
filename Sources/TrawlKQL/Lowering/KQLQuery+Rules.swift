import TrawlRules

extension KQLQuery {
  /// The reason of diagnostics about queries that are sound and loaded, but ask what no rule can.
  public static let notEvaluated = "not yet evaluated"

  /// The rules that hold where the query's filters do, one for each table that it reads; an error that names what no rule
  /// can ask yet. The log source of a rule is its table, as the category.
  public func rules() throws(Diagnostic) -> [Rule] {
    var rules: [Rule] = []
    for filter in merged {
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
  private var merged: [KQLFilter] {
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
