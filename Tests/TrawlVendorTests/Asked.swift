import TrawlRules

@testable import TrawlCatalog

extension QueryReading {
  /// What is asked, stage by stage, one line each: `not process_name ends_with x`; a keyword has no field.
  var asked: [String] { stages.flatMap { $0.predicates.map(\.line) } }

  var names: [String] { stages.map(\.name) }
}

extension RuleOutline.Question {
  var line: String {
    "\(isNegated ? "not " : "")\(field.map { $0 + " " } ?? "")\(kind.rawValue)\(value.isEmpty ? "" : " " + value)"
  }
}
