import TrawlRows
import TrawlRules

/// A statement or operator that was walked over.
struct WalkedStage {
  var name: String
  /// As written.
  var text: String
  var sentence: String
  var range: SourceRange
  var depth: Int
  var terms: [Explanation.Term] = []
  var questions: [RuleOutline.Question] = []
  /// Why the query is not used because of it.
  var problem: Problem?

  init(_ name: String, _ text: String, _ sentence: String, _ range: SourceRange, _ depth: Int) {
    self.name = name
    self.text = text
    self.sentence = sentence
    self.range = range
    self.depth = depth
  }

  func covers(_ other: SourceRange) -> Bool { range.start <= other.start && other.end <= range.end }
}

/// The rows of a table, and what was asked of them on the way: for each leg of the relation, in order.
struct WalkedTable {
  var relation: Relation
  var asked: [[Asked]]

  init(relation: Relation, asked: [[Asked]]) {
    self.relation = relation
    self.asked = asked
  }

  /// What was asked within is not known condition by condition.
  init(opaque relation: Relation) {
    self.relation = relation
    asked = relation.legs.map { leg in
      leg.predicates.map { Asked(stage: nil, term: 0, isTime: false, tree: PredicateTree($0)) }
        + leg.times.map { Asked(stage: nil, term: 0, isTime: true, tree: PredicateTree($0.predicate)) }
    }
  }

  /// Starts over where an operator put other legs in place of those that were walked.
  mutating func fit() {
    if asked.count != relation.legs.count { self = WalkedTable(opaque: relation) }
  }
}

/// A condition that was asked of one leg's rows.
struct Asked {
  /// Of the stage that asks it; nil where that is within something that was not walked.
  var stage: Int?
  /// Which of the stage's terms it is.
  var term: Int
  /// Whether it depends on the time of the run.
  var isTime: Bool
  var tree: PredicateTree
}

/// A condition's meaning, with those of its parts as the term has them; nil where there is none.
struct PredicateTree {
  var predicate: KQLPredicate?
  var parts: [PredicateTree] = []

  init(_ predicate: KQLPredicate) { self.predicate = predicate }

  init(_ expression: Expression, _ row: Row, _ scope: Scope, _ checker: inout Checker) {
    predicate = (try? checker.lower(expression, row, scope))?.predicate
    parts = expression.terms?.parts.map { PredicateTree($0, row, scope, &checker) } ?? []
  }
}

extension Expression {
  /// The conditions that must all hold, those in parentheses too.
  var conjuncts: [Expression] {
    if case .all(let parts) = kind { parts.flatMap(\.conjuncts) } else { [self] }
  }

  /// What a condition is made of; nil for one that is a question of its own.
  var terms: (joint: Explanation.Term.Joint, parts: [Expression])? {
    switch kind {
    case .all: (.all, conjuncts)
    case .any(let parts): (.any, parts)
    case .call("not", let arguments) where arguments.count == 1: (.not, [arguments[0].value])
    default: nil
    }
  }
}
