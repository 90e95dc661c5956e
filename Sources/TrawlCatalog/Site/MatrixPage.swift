import TrawlHTML

extension CatalogSite {
  /// ATT&CK's matrix with the number of rules of each technique.
  var matrixPage: [UInt8] {
    var page = SitePage("attack.html", title: "ATT&CK matrix")
    let tagged = catalog.rules.indices.filter { !catalog.rules[$0].attack.isEmpty }
    page.main += """
      <h1>MITRE ATT&amp;CK coverage</h1>
      <p class="lead">\(count: index.techniques.count) techniques, in \(tally(tagged)). A number is of rules that are tagged \
      with a technique or one below it; the stronger the colour, the more.</p>
      <div class="matrix" role="region" aria-label="Matrix" tabindex="0">

      """
    for tactic in index.tactics { page.main += column(tactic, on: page) }
    page.main += "</div>\n"
    return page.bytes
  }

  private func column(_ tactic: SiteIndex.Tactic, on page: SitePage) -> HTML {
    let all = page.link("index.html").fragment("tactic", tactic.entry.name)
    var cells = HTML()
    let groups = Dictionary(grouping: tactic.techniques) { index.techniques[$0].entry.id.techniqueParent }
    for (id, members) in groups.sorted(by: { $0.key < $1.key }) { cells += cell(id, members, on: page) }
    return """
      <section aria-labelledby="\(tactic.entry.id)"><h2 id="\(tactic.entry.id)">\(tactic.entry.name)</h2>
      <p class="note"><a href="\(all)">\(tally(tactic.rules))</a></p>
      <ul>\(cells)</ul></section>

      """
  }

  /// A technique, and those below it that rules name.
  private func cell(_ id: String, _ members: [Int], on page: SitePage) -> HTML {
    var rules: Set<Int> = []
    var below = HTML()
    for member in members {
      let technique = index.techniques[member]
      rules.formUnion(technique.rules)
      guard technique.entry.id != id else { continue }
      let short = technique.entry.name ?? technique.entry.id
      below += """
        <li><a href="\(page.link(technique.path))">\(short)</a> <span class="count">\(count: technique.rules.count)</span></li>
        """
    }
    let own = members.first { index.techniques[$0].entry.id == id }
    let name =
      own.flatMap { index.techniques[$0].entry.name }
      ?? members.first.flatMap { index.techniques[$0].entry.parentName }
    let title: HTML =
      own.map { "<a href=\"\(page.link(index.techniques[$0].path))\">\(name ?? id)</a>" } ?? "\(name ?? id)"
    let details: HTML =
      below.isEmpty ? "" : "<details><summary>\(sub(members, id))</summary><ul>\(below)</ul></details>"
    return """
      <li class="\(heat(rules.count))"><span class="id">\(id)</span> <span class="count">\(count: rules.count)</span>\
      <br>\(title)\(details)</li>
      """
  }

  private func sub(_ members: [Int], _ id: String) -> HTML {
    let count = members.count { index.techniques[$0].entry.id != id }
    return "\(count) \(count == 1 ? "sub-technique" : "sub-techniques")"
  }

  private func heat(_ count: Int) -> HTML {
    switch count {
    case ..<5: "h1"
    case ..<20: "h2"
    case ..<50: "h3"
    case ..<150: "h4"
    default: "h5"
    }
  }
}
