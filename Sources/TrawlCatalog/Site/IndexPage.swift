import TrawlHTML

extension CatalogSite {
  /// The search over all rules, with its facets.
  var indexPage: [UInt8] {
    var page = SitePage("index.html", title: "Detection rules")
    page.scripts = ["assets/page.js", "data/rules.js", "assets/rules.js"]
    page.main += """
      <h1>Detection rules</h1>
      <p class="lead">\(tally(Array(catalog.rules.indices))), with \(count: catalog.rulesOfKey.count) indicators.</p>
      <search class="box" aria-label="Rules"><label for="query">Words of a title, an id, a technique, a log source</label>
      <input id="query" type="search" autocomplete="off" spellcheck="false"></search>
      <div class="finder">
      <details class="facets" id="facets"><summary>Filters</summary><div></div></details>
      <section aria-labelledby="found"><h2 id="found" role="status">Rules</h2>
      <ul class="chips" id="chosen" aria-label="Chosen filters"></ul>
      <ol class="results" id="results"></ol>
      <nav class="pages" id="pages" aria-label="Pages of results" hidden></nav></section>
      </div>
      <noscript><p class="note">The search needs JavaScript. Without it:</p><ul>\(corpusLinks(on: page))</ul></noscript>

      """
    return page.bytes
  }

  private func corpusLinks(on page: SitePage) -> HTML {
    var items = HTML()
    for corpus in Corpus.allCases where index.hasRules(of: corpus) {
      items +=
        "<li><a href=\"\(page.link("rules/\(corpus.rawValue)/index.html"))\">All rules of \(corpus.title)</a></li>"
    }
    return items
  }

  /// All rules of a collection, and what of it is no rule of the catalogue.
  func corpusPage(_ corpus: Corpus) -> [UInt8] {
    var page = SitePage("rules/\(corpus.rawValue)/index.html", title: "\(corpus.title) rules")
    page.crumbs = [("Detection rules", "index.html")]
    let rules = catalog.rules.indices.filter { catalog.rules[$0].corpus == corpus }
    page.main += "<h1>\(corpus.title)</h1>\n"
    for summary in catalog.corpora where summary.corpus == corpus {
      let commit: HTML = summary.commit.map { "<dt>Commit</dt><dd><code>\($0)</code></dd>" } ?? HTML()
      page.main += """
        <dl class="facts"><dt>Folder</dt><dd><code>\(summary.root)</code></dd>\(commit)<dt>Files</dt><dd>\(count: summary.files)</dd>\
        <dt>Rules</dt><dd>\(count: summary.rules), \(count: summary.parsed) read whole</dd></dl>

        """
      page.main += skipped(summary.skipped)
    }
    page.main += "<section aria-labelledby=\"rules\"><h2 id=\"rules\">Rules</h2>\n"
    page.main += ruleTable(rules, on: page)
    page.main += "</section>\n"
    return page.bytes
  }

  private func skipped(_ files: [CorpusSummary.Skipped]) -> HTML {
    guard !files.isEmpty else { return HTML() }
    let items = files.map { "<li><code>\($0.path)</code> \($0.reason)</li>" as HTML }
    return """
      <section aria-labelledby="skipped"><h2 id="skipped">Files left out</h2>
      \(shortened(items, shown: 10, name: "files", style: "plain"))</section>

      """
  }
}
