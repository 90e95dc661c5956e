import TrawlHTML

extension CatalogSite {
  func indicators(of rule: CatalogRule, on page: SitePage) -> HTML {
    guard !rule.indicators.isEmpty else {
      return """
        <section aria-labelledby="indicators"><h2 id="indicators">Indicators</h2>
        <p class="note">None was read from this rule.</p></section>

        """
    }
    var rows = HTML()
    var start = 0
    while start < rule.indicators.count {
      let first = rule.indicators[start]
      let group = rule.indicators[start...].prefix { $0.field == first.field && $0.kind == first.kind }
      rows += row(group, of: rule, on: page)
      start = group.endIndex
    }
    return """
      <section aria-labelledby="indicators"><h2 id="indicators">Indicators</h2>
      <p>Each row is a field, operator, and value that the rule asks for. The corpus number counts how many other rules of \
      the catalogue ask for the same, and leads to them: high numbers point to widely used indicators. Where there is \
      none, the indicator is this rule's own.</p>
      <table class="indicators"><thead><tr><th scope="col">Field</th><th scope="col">Kind</th><th scope="col">Values</th>\
      </tr></thead>
      <tbody>
      \(rows)</tbody></table></section>

      """
  }

  /// Values of a field that are shown before the rest is folded.
  private static let shownValues = 40

  private func row(_ group: ArraySlice<Indicator>, of rule: CatalogRule, on page: SitePage) -> HTML {
    guard let first = group.first else { return HTML() }
    let items = group.map { item(of: $0, in: rule, on: page) }
    return """
      <tr><th scope="row">\(first.field)</th><td><span class="kind">\(first.kind)</span></td><td>\
      \(shortened(items, shown: CatalogSite.shownValues, name: "values", style: "values"))</td></tr>

      """
  }

  private func item(of indicator: Indicator, in rule: CatalogRule, on page: SitePage) -> HTML {
    let sign: HTML =
      indicator.isExcluded
      ? (indicator.isMatched
        ? " <span class=\"sign\">also excluded</span>" : " <span class=\"sign\">excluded</span>") : ""
    return """
      <li>\(value(indicator.value))\(sign)\(count(of: indicator, in: rule, on: page))</li>
      """
  }

  func value(_ text: String) -> HTML {
    text.isEmpty ? "<span class=\"note\">(empty)</span>" : "<code>\(value: text)</code>"
  }

  /// `corpus 182 (sigma 180, elastic 2)`, a link to the rules; nothing where no other rule asks the same.
  private func count(of indicator: Indicator, in rule: CatalogRule, on page: SitePage) -> HTML {
    let others = indicator.others(for: rule.corpus)
    guard others.total + others.kql > 0 else { return HTML() }
    let excluded = indicator.excludedOnly.total
    var text: HTML = """
       <span class="count"><a href="\(page.link(index.path(of: indicator.key)))">corpus \(count: others.total)</a> \
      (\(Badge.parts(others)))
      """
    if excluded > 0 { text += " (\(count: excluded) as exclusion)" }
    text += "</span>"
    return text
  }

  func similarRules(of rule: CatalogRule, on page: SitePage) -> HTML {
    guard !rule.similar.isEmpty else { return HTML() }
    var parts = HTML()
    for (relation, title, text) in CatalogSite.relations {
      var items = HTML()
      for similar in rule.similar where similar.relation == relation {
        items +=
          "<li>\(ruleLink(similar.rule, on: page)) <span class=\"note\">\(similar.shared) in common</span></li>"
      }
      if !items.isEmpty {
        parts += "<h3>\(title)</h3><p class=\"note\">\(text)</p><ul class=\"rules\">\(items)</ul>\n"
      }
    }
    return """
      <section aria-labelledby="similar"><h2 id="similar">Similar rules</h2>
      \(parts)</section>

      """
  }

  private static let relations: [(SimilarRule.Relation, String, String)] = [
    (.same, "The same", "They have the same indicators."),
    (.narrower, "Narrower", "They have all indicators of this rule, and more."),
    (.wider, "Wider", "This rule has all their indicators, and more."),
    (.overlapping, "Overlapping", "They share some indicators."),
  ]

  /// Title, corpus and level of a rule, with the way to its page.
  func ruleLink(_ number: Int, on page: SitePage) -> HTML {
    let rule = catalog.rules[number]
    return """
      <a href="\(page.link(rulePages[number]))">\(rule.name)</a> \(Badge.corpus(rule.corpus)) \(Badge.level(rule.level))
      """
  }
}
