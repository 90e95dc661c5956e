import TrawlCatalog
import TrawlOutput

/// What a catalogue says of a rule's indicators: how many other rules look for the same.
public struct RuleWorth: Sendable {
  struct Indicator: Sendable {
    var field: String
    var kind: String
    var value: String
    /// Other rules in each collection that has some.
    var others: [(corpus: String, rules: Int)]
    /// Whether the rule has it under a negation only.
    var isExcluded: Bool
  }

  var indicators: [Indicator] = []
  /// The rule's page, below the folder of the catalogue.
  let page: String

  /// Reads the rule's file beside its page. Nil where the catalogue has no rule with this id.
  ///
  /// - Parameter path: of `catalog.json`.
  public init?(of id: String, inCatalog path: String) throws(InputProblem) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let snapshot = try RuleWorth.reading(path) { bytes throws(SnapshotProblem) in
      try CatalogSnapshot(bytes, indicators: nil)
    }
    let own: [Corpus] = [.sigma, .kql]
    guard let rule = snapshot.rules.first(where: { own.contains($0.corpus) && $0.id == id }) else {
      return nil
    }
    page = rule.page
    let file = folder + rule.page.prefix(upTo: rule.page.lastIndex(of: ".") ?? rule.page.endIndex) + ".json"
    let json = try RuleWorth.reading(file) { bytes throws(JSONProblem) in try JSON(bytes[...]) }
    for indicator in json["indicators"]?.elements ?? [] {
      guard let field = indicator["field"]?.text, let kind = indicator["kind"]?.text,
        let value = indicator["value"]?.text, let counts = indicator["counts"]
      else {
        throw InputProblem(
          path: file, message: "an indicator lacks its field, kind or value", isUnreadable: true)
      }
      let others = Corpus.allCases.compactMap { corpus -> (corpus: String, rules: Int)? in
        let rules = (counts[corpus.rawValue]?.number ?? 0) - (corpus == rule.corpus ? 1 : 0)
        return rules > 0 ? (corpus.rawValue, rules) : nil
      }
      let isExcluded = indicator["polarity"]?.texts == ["excluded"]
      indicators.append(
        Indicator(field: field, kind: kind, value: value, others: others, isExcluded: isExcluded))
    }
  }

  private static func reading<Value, Failure: Error>(
    _ path: String, _ body: ([UInt8]) throws(Failure) -> Value
  ) throws(InputProblem) -> Value {
    let bytes = try readFile(path)
    do throws(Failure) {
      return try body(bytes)
    } catch {
      throw InputProblem(
        path: path, message: "no file of this version's catalogue; build it anew", isUnreadable: true)
    }
  }
}

extension ExplainReport {
  /// Each indicator with how many other rules look for it.
  var worth: [String] {
    guard let worth = rule.worth else { return [] }
    var lines = [title("Looked for by others, too")]
    for indicator in worth.indicators {
      let counts = indicator.others.map { "\($0.corpus) \($0.rules)" }.joined(separator: ", ")
      let what =
        "\(indicator.field) \(indicator.kind) '\(indicator.value)'"
        + (indicator.isExcluded ? ", excluded" : "")
      lines += hanging("- ", 2, "\(what): \(counts.isEmpty ? "this rule alone" : counts)".visible, indent: 2)
    }
    return lines + hanging("", 0, "Its page: \(worth.page)".visible, indent: 2)
  }
}
