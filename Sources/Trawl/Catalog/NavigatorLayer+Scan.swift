import TrawlCatalog
import TrawlScanner

extension NavigatorLayer {
  /// The techniques of what a scan found: the score is the number of findings, the comment names the rules.
  public init(_ summary: ScanSummary, _ rules: PreparedRules) {
    self.init(name: "Findings of trawl scan", description: "Techniques by the number of findings")
    let hits = summary.findingsByRule.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (number, count) in hits where rules.ruleset.rules.indices.contains(number) {
      let rule = rules.ruleset.rules[number]
      let entries = AttackTable.standard.entries(tags: rule.tags)
      add(
        entries.compactMap(\.technique?.id), score: count,
        comment: "\(rule.title): \(Wording.count(count, "finding"))")
    }
  }

  /// Writes it as a file that the Navigator opens; one that exists is replaced.
  public func write(to path: String) throws(InputProblem) {
    try writeFile(json.bytes(lines: 2), to: path, mode: 0o666)
  }
}
