import TrawlHTML
import TrawlMatcher

extension ReportPage {
  /// Tactics and techniques of the rules that hit, with their findings.
  var techniqueMatrix: HTML {
    let matrix = ReportMatrix(context.attack, tally.byRule)
    guard !matrix.totals.isEmpty else { return HTML() }
    var parts = HTML()
    for tactic in context.attack.tactics {
      guard let total = matrix.totals[tactic] else { continue }
      parts += column(tactic, total, matrix.cells[tactic] ?? [:])
    }
    return """
      <section aria-labelledby="techniques"><h2 id="techniques">Tactics and techniques</h2>
      <div class="matrix" role="region" aria-labelledby="techniques" tabindex="0">\(parts)</div>
      <p class="note">Numbers are findings of the rules that are tagged with a technique or one below it.</p></section>

      """
  }

  private func column(_ tactic: String, _ total: Int, _ cells: [String: ReportMatrix.Cell]) -> HTML {
    var items = HTML()
    for (id, cell) in cells.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
      items += """
        <li class="\(heat(cell.count))"><a href="#technique=\(Link.encoded(id))"><span class="id">\(id)</span> \
        \(cell.name ?? "")</a> <span class="count">\(count: cell.count)</span>\(below(cell))</li>
        """
    }
    return """
      <div><h3>\(tactic) <span class="count">\(count: total)</span></h3><ul>\(items)</ul></div>

      """
  }

  private func below(_ cell: ReportMatrix.Cell) -> HTML {
    guard !cell.below.isEmpty else { return HTML() }
    var items = HTML()
    for (id, part) in cell.below.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
      items += """
        <li><a href="#technique=\(Link.encoded(id))">\(part.name ?? id)</a> <span class="count">\(count: part.count)</span></li>
        """
    }
    return "<ul>\(items)</ul>"
  }

  /// A colour by the share of all findings.
  private func heat(_ count: Int) -> HTML {
    switch count * 100 / max(1, tally.all.total) {
    case 0: "h1"
    case ..<3: "h2"
    case ..<8: "h3"
    default: "h4"
    }
  }

  /// Ids of the techniques of a rule, and of those above them, which a filter may ask for.
  func techniqueIDs(of rule: Int) -> [String] {
    let ids = (context.attack.entries[rule] ?? []).compactMap(\.id)
    return Set(ids + ids.map(ReportAttack.parent)).sorted()
  }
}
