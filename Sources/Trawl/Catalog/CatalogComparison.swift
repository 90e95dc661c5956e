import TrawlCatalog
import TrawlOutput
import TrawlScanner

extension CatalogSnapshot {
  /// Reads a catalogue by the path of its `catalog.json`, with the `indicators.jsonl` beside it if there is one.
  public init(path: String) throws(InputProblem) {
    let catalog = try readFile(path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let beside = folder + "indicators.jsonl"
    let indicators = FileKind(beside) == .file ? try readFile(beside) : nil
    do throws(SnapshotProblem) {
      try self.init(catalog, indicators: indicators)
    } catch {
      throw InputProblem(path: path, message: error.message, isUnreadable: true)
    }
  }
}

extension CatalogDiff {
  /// For people: counts, then each rule with what it gained and lost. Nothing in it can move a terminal's cursor.
  public func text(_ style: Style) -> String {
    if isEmpty { return "No difference\n" }
    var text = style.bold(headline) + "\n"
    text += section("Added", added.map { $0.line(style) })
    text += section("Removed", removed.map { $0.line(style) })
    text += section(
      "Changed",
      changed.flatMap { change in
        [change.rule.line(style)] + change.gained.map { "  + \($0.line)" }
          + change.lost.map { "  - \($0.line)" }
      })
    if !comparesKeys {
      text += "\nIndicators are not compared: indicators.jsonl is not beside both catalogues\n"
    }
    return text
  }

  private var headline: String {
    let rules =
      "\(Wording.count(added.count, "rule")) added, \(Wording.count(removed.count)) removed, "
      + "\(Wording.count(changed.count)) changed"
    guard comparesKeys else { return rules }
    return rules
      + "; \(Wording.count(gained.count, "indicator")) gained, \(Wording.count(lost.count)) lost in all"
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "\n\(title)\n" + lines.map { "  \($0)\n" }.joined()
  }
}

extension CatalogSnapshot.Rule {
  fileprivate func line(_ style: Style) -> String { "\(title.visible)  \(style.dim(reference.visible))" }
}

extension IndicatorKey {
  fileprivate var line: String { "\(field) \(kind) '\(value)'".visible }
}
