import TrawlHTML

extension CatalogDiff {
  /// The differences as one page that needs nothing beside it. Its links lead to the pages of the later catalogue, in whose
  /// folder it is at home.
  public var page: [UInt8] {
    let style = OwnFile(
      embedded: OwnFile.baseStyle.text + (embeddedFiles.first { $0.name == "site.css" }?.text ?? ""))
    var page: HTML = """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \(policyOf: style); \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>Changes of the rule catalogue</title>
      <style>\(HTML(style))</style>
      <main>
      <h1>Changes of the rule catalogue</h1>
      <p class="lead">\(headline)</p>

      """
    page += section("Added", "added", added) { CatalogDiff.title($0, isThere: true) }
    page += section("Removed", "removed", removed) { CatalogDiff.title($0, isThere: false) }
    page += section("Changed", "changed", changed, CatalogDiff.row)
    page += "</main>\n"
    return page.bytes
  }

  private var headline: HTML {
    if isEmpty { return "No difference." }
    let rules: HTML = """
      \(count: added.count) rules added, \(count: removed.count) removed, \(count: changed.count) changed.
      """
    guard comparesKeys else {
      return rules + " Indicators are not compared: indicators.jsonl is not beside both catalogues."
    }
    return """
      \(rules) In all, \(count: gained.count) indicators are new, and \(count: lost.count) are in no rule any more.
      """
  }

  private func section<Item>(
    _ title: String, _ id: String, _ items: [Item], _ row: (Item) -> HTML
  ) -> HTML {
    guard !items.isEmpty else { return HTML() }
    var rows = HTML()
    for item in items { rows += "<li>\(row(item))</li>\n" }
    return """
      <section aria-labelledby="\(id)"><h2 id="\(id)">\(title) <span class="count">\(count: items.count)</span></h2>
      <ul class="plain changes">\(rows)</ul></section>

      """
  }

  private static func title(_ rule: CatalogSnapshot.Rule, isThere: Bool) -> HTML {
    let name = rule.title.allSatisfy(\.isWhitespace) ? rule.id : rule.title
    let title: HTML =
      isThere ? "<a href=\"\(Link(page: Link.path(rule.page)))\">\(name)</a>" : "\(name)"
    return """
      \(title) \(Badge.corpus(rule.corpus)) \(Badge.level(rule.level)) <span class="note">\(rule.id)</span>
      """
  }

  private static func row(_ change: Change) -> HTML {
    var keys = HTML()
    for key in change.gained {
      keys += "<li class=\"gained\"><span class=\"hidden-text\">gained</span>\(text(key))</li>"
    }
    for key in change.lost {
      keys += "<li class=\"lost\"><span class=\"hidden-text\">lost</span>\(text(key))</li>"
    }
    let list: HTML =
      keys.isEmpty
      ? "<p class=\"note\">Its text, not what it asks for.</p>" : "<ul class=\"plain\">\(keys)</ul>"
    return title(change.rule, isThere: true) + list
  }

  private static func text(_ key: IndicatorKey) -> HTML {
    let value: HTML =
      key.value.isEmpty ? "<span class=\"note\">(empty)</span>" : "<code>\(value: key.value)</code>"
    return "<code>\(key.field)</code> <span class=\"kind\">\(key.kind)</span> \(value)"
  }
}
