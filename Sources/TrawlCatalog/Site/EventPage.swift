import TrawlHTML

extension CatalogSite {
  /// A kind of event: the rules that look at it, and what they ask of it.
  func eventPage(_ event: SiteIndex.Event) -> [UInt8] {
    var page = SitePage(event.path, title: event.entry.name)
    page.crumbs = [("Events", "events.html")]
    let channel: HTML =
      event.entry.channel.map { "<dt>Channel</dt><dd><code>\($0)</code></dd>" } ?? HTML()
    page.main += """
      <h1>\(event.entry.name)</h1>
      <dl class="facts"><dt>Provider</dt><dd>\(event.entry.provider)</dd>\(channel)\
      <dt>Rules</dt><dd>\(tally(event.rules))</dd></dl>

      """
    page.main += fields(of: event.rules, on: page)
    page.main += commonIndicators(of: event.rules, on: page)
    page.main += "<section aria-labelledby=\"rules\"><h2 id=\"rules\">Rules</h2>\n"
    page.main += ruleTable(event.rules, on: page)
    page.main += "</section>\n"
    return page.bytes
  }

  private func fields(of rules: [Int], on page: SitePage) -> HTML {
    var counts: [String: Int] = [:]
    for rule in rules {
      for field in Set(catalog.rules[rule].indicators.map(\.field)) { counts[field, default: 0] += 1 }
    }
    let items = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { field, count -> HTML in
      let link = page.link("index.html").fragment("field", field)
      return "<li><a href=\"\(link)\">\(field)</a> <span class=\"count\">\(count: count)</span></li>"
    }
    guard !items.isEmpty else { return HTML() }
    return """
      <section aria-labelledby="fields"><h2 id="fields">Fields that rules ask</h2>
      \(shortened(items, shown: 40, name: "fields", style: "chips"))</section>

      """
  }

  var eventsPage: [UInt8] {
    var page = SitePage("events.html", title: "Events")
    var rows = HTML()
    for event in index.events {
      rows += """
        <tr><td>\(event.entry.provider)</td><th scope="row"><a href="\(page.link(event.path))">\(event.entry.shortName)</a></th>\
        <td>\(event.entry.title ?? "")</td><td class="number">\(count: event.rules.count)</td></tr>

        """
    }
    page.main += """
      <h1>Events</h1>
      <p class="lead">The kinds of events that rules look at.</p>
      <table><thead><tr><th scope="col">Provider</th><th scope="col">Event</th><th scope="col">Title</th>\
      <th scope="col" class="number">Rules</th></tr></thead>
      <tbody>
      \(rows)</tbody></table>

      """
    return page.bytes
  }
}

extension EventEntry {
  var shortName: String { eventID.map { "Event ID \($0)" } ?? channel ?? "all events" }

  /// `Sysmon Event ID 1: Process creation`
  var name: String { "\(provider) \(shortName)" + (title.map { ": \($0)" } ?? "") }
}
