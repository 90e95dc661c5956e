import Foundation
import Trawl

/// How the cost of an event grows with the number of rules: 100, 1,000, all, and four times as many, the further ones
/// varied from the first by a seeded generator.
func measureRuleCounts(_ rules: [Rule], _ lane: Lane, runs: Int) throws {
  var random = SeededGenerator(state: 4)
  var many = rules.shuffled(using: &random)
  while many.count < 4 * rules.count {
    many.append(varied(rules[many.count % rules.count], number: many.count, &random))
  }
  print("\nrules    ns an event    findings    (lane \(lane.name))")
  for count in [100, 1000, rules.count, 4 * rules.count] where count <= many.count {
    let compiled = try RulesetCompiler.compile(Array(many[..<count]))
    let bench = Bench(lane, compiled.ruleset, runs: runs)
    let scan = try bench.measureScan()
    print(String(format: "%6d %11.0f %12d", count, scan.seconds * 1e4, scan.found))
  }
}

/// The same rule with other literals.
private func varied(_ rule: Rule, number: Int, _ random: inout SeededGenerator) -> Rule {
  var rule = rule
  rule.id = "\(rule.id)-\(number)"
  for index in rule.items.indices {
    guard case .text(let pattern) = rule.items[index].predicate.test else { continue }
    let elements = pattern.elements.map { element -> TextPattern.Element in
      guard case .text(let text) = element, text.count > 3 else { return element }
      let place = text.index(text.startIndex, offsetBy: text.count / 2)
      return .text(text[..<place] + random.hexadecimal(2) + text[place...])
    }
    rule.items[index].predicate.test = .text(TextPattern(elements, isCased: pattern.isCased))
  }
  return rule
}
