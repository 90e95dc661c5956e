import TrawlCatalog
import TrawlOutput

/// What is said when a catalogue is built.
public enum CatalogReport {
  /// A line for each collection, then what their indicators have in common, and what was written.
  public static func text(_ catalog: Catalog, _ folder: CatalogFolder, seconds: Double, _ style: Style)
    -> String
  {
    var lines = catalog.corpora.flatMap { summary($0, style) }
    let totals = catalog.totals
    lines.append(
      line(
        "Keys",
        "\(Wording.count(totals.keys)) distinct; \(Wording.count(totals.keysInTwo)) in two collections, "
          + "\(Wording.count(totals.keysInThree)) in three", style))
    lines.append(
      line(
        "Output",
        "\(Wording.count(folder.files, "file")), \(Wording.bytes(folder.bytes)), in \(Wording.duration(seconds))",
        style))
    return style.bold("\(Wording.count(catalog.rules.count, "rule")) catalogued") + "\n"
      + lines.map { $0 + "\n" }.joined()
  }

  /// Files that hold no rule, and rules that are not understood, are named up to this many.
  private static let shown = 5

  private static func summary(_ corpus: CorpusSummary, _ style: Style) -> [String] {
    var text = "\(Wording.count(corpus.rules, "rule")) in \(Wording.count(corpus.files, "file"))"
    let partly = corpus.rules - corpus.parsed
    if partly > 0 { text += ", " + style.warning("\(Wording.count(partly)) not understood as a whole") }
    if !corpus.skipped.isEmpty { text += ", \(Wording.count(corpus.skipped.count, "file")) without a rule" }
    var lines = [line(corpus.corpus.rawValue, text, style)]
    lines += corpus.skipped.prefix(shown).map { line("", "\($0.path): \($0.reason)".visible, style) }
    if corpus.skipped.count > shown {
      lines.append(
        line("", "and \(Wording.count(corpus.skipped.count - shown)) more, in catalog.json", style))
    }
    return lines
  }

  private static func line(_ label: String, _ text: String, _ style: Style) -> String {
    style.dim(label + String(repeating: " ", count: max(1, 9 - label.count))) + text
  }
}
