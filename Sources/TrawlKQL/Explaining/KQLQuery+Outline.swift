import TrawlRules

extension KQLQuery {
  /// Its statements and operators in order, with what each asks of the table's columns.
  public var outline: RuleOutline {
    var walk = QueryWalk(text)
    guard let statements = try? KQLSyntax.statements(of: text) else { return RuleOutline() }
    _ = walk.walk(statements, query: number)
    return RuleOutline(
      stages: walk.stages.map { stage in
        RuleOutline.Stage(
          stage.name, text: stage.text, polarity: QueryWalk.polarity(stage.questions),
          predicates: stage.questions)
      })
  }
}

extension QueryWalk {
  /// What an operator wants of its questions.
  fileprivate static func polarity(_ questions: [RuleOutline.Question]) -> RuleOutline.Polarity {
    let negated = questions.count { $0.isNegated }
    if negated == 0 { return .matched }
    return negated == questions.count ? .excluded : .both
  }
}
