import TrawlHTML

extension CatalogSite {
  /// An indicator that more than one rule has, and these rules.
  func indicatorPage(_ key: IndicatorKey) -> [UInt8] {
    let rules = catalog.rulesOfKey[key] ?? []
    let excluding = Set(catalog.excludingRulesOfKey[key] ?? [])
    let shown = key.value.isEmpty ? "(empty)" : key.value
    var page = SitePage(index.path(of: key), title: "\(key.field) \(key.kind) \(shown)")
    page.crumbs = [
      ("Indicators", "indicators.html"), (key.field, "indicators.html#field=\(Link.encoded(key.field))"),
    ]
    let exclusions: HTML =
      excluding.isEmpty ? "" : ", \(count: excluding.count) of them only to leave events out"
    page.main += """
      <h1 class="indicator"><span>\(key.field)</span> <span class="kind">\(key.kind)</span> \(value(key.value))</h1>
      <p class="lead">\(tally(rules)) ask for this\(exclusions).</p>
      <section aria-labelledby="rules"><h2 id="rules">Rules</h2>

      """
    page.main += ruleTable(rules, on: page) {
      excluding.contains($0) ? " <span class=\"sign\">excluded</span>" : HTML()
    }
    page.main += "</section>\n"
    return page.bytes
  }

  /// The way from a value to the rules that ask for it.
  var indicatorsPage: [UInt8] {
    var page = SitePage("indicators.html", title: "Indicators")
    page.scripts = ["assets/page.js", "data/rules.js", "data/indicators.js", "assets/indicators.js"]
    page.main += """
      <h1>Indicators</h1>
      <p class="lead">\(count: catalog.rulesOfKey.count) combinations of field, kind and value; \
      \(count: index.sharedKeys.count) of them in more than one rule.</p>
      <search class="box" aria-label="Indicators"><label for="query">Value, such as <code>rundll32.exe</code> or a hash</label>
      <input id="query" type="search" autocomplete="off" spellcheck="false">
      <label for="field">Field</label><select id="field"><option value="">All fields</option></select></search>
      <p id="status" role="status" class="note"></p>
      <table class="indicators" id="results" hidden><thead><tr><th scope="col">Field</th><th scope="col">Kind</th>\
      <th scope="col">Value</th><th scope="col" class="number">Rules</th></tr></thead><tbody></tbody></table>
      <noscript><p class="note">The search needs JavaScript; the most widely used indicators stand below.</p></noscript>

      """
    page.main += commonIndicators(of: Array(catalog.rules.indices), on: page)
    return page.bytes
  }
}
