import TrawlHTML

extension CatalogSite {
  func facts(of rule: CatalogRule, on page: SitePage) -> HTML {
    let search = page.link("index.html")
    var rows = HTML()
    if let status = rule.status {
      rows += "<dt>Status</dt><dd><a href=\"\(search.fragment("status", status))\">\(status)</a></dd>"
    }
    if let level = rule.level {
      rows +=
        "<dt>Severity</dt><dd><a href=\"\(search.fragment("level", level))\">\(Badge.level(level))</a></dd>"
    }
    if let type = rule.type { rows += "<dt>Type</dt><dd>\(type)</dd>" }
    if !rule.sourceText.isEmpty {
      let link = search.fragment("source", rule.sourceText)
      rows += "<dt>Log source</dt><dd><a href=\"\(link)\">\(rule.sourceText)</a>\(definition(of: rule))</dd>"
    }
    if let author = rule.author { rows += "<dt>Author</dt><dd>\(author)</dd>" }
    rows += "<dt id=\"source\">Source</dt><dd>\(source(of: rule))</dd>"
    if let licence = rule.corpus.licence {
      let text: HTML =
        licence.link.map { "<a href=\"\($0)\" rel=\"noreferrer\">\(licence.name)</a>" } ?? HTML()
      rows += "<dt>Licence</dt><dd>\(text)</dd>"
    }
    rows += dates(of: rule)
    rows += "<dt>ID</dt><dd><code>\(rule.id)</code></dd>"
    if rule.isDeprecated { rows += "<dt>Deprecated</dt><dd>Yes, by its collection</dd>" }
    return "<dl class=\"facts\">\(rows)</dl>\n"
  }

  private func dates(of rule: CatalogRule) -> HTML {
    var rows = HTML()
    if let date = rule.date { rows += "<dt>Date</dt><dd>\(date)</dd>" }
    if let date = rule.modified { rows += "<dt>Modified</dt><dd>\(date)</dd>" }
    return rows
  }

  private func definition(of rule: CatalogRule) -> HTML {
    guard printsTexts(of: rule), let text = rule.logSource.definition else { return HTML() }
    return "<br><span class=\"note\">\(text)</span>"
  }

  /// The repository, and the file in it; a link to the very commit where that is known.
  private func source(of rule: CatalogRule) -> HTML {
    guard let origin = options.origins[rule.corpus], let home = Link(web: origin) else {
      return "<code>\(rule.path)</code>"
    }
    let name = origin.split(separator: "/", maxSplits: 1).last.map { String($0.drop { $0 == "/" }) } ?? origin
    let commit = catalog.corpora.first { $0.corpus == rule.corpus }?.commit
    let path = rule.path.split(separator: "/").map { Link.encoded(String($0)) }.joined(separator: "/")
    let file = Link(web: "\(origin)/blob/\(Link.encoded(commit ?? "HEAD"))/\(path)") ?? home
    return """
      <a href="\(home)" rel="noreferrer">\(name)</a>, <a href="\(file)" rel="noreferrer"><code>\(rule.path)</code></a>
      """
  }

  func techniqueCoverage(of rule: CatalogRule, on page: SitePage) -> HTML {
    var rows = HTML()
    for entry in rule.attack {
      let tactics = entry.tactics.map(\.name).joined(separator: ", ")
      rows += "<tr><td>\(tactics)</td><td>\(technique(entry.technique, on: page))</td></tr>"
    }
    let table: HTML = """
      <table class="attack"><thead><tr><th scope="col">Tactic</th><th scope="col">Technique</th></tr></thead><tbody>\(rows)</tbody></table>
      """
    return """
      <section aria-labelledby="attack"><h2 id="attack">MITRE ATT&amp;CK coverage</h2>
      \(rows.isEmpty ? "<p class=\"note\">The rule names no technique.</p>" : table)</section>

      """
  }

  private func technique(_ technique: AttackEntry.Technique?, on page: SitePage) -> HTML {
    guard let technique else { return "<span class=\"note\">the tactic alone</span>" }
    let target = index.technique(technique.id)?.path ?? "attack.html"
    var text: HTML = "<a href=\"\(page.link(target))\">\(technique.id)</a> \(technique.fullName)"
    if let successor = technique.successor {
      text += " <span class=\"note\">(retired: now \(successor))</span>"
    }
    return text
  }

  func eventCoverage(of rule: CatalogRule, on page: SitePage) -> HTML {
    var rows = HTML()
    for entry in rule.events {
      let name = entry.eventID.map { "Event ID \($0)" } ?? entry.channel ?? "all events"
      let target = index.event(entry)?.path ?? "events.html"
      rows += """
        <tr><td>\(entry.provider)</td><td><a href="\(page.link(target))">\(name)</a></td><td>\(entry.title ?? "")</td></tr>
        """
    }
    let table: HTML = """
      <table><thead><tr><th scope="col">Provider</th><th scope="col">Event</th><th scope="col">Title</th></tr></thead>\
      <tbody>\(rows)</tbody></table>
      """
    return """
      <section aria-labelledby="events"><h2 id="events">Event coverage</h2>
      \(rows.isEmpty ? "<p class=\"note\">No table of events for this log source.</p>" : table)</section>

      """
  }
}

extension AttackEntry.Technique {
  /// `Command and Scripting Interpreter: PowerShell`
  var fullName: String {
    [parentName, name].compactMap { $0 }.joined(separator: ": ")
  }
}
