import TrawlRows
import TrawlRules

/// The ways that events take through a query, one for each table that feeds it: what is asked of them on each, as
/// conditions over items that rules have.
struct QueryWays {
  private(set) var ways: [(table: String, items: [Rule.Item], condition: Condition)] = []
  private(set) var stages: [WalkedStage]
  private let options: KQLOptions
  /// What is asked within functions and the like, which are no stages.
  private var hidden: [Explanation.Term] = []

  init(_ stages: [WalkedStage], _ table: WalkedTable, _ options: KQLOptions) {
    self.stages = stages
    self.options = options
    let legs = table.relation.legs
    let times = legs.flatMap(\.times)
    let evaluatesTime = options.time == .strict || times.contains { !$0.predicate.isTimeBound }
    for (leg, asked) in zip(legs, table.asked) {
      guard let name = leg.table, leg.limit == nil else { continue }
      add(name, asked, evaluatesTime: evaluatesTime)
    }
    if !hidden.isEmpty { addHidden() }
  }

  private mutating func add(_ table: String, _ asked: [Asked], evaluatesTime: Bool) {
    let way = ways.count
    var lowering = Lowering()
    var conditions: [Condition] = []
    for question in asked {
      var term = Explanation.Term("a condition within")
      if let stage = question.stage { term = stages[stage].terms[question.term] }
      if question.isTime, !evaluatesTime {
        term.remark = "time filter lifted: left out, since archived logs are older than that"
      } else {
        fill(&term, question.tree, way, &lowering)
        if let condition = term.conditions[way] { conditions.append(condition) }
      }
      if let stage = question.stage { stages[stage].terms[question.term] = term } else { hidden.append(term) }
    }
    ways.append((table, lowering.items, .allOf(conditions)))
  }

  /// Gives a term and its parts the conditions of a way.
  private func fill(
    _ term: inout Explanation.Term, _ tree: PredicateTree, _ way: Int, _ lowering: inout Lowering
  ) {
    guard let predicate = tree.predicate else { return }
    term.conditions[way] = lowering.condition(predicate.with(now: options.now ?? 0), is: true)
    for index in term.parts.indices where index < tree.parts.count {
      fill(&term.parts[index], tree.parts[index], way, &lowering)
    }
  }

  private mutating func addHidden() {
    var stage = WalkedStage(
      "within", "", "What is asked within functions and tables above, besides.",
      SourceRange(start: 0, end: 0), 0)
    stage.terms = hidden
    stages.append(stage)
  }
}
