import TrawlHTML

/// What all pages of a site have: the head, the way around, and the notices.
struct SitePage {
  /// Below the folder of the site.
  let path: String
  let title: String
  /// The pages above this one, the outermost first.
  var crumbs: [(text: String, path: String)] = []
  /// Names of files in `assets` and `data` that run in the page.
  var scripts: [String] = []
  var main = HTML()

  init(_ path: String, title: String) {
    self.path = path
    self.title = title
  }

  /// From this page to another.
  func link(_ target: String) -> Link {
    Link(page: String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") }) + target)
  }

  var bytes: [UInt8] {
    var page: HTML = """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title) · Rule catalogue</title>
      <link rel="stylesheet" href="\(link("assets/site.css"))">

      """
    for script in scripts { page += "<script src=\"\(link(script))\" defer></script>\n" }
    page += "<a class=\"skip\" href=\"#main\">To the content</a>\n"
    page += header
    page += "<main id=\"main\">\n"
    page += trail
    page += main
    page += "</main>\n"
    page += footer
    return page.bytes
  }

  /// Nothing but the site's own files; no script at all where a page has none of ours.
  private var policy: HTML {
    scripts.isEmpty
      ? "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
      : "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'"
  }

  private static let places = [
    ("Rules", "index.html"), ("ATT&CK", "attack.html"), ("Events", "events.html"),
    ("Indicators", "indicators.html"),
  ]

  private var header: HTML {
    var items = HTML()
    for (name, target) in SitePage.places {
      let current: HTML = target == path ? " aria-current=\"page\"" : ""
      items += "<li><a href=\"\(link(target))\"\(current)>\(name)</a></li>"
    }
    return """
      <header class="site"><a class="name" href="\(link("index.html"))">Rule catalogue</a>
      <nav aria-label="Site"><ul>\(items)</ul></nav></header>

      """
  }

  private var trail: HTML {
    guard !crumbs.isEmpty else { return HTML() }
    var items = HTML()
    for crumb in crumbs { items += "<li><a href=\"\(link(crumb.path))\">\(crumb.text)</a></li>" }
    return "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>\(items)</ol></nav>\n"
  }

  private var footer: HTML {
    """
    <footer><p>Made by Trawl from the rule collections that are named on each page; rules belong to their authors.</p>
    <p>Names of tactics and techniques: MITRE ATT&amp;CK® \(AttackTable.standard.version). \(AttackTable.notice)</p></footer>

    """
  }
}
