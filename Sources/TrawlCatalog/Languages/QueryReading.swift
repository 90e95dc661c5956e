import TrawlRules

/// What a query asks, as far as it was understood.
package struct QueryReading: Sendable, Equatable {
  package var stages: [RuleOutline.Stage]
  /// What was not understood; the rest is in `stages`.
  package var problems: [String]

  package init(stages: [RuleOutline.Stage] = [], problems: [String] = []) {
    self.stages = stages
    self.problems = problems
  }
}

/// Why a piece of a query is not understood, in words for the reader of a rule's page.
struct QueryProblem: Error {
  var message: String

  init(_ message: String) { self.message = message }
}

/// Limits that hold for each query, whoever wrote it.
enum QueryLimits {
  /// Parentheses within each other; the rules of both vendors have fewer than 12.
  static let depth = 100
  /// Bytes of a query, macros expanded.
  static let length = 1 << 20
  /// Problems of one query that are told; a damaged one has hundreds.
  static let problems = 20
}
