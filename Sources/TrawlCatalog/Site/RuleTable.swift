import TrawlHTML

extension CatalogSite {
  /// A table of rules, by corpus and title.
  func ruleTable(_ rules: [Int], on page: SitePage, mark: (Int) -> HTML = { _ in HTML() }) -> HTML {
    let sorted = rules.sorted { left, right in
      let (a, b) = (catalog.rules[left], catalog.rules[right])
      return (a.corpus.place, a.title, left) < (b.corpus.place, b.title, right)
    }
    var rows = HTML()
    for number in sorted {
      let rule = catalog.rules[number]
      rows += """
        <tr><th scope="row"><a href="\(page.link(rulePages[number]))">\(rule.name)</a>\(mark(number))</th>\
        <td>\(Badge.corpus(rule.corpus))</td><td>\(Badge.level(rule.level ?? rule.type))</td><td>\(rule.sourceText)</td></tr>

        """
    }
    return """
      <table class="rules"><thead><tr><th scope="col">Rule</th><th scope="col">Corpus</th><th scope="col">Level</th>\
      <th scope="col">Log source</th></tr></thead>
      <tbody>
      \(rows)</tbody></table>

      """
  }

  /// `414 rules (sigma 380, splunk 34)`
  func tally(_ rules: [Int]) -> HTML {
    var counts = CorpusCounts()
    for number in rules { counts[catalog.rules[number].corpus] += 1 }
    return "\(count: rules.count) \(rules.count == 1 ? "rule" : "rules") (\(Badge.parts(counts)))"
  }

  /// How many of the indicators that rules have in common are shown.
  private static let shownIndicators = 40

  /// What rules ask for most; nothing where no two ask for the same.
  func commonIndicators(of rules: [Int], on page: SitePage) -> HTML {
    var counts: [IndicatorKey: Int] = [:]
    for rule in rules {
      for indicator in catalog.rules[rule].indicators where indicator.isMatched {
        counts[indicator.key, default: 0] += 1
      }
    }
    let common = counts.filter { $0.value > 1 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !common.isEmpty else { return HTML() }
    var rows = HTML()
    for (key, count) in common.prefix(CatalogSite.shownIndicators) {
      rows += """
        <tr><th scope="row">\(key.field)</th><td><span class="kind">\(key.kind)</span></td><td>\(value(key.value))</td>\
        <td class="number"><a href="\(page.link(index.path(of: key)))">\(count: count)</a></td></tr>

        """
    }
    return """
      <section aria-labelledby="common"><h2 id="common">Common indicators</h2>
      <table class="indicators"><thead><tr><th scope="col">Field</th><th scope="col">Kind</th><th scope="col">Value</th>\
      <th scope="col" class="number">Rules here</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></section>

      """
  }
}
