import TrawlHTML
import TrawlMatcher

/// Tactics and techniques by the tags of rules.
enum ReportTechniques {
  /// ATT&CK's tactics for enterprises as tags name them, in the order of its matrix. `defense-evasion` was one until v18.
  static let tactics = [
    ("reconnaissance", "Reconnaissance"), ("resource-development", "Resource Development"),
    ("initial-access", "Initial Access"), ("execution", "Execution"), ("persistence", "Persistence"),
    ("privilege-escalation", "Privilege Escalation"), ("stealth", "Stealth"),
    ("defense-impairment", "Defense Impairment"), ("defense-evasion", "Defense Evasion"),
    ("credential-access", "Credential Access"), ("discovery", "Discovery"),
    ("lateral-movement", "Lateral Movement"), ("collection", "Collection"),
    ("command-and-control", "Command and Control"), ("exfiltration", "Exfiltration"), ("impact", "Impact"),
  ]

  /// `T1059.001` of `attack.t1059.001`.
  static func ids(of rule: RuleInfo) -> [String] {
    rule.tags.compactMap { tag in
      let name = tag.lowercased()
      guard name.hasPrefix("attack.t"),
        name.utf8.dropFirst(8).allSatisfy({ $0 == 46 || $0 >= 48 && $0 <= 57 }),
        name.utf8.count > 8
      else { return nil }
      return String(name.dropFirst(7)).uppercased()
    }
  }

  /// Indices of `tactics`; older tags have `_` for `-`.
  static func tactics(of rule: RuleInfo) -> [Int] {
    let names = Set(rule.tags.map { $0.lowercased().split(separator: "_").joined(separator: "-") })
    return tactics.indices.filter { names.contains("attack.\(tactics[$0].0)") }
  }
}

extension ReportPage {
  /// Tactics with what rules found, as the rules are tagged.
  var techniqueMatrix: HTML {
    var columns: [Int: [String: Int]] = [:]
    var totals: [Int: Int] = [:]
    for (number, count) in tally.byRule {
      let rule = tally.rules[number]
      for tactic in ReportTechniques.tactics(of: rule) {
        totals[tactic, default: 0] += count.total
        for id in Set(ReportTechniques.ids(of: rule)) {
          columns[tactic, default: [:]][id, default: 0] += count.total
        }
      }
    }
    guard !totals.isEmpty else { return HTML() }
    var parts = HTML()
    for tactic in totals.keys.sorted() {
      parts += column(tactic, totals[tactic] ?? 0, columns[tactic] ?? [:])
    }
    return """
      <section aria-labelledby="techniques"><h2 id="techniques">Tactics and techniques</h2>
      <dl class="techniques">\(parts)</dl>
      <p class="note">As the rules are tagged; numbers are findings.</p></section>

      """
  }

  private func column(_ tactic: Int, _ total: Int, _ counts: [String: Int]) -> HTML {
    var chips = HTML()
    for (id, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      chips += """
        <a href="#technique=\(Link.encoded(id))">\(id) <span class="count">\(count: count)</span></a>
        """
    }
    return """
      <dt>\(ReportTechniques.tactics[tactic].1) <span class="count">\(count: total)</span></dt><dd>\(chips)</dd>

      """
  }
}
