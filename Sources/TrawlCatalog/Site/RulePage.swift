import TrawlHTML
import TrawlRules

extension CatalogSite {
  /// A rule: facts, coverage, body, stages, indicators, in this order, then what else is known.
  func rulePage(_ number: Int) -> [UInt8] {
    let rule = catalog.rules[number]
    var page = SitePage(rulePages[number], title: rule.name)
    page.crumbs = [
      ("Detection rules", "index.html"), (rule.corpus.title, "rules/\(rule.corpus.rawValue)/index.html"),
    ]
    page.main.reserveCapacity(6 * rule.body.utf8.count + 8192)
    page.main += "<article class=\"rule\">\n<h1>\(rule.name)</h1>\n"
    page.main += facts(of: rule, on: page)
    if printsTexts(of: rule), let text = rule.description, !text.isEmpty {
      page.main += "<p class=\"lead\">\(text)</p>\n"
    }
    page.main += techniqueCoverage(of: rule, on: page)
    page.main += eventCoverage(of: rule, on: page)
    page.main += body(of: rule)
    page.main += stages(of: rule)
    page.main += indicators(of: rule, on: page)
    page.main += similarRules(of: rule, on: page)
    page.main += references(of: rule)
    page.main += falsePositives(of: rule)
    page.main += diagnostics(of: rule)
    page.main += "</article>\n"
    return page.bytes
  }

  /// Elastic's licence does not let everyone print its texts; facts may be told.
  func printsTexts(of rule: CatalogRule) -> Bool { rule.corpus != .elastic || options.printsElasticTexts }

  private func body(of rule: CatalogRule) -> HTML {
    guard printsTexts(of: rule) else {
      return """
        <section aria-labelledby="body"><h2 id="body">Rule body <span class="kind">\(rule.language)</span></h2>
        <p class="note">Not printed: its licence is not everyone's to use. The query is at the <a href="#source">source</a>; \
        what was read from it stands below.</p></section>

        """
    }
    let language = rule.language == "sigma" ? "yaml" : rule.language
    let text: HTML = rule.language == "sigma" ? YAMLText.marked(rule.body) : "\(rule.body)"
    return """
      <section aria-labelledby="body"><h2 id="body">Rule body <span class="kind">\(language)</span></h2>
      <pre tabindex="0" role="region" aria-labelledby="body"><code>\(text)</code></pre></section>

      """
  }

  private func references(of rule: CatalogRule) -> HTML {
    var items = HTML()
    for reference in rule.references {
      if let link = Link(web: reference) {
        items += "<li><a href=\"\(link)\" rel=\"noreferrer noopener\">\(reference)</a></li>"
      } else {
        items += "<li>\(reference)</li>"
      }
    }
    return list("References", "references", items)
  }

  private func falsePositives(of rule: CatalogRule) -> HTML {
    guard printsTexts(of: rule) else { return HTML() }
    var items = HTML()
    for text in rule.falsePositives { items += "<li>\(text)</li>" }
    return list("False positives", "false-positives", items)
  }

  private func diagnostics(of rule: CatalogRule) -> HTML {
    var items = HTML()
    for text in rule.diagnostics { items += "<li>\(text)</li>" }
    return list("Diagnostics", "diagnostics", items)
  }

  private func list(_ title: String, _ id: StaticString, _ items: HTML) -> HTML {
    guard !items.isEmpty else { return HTML() }
    let id = HTML(stringLiteral: id)
    return """
      <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2><ul>\(items)</ul></section>

      """
  }
}

/// YAML with its keys set off.
enum YAMLText {
  static func marked(_ text: String) -> HTML {
    var result = HTML()
    result.reserveCapacity(text.utf8.count * 2)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { result += "\n" }
      guard let end = keyEnd(line) else {
        result += "\(String(line))"
        continue
      }
      let start = line.firstIndex { $0 != " " && $0 != "-" } ?? line.startIndex
      result += "\(String(line[..<start]))<b>\(String(line[start..<end]))</b>\(String(line[end...]))"
    }
    return result
  }

  /// The colon behind a plain key at the beginning of a line.
  private static func keyEnd(_ line: Substring) -> Substring.Index? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let key = line[..<colon].drop { $0 == " " || $0 == "-" }
    let next = line.index(after: colon)
    guard !key.isEmpty, key.utf8.allSatisfy({ isKeyByte($0) }), next == line.endIndex || line[next] == " "
    else { return nil }
    return colon
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "|"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
