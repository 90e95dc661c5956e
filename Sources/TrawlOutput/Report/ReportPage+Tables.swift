import TrawlHTML
import TrawlMatcher

extension ReportPage {
  /// Hosts or rules that are shown before the rest is folded.
  private static let shown = 12

  var hostTable: HTML {
    let hosts = tally.byHost.sorted { ($1.value.total, $0.key) < ($0.value.total, $1.key) }
    guard !hosts.isEmpty else { return HTML() }
    let most = hosts.first?.value.total ?? 1
    let rows = hosts.map { host, count in
      row("<a href=\"#host=\(Link.encoded(host))\">\(host)</a>", count, most)
    }
    var more = HTML()
    for (name, count) in [("other hosts", tally.ofOtherHosts), ("no host named", tally.withoutHost)]
    where count.total > 0 {
      more += row("<span class=\"note\">\(name)</span>", count, most)
    }
    return """
      <section aria-labelledby="hosts"><h2 id="hosts">Hosts</h2>
      \(folded(rows, "hosts") { "<table class=\"bars\"><caption class=\"hidden-text\">Findings by host</caption>\($0)</table>" })
      \(more.isEmpty ? HTML() : "<table class=\"bars\">\(more)</table>")</section>

      """
  }

  private func row(_ name: HTML, _ count: ReportTally.Count, _ most: Int) -> HTML {
    "<tr><th scope=\"row\">\(name)</th><td>\(bar(count, most))</td><td class=\"number\">\(count: count.total)</td></tr>\n"
  }

  /// A bar of all levels; its length is a share of the longest.
  private func bar(_ count: ReportTally.Count, _ most: Int) -> HTML {
    var parts = HTML()
    var place = 0
    for (level, number) in count.byLevel.enumerated() where number > 0 {
      let width = max(4, number * 1000 / max(1, most))
      parts += "<rect class=\"\(ReportPage.colour(level))\" x=\"\(place)\" width=\"\(width)\" height=\"10\"/>"
      place += width
    }
    return """
      <svg class="bar" viewBox="0 0 1024 10" preserveAspectRatio="none" aria-hidden="true">\(parts)</svg>
      """
  }

  /// The first few, and the rest on demand.
  private func folded(_ rows: [HTML], _ name: String, _ enclose: (HTML) -> HTML) -> HTML {
    func joined(_ rows: ArraySlice<HTML>) -> HTML { rows.reduce(into: HTML()) { $0 += $1 } }
    guard rows.count > ReportPage.shown + 3 else { return enclose(joined(rows[...])) }
    let (first, rest) = (rows[..<ReportPage.shown], rows[ReportPage.shown...])
    return """
      \(enclose(joined(first)))<details><summary>\(count: rest.count) more \(name)</summary>\(enclose(joined(rest)))</details>
      """
  }

  var ruleTable: HTML {
    let hits = tally.byRule.sorted { left, right in
      let (a, b) = (tally.level(of: left.key), tally.level(of: right.key))
      return a != b ? a < b : (right.value.total, left.key) < (left.value.total, right.key)
    }
    guard !hits.isEmpty else { return HTML() }
    let rows = hits.map { number, count in row(of: number, count) }
    return """
      <section aria-labelledby="rules"><h2 id="rules">Rules</h2>
      \(folded(rows, "rules") { body in
        """
        <table class="rules"><thead><tr><th scope="col">Level</th><th scope="col">Rule</th><th scope="col">First</th>\
        <th scope="col">Last</th><th scope="col" class="number">Findings</th></tr></thead><tbody>\(body)</tbody></table>
        """
      })</section>

      """
  }

  private func row(of number: Int, _ count: ReportTally.Count) -> HTML {
    let rule = tally.rules[number]
    let page: HTML = link(to: rule).map { " <a class=\"page\" href=\"\($0)\">about the rule</a>" } ?? HTML()
    return """
      <tr><td><span class="level \(ReportPage.colour(tally.level(of: number)))">\(rule.level.isEmpty ? "none" : rule.level)</span>\
      </td><th scope="row"><a href="#rule=\(number)">\(rule.title)</a>\(page)</th><td>\(ReportPage.minute(count.first))</td>\
      <td>\(ReportPage.minute(count.last))</td><td class="number">\(count: count.total)</td></tr>

      """
  }

  func link(to rule: RuleInfo) -> Link? { context.links[rule.id].map { Link(page: Link.path($0)) } }

  /// Where the findings go, which the script shows.
  var findings: HTML {
    """
    <section aria-labelledby="findings"><h2 id="findings">Findings</h2>
    <search class="filters" id="filters" aria-label="Findings"></search>
    <p id="status" role="status" class="note"></p>
    <noscript><p class="warning">The list of findings needs JavaScript; nothing is loaded from anywhere.</p></noscript>
    <ol class="findings" id="results"></ol>
    <nav class="pages" id="pages" aria-label="Pages of findings" hidden></nav></section>

    """
  }

  /// What rows name by number.
  var facts: PageData {
    var data = PageData()
    data.object { data in
      data.key("total")
      data.add(tally.all.total)
      data.key("hosts")
      data.add(each: tally.hosts.texts)
      data.key("files")
      data.add(each: tally.files.texts)
      data.key("rules")
      data.object { data in
        for number in tally.byRule.keys.sorted() { addRule(number, to: &data) }
      }
    }
    return data
  }

  private func addRule(_ number: Int, to data: inout PageData) {
    let rule = tally.rules[number]
    data.key(number: number)
    data.array { data in
      data.add(rule.title)
      data.add(tally.level(of: number))
      data.add(each: techniqueIDs(of: number))
      data.add(link(to: rule)?.address)
      data.add(rule.level)
    }
  }
}
