import TrawlCatalog
import TrawlMatcher
import TrawlOutput

extension ReportAttack {
  /// What the rules that hit are about, by the tags and ATT&CK's table.
  public init(of rules: some Sequence<RuleInfo>) {
    self.init()
    let table = AttackTable.standard
    tactics = table.tactics.map(\.name)
    for rule in rules {
      entries[rule.number] = table.entries(tags: rule.tags).map { entry in
        Entry(
          id: entry.technique?.id, name: entry.technique?.name, parentName: entry.technique?.parentName,
          tactics: entry.tactics.map(\.name))
      }
    }
  }
}
