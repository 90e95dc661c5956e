import TrawlHTML
import TrawlRules

extension CatalogSite {
  func stages(of rule: CatalogRule) -> HTML {
    var parts = HTML()
    for (number, stage) in rule.stages.enumerated() {
      parts += "<h3>Stage \(number): \(stage.name)\(sign(of: stage.polarity))</h3>\n"
      if printsTexts(of: rule), !stage.text.isEmpty {
        let text: HTML =
          rule.language == "sigma" && number > 0 ? YAMLText.marked(stage.text) : "\(stage.text)"
        parts += "<pre tabindex=\"0\"><code>\(text)</code></pre>\n"
      }
      // A Sigma stage says the same in its own lines.
      if rule.language != "sigma" { parts += questions(of: stage) }
    }
    guard !parts.isEmpty else { return HTML() }
    return """
      <section aria-labelledby="stages"><h2 id="stages">Stages and Predicates</h2>
      \(parts)</section>

      """
  }

  private func sign(of polarity: RuleOutline.Polarity) -> HTML {
    switch polarity {
    case .matched: HTML()
    case .excluded: " <span class=\"sign\">excluded</span>"
    case .both: " <span class=\"sign\">matched and excluded</span>"
    case .unused: " <span class=\"sign\">not used by the condition</span>"
    }
  }

  /// The first few at once, the rest on demand: lists of hashes have thousands.
  private static let shown = 30

  private func questions(of stage: RuleOutline.Stage) -> HTML {
    let items = stage.predicates.map { question -> HTML in
      let not: HTML = question.isNegated ? "<span class=\"sign\">not</span> " : ""
      return """
        <li>\(not)<code>\(question.field ?? "(keyword)")</code> <span class="kind">\(question.kind.rawValue)</span> \
        <code>\(value: question.value)</code></li>
        """
    }
    guard !items.isEmpty else { return HTML() }
    return shortened(items, shown: CatalogSite.shown, name: "predicates", style: "questions")
  }

  /// A list, the end of which is folded if it is long.
  func shortened(_ items: [HTML], shown: Int, name: String, style: StaticString) -> HTML {
    let style = HTML(stringLiteral: style)
    func list(_ items: ArraySlice<HTML>) -> HTML {
      var list: HTML = "<ul class=\"\(style)\">"
      for item in items { list += item }
      list += "</ul>"
      return list
    }
    guard items.count > shown + shown / 2 else { return list(items[...]) }
    return """
      \(list(items[..<shown]))<details><summary>\(count: items.count - shown) more \(name)</summary>\(list(items[shown...]))</details>
      """
  }
}
