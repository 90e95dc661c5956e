import Testing
import TrawlRules

@testable import TrawlSigma

/// Text of a rule with this detection; lines are indented as they are written, from column 5 on.
func ruleText(_ detection: String) -> String {
  let lines = detection.split(separator: "\n").map { "    " + $0 }
  return "title: A rule\nlogsource:\n    product: windows\ndetection:\n" + lines.joined(separator: "\n")
    + "\n"
}

/// The only rule of a text, which must load.
func loadedRule(
  _ text: String, placeholders: [String: [String]] = [:], at location: SourceLocation = #_sourceLocation
) throws -> Rule {
  let documents = SigmaParser(placeholders: placeholders).parse(text, file: "a.yml")
  let errors = documents.diagnostics.filter { $0.severity == .error }
  #expect(errors.isEmpty, sourceLocation: location)
  return try #require(documents.rules.first, sourceLocation: location)
}

/// The rule whose only search identifier `s` is a map of one item, in YAML.
func itemRule(
  _ item: String, placeholders: [String: [String]] = [:], at location: SourceLocation = #_sourceLocation
) throws -> Rule {
  try loadedRule(ruleText("s:\n    \(item)\ncondition: s"), placeholders: placeholders, at: location)
}

/// The tests that one item is lowered to, in order.
func tests(
  of item: String, placeholders: [String: [String]] = [:], at location: SourceLocation = #_sourceLocation
) throws -> [TrawlRules.Test] {
  try itemRule(item, placeholders: placeholders, at: location).items.map(\.predicate.test)
}

/// The pattern of an item with one text value.
func pattern(
  of item: String, at location: SourceLocation = #_sourceLocation
) throws -> TextPattern {
  let tests = try tests(of: item, at: location)
  guard tests.count == 1, case .text(let pattern) = tests[0] else {
    Issue.record("not one text: \(tests)", sourceLocation: location)
    return TextPattern([])
  }
  return pattern
}

/// The elements of the pattern of an item with one text value.
func elements(
  of item: String, at location: SourceLocation = #_sourceLocation
) throws -> [TextPattern.Element] {
  try pattern(of: item, at: location).elements
}

/// The only error of a text, whose rule must be refused.
func onlyError(_ text: String, at location: SourceLocation = #_sourceLocation) throws -> Diagnostic {
  let documents = SigmaParser().parse(text, file: "a.yml")
  let errors = documents.diagnostics.filter { $0.severity == .error }
  #expect(errors.count == 1, "\(errors)", sourceLocation: location)
  #expect(documents.refused == 1 && documents.rules.isEmpty, sourceLocation: location)
  return try #require(errors.first, sourceLocation: location)
}

/// The only error of an item.
func itemError(_ item: String, at location: SourceLocation = #_sourceLocation) throws -> Diagnostic {
  try onlyError(ruleText("s:\n    \(item)\ncondition: s"), at: location)
}

/// Reasons of all warnings of a text.
func warnings(_ text: String) -> [String] {
  SigmaParser().parse(text, file: "a.yml").diagnostics.filter { $0.severity == .warning }.map(\.reason)
}
