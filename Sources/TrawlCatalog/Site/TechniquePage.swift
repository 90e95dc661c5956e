import TrawlHTML

extension CatalogSite {
  /// A technique of ATT&CK, and the rules that are tagged with it.
  func techniquePage(_ technique: SiteIndex.Technique) -> [UInt8] {
    let (id, name) = (technique.entry.id, technique.entry.fullName)
    var page = SitePage(technique.path, title: "\(id) \(name)")
    page.crumbs = [("ATT&CK", "attack.html")]
    let tactics = technique.tactics.map(\.name).joined(separator: ", ")
    page.main += """
      <h1><span class="id">\(id)</span> \(name)</h1>
      <dl class="facts"><dt>Tactics</dt><dd>\(tactics)</dd>\(retirement(of: technique, on: page))\
      <dt>Rules</dt><dd>\(tally(technique.rules))</dd>\(mitre(of: id))</dl>

      """
    page.main += relatives(of: technique, on: page)
    page.main += "<section aria-labelledby=\"rules\"><h2 id=\"rules\">Rules</h2>\n"
    page.main += ruleTable(technique.rules, on: page)
    page.main += "</section>\n"
    page.main += commonIndicators(of: technique.rules, on: page)
    return page.bytes
  }

  private func retirement(of technique: SiteIndex.Technique, on page: SitePage) -> HTML {
    guard let successor = technique.entry.successor else { return HTML() }
    guard let path = index.technique(successor)?.path else {
      return "<dt>Retired</dt><dd>now \(successor)</dd>"
    }
    return "<dt>Retired</dt><dd>now <a href=\"\(page.link(path))\">\(successor)</a></dd>"
  }

  /// MITRE's page; nothing for what is no id of a technique.
  private func mitre(of id: String) -> HTML {
    let parts = id.split(separator: ".", omittingEmptySubsequences: false)
    let isID = parts.allSatisfy {
      !$0.isEmpty && $0.utf8.drop { $0 == UInt8(ascii: "T") }.allSatisfy { $0 >= 48 && $0 <= 57 }
    }
    guard isID, id.hasPrefix("T"), parts.count <= 2,
      let link = Link(web: "https://attack.mitre.org/techniques/\(parts.joined(separator: "/"))/")
    else { return HTML() }
    return "<dt>At MITRE</dt><dd><a href=\"\(link)\" rel=\"noreferrer\">attack.mitre.org</a></dd>"
  }

  /// The technique above, and those below.
  private func relatives(of technique: SiteIndex.Technique, on page: SitePage) -> HTML {
    let id = technique.entry.id
    var items = HTML()
    if let parent = index.technique(id.techniqueParent), parent.entry.id != id {
      items += relative(parent, on: page)
    }
    for other in index.techniques where other.entry.id != id && other.entry.id.techniqueParent == id {
      items += relative(other, on: page)
    }
    guard !items.isEmpty else { return HTML() }
    return """
      <section aria-labelledby="related"><h2 id="related">Related techniques</h2><ul>\(items)</ul></section>

      """
  }

  private func relative(_ technique: SiteIndex.Technique, on page: SitePage) -> HTML {
    """
    <li><a href="\(page.link(technique.path))">\(technique.entry.id)</a> \(technique.entry.fullName) \
    <span class="note">\(count: technique.rules.count)</span></li>
    """
  }
}

extension String {
  /// `T1059` of `T1059.001`, and of itself.
  var techniqueParent: String { String(prefix { $0 != "." }) }
}
