import TrawlRows
import TrawlRules

/// A query taken apart: its statements and operators in order, each with what it says. The checker goes along operator by
/// operator, so that names and values are those that it knows.
struct QueryWalk {
  var checker: Checker
  private(set) var stages: [WalkedStage] = []
  /// Tables that `let` binds, as they were walked.
  private var tables: [String: WalkedTable] = [:]
  private var functions: Set<String> = []
  private var depth = 0

  init(_ text: String, _ options: KQLOptions = KQLOptions()) {
    checker = Checker(Array(text.utf8), Schema.standard, options, assumesEmpty: true)
  }

  /// Walks to the end of one query of the statements, by its number among those; nil, with the reason at the last stage,
  /// where the checker objects.
  mutating func walk(_ statements: [Statement], query number: Int) -> WalkedTable? {
    var scope = Scope()
    var queries = 0
    do throws(Problem) {
      for statement in statements {
        guard case .query(let expression) = statement else {
          try bind(statement, &scope)
          continue
        }
        if queries == number { return try table(expression, scope) }
        queries += 1
      }
    } catch {
      stop(error)
    }
    return nil
  }

  /// Puts a problem to the stage that it is about, which is the last unless a stage was not reached.
  private mutating func stop(_ problem: Problem) {
    if let last = stages.indices.last, stages[last].covers(problem.range) {
      stages[last].problem = stages[last].problem ?? problem
    } else {
      var stage = WalkedStage(
        "problem", checker.text(problem.range), "This is not understood.", problem.range, 0)
      stage.problem = problem
      stages.append(stage)
    }
  }

  private mutating func add(_ name: String, _ range: SourceRange, _ sentence: String) {
    stages.append(WalkedStage(name, checker.text(range), sentence, range, depth))
  }
}

extension QueryWalk {
  private mutating func bind(_ statement: Statement, _ scope: inout Scope) throws(Problem) {
    switch statement {
    case .binding(let name, let value, let range):
      guard checker.isTabular(value, scope) else {
        _ = try checker.bind(statement, &scope)
        let value = scope.scalar(name)
        return add("let", range, Words(checker, scope, nil).binding(name, value))
      }
      add("let", range, "\(name) is a table of the query's own:")
      depth += 1
      defer { depth -= 1 }
      let walked = try table(value, scope)
      tables[name] = walked
      scope.bindings[name] = .table(walked.relation)
    case .function(let name, _, let range):
      _ = try checker.bind(statement, &scope)
      functions.insert(name)
      add("let", range, "\(name) is a function of the query's own.")
    case .query, .ignored: break
    }
  }

  /// The rows of a tabular expression.
  private mutating func table(_ expression: Expression, _ scope: Scope) throws(Problem) -> WalkedTable {
    switch expression.kind {
    case .pipeline(let pipeline):
      var walked = try table(pipeline.source, scope)
      for step in pipeline.steps { try apply(step, to: &walked, scope) }
      return walked
    case .name(let name):
      if let known = tables[name], case .table = scope.bindings[name] {
        add("table", expression.range, "Starts with the rows of \(name), above.")
        return known
      }
      add("table", expression.range, TableMeanings.standard.sentence(name, isOwn: functions.contains(name)))
    case .call("materialize", let arguments) where arguments.count == 1:
      return try table(arguments[0].value, scope)
    case .source(let step):
      add(step.name, step.range, StepWords(checker, scope, nil).sentence(step))
      if case .union(let tables, _, _) = step.kind { return try joined(tables, expression, scope) }
    default: add("table", expression.range, StepWords(checker, scope, nil).source(expression))
    }
    return WalkedTable(opaque: try checker.relation(expression, scope))
  }

  /// A union that stands first.
  private mutating func joined(
    _ parts: [Expression], _ expression: Expression, _ scope: Scope
  ) throws(Problem) -> WalkedTable {
    let asked = inner(parts, scope)
    let relation = try checker.relation(expression, scope)
    return asked.count == relation.legs.count
      ? WalkedTable(relation: relation, asked: asked) : WalkedTable(opaque: relation)
  }

  /// What is asked of the rows of tables within an operator, leg by leg. What is wrong with them the operator itself says.
  private mutating func inner(_ parts: [Expression], _ scope: Scope) -> [[Asked]] {
    depth += 1
    defer { depth -= 1 }
    var asked: [[Asked]] = []
    for part in parts {
      if let walked = try? table(part, scope) { asked += walked.asked }
    }
    return asked
  }
}

extension QueryWalk {
  private mutating func apply(
    _ step: Step, to walked: inout WalkedTable, _ scope: Scope
  ) throws(Problem) {
    let row = walked.relation.legs.first.map { Row(leg: $0, relation: walked.relation) }
    add(step.name, step.range, StepWords(checker, scope, row).sentence(step))
    let place = stages.count - 1
    let limits = walked.relation.legs.map(\.limit)
    switch step.kind {
    case .filter(let condition):
      for part in condition.conjuncts { try filter(part, step, place, &walked, scope) }
    case .union(let parts, _, _):
      let more = inner(parts, scope)
      try checker.apply(step, to: &walked.relation, scope)
      walked.asked += more
      walked.fit()
    case .join(let join), .lookup(let join):
      _ = inner([join.right], scope)
      try checker.apply(step, to: &walked.relation, scope)
      walked.fit()
    default:
      try checker.apply(step, to: &walked.relation, scope)
      walked.fit()
    }
    note(limits, walked.relation, at: place)
  }

  /// Where an operator makes the events that match unknown, its stage says why.
  private mutating func note(_ before: [Problem?], _ relation: Relation, at place: Int) {
    guard before.count <= relation.legs.count else { return }
    for (old, leg) in zip(before, relation.legs) where old == nil {
      if let limit = leg.limit { stages[place].problem = stages[place].problem ?? limit }
    }
  }

  /// One condition of a `where`, applied as an operator of its own.
  private mutating func filter(
    _ part: Expression, _ step: Step, _ place: Int, _ walked: inout WalkedTable, _ scope: Scope
  ) throws(Problem) {
    let before = walked.relation
    let row = before.legs.first.map { Row(leg: $0, relation: before) }
    let number = stages[place].terms.count
    var walker = TermWalk(words: Words(checker, scope, row))
    stages[place].terms.append(walker.term(part))
    stages[place].questions += walker.questions
    var single = step
    single.kind = .filter(part)
    try checker.apply(single, to: &walked.relation, scope)
    for index in walked.relation.legs.indices {
      let (old, new) = (before.legs[index], walked.relation.legs[index])
      let isTime = new.times.count > old.times.count
      guard isTime || new.predicates.count > old.predicates.count else { continue }
      let row = Row(leg: old, relation: before)
      walked.asked[index].append(
        Asked(stage: place, term: number, isTime: isTime, tree: PredicateTree(part, row, scope, &checker)))
    }
  }
}

extension Scope {
  func scalar(_ name: String) -> Lowered? {
    if case .scalar(let value) = bindings[name] { value } else { nil }
  }
}
