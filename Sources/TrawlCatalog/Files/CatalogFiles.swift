import TrawlRules

/// A catalogue as files for other programs. Equal catalogues give equal bytes: no times, members sorted by name.
public struct CatalogFiles {
  /// Of the form of the files; another number is another form.
  public static let version = 1

  private let catalog: Catalog
  private let rulePages: [String]
  /// The program and its version, for those who wonder.
  private let generator: String

  /// `rulePages`: where the page of each rule is, as `CatalogSite` says; a rule's own file lies beside it.
  public init(_ catalog: Catalog, rulePages: [String], generator: String) {
    self.catalog = catalog
    self.rulePages = rulePages
    self.generator = generator
  }

  /// Makes all files, one after the other: paths below the folder, and bytes. Takes one at a time.
  public func write<Problem>(
    _ file: (_ path: String, _ bytes: [UInt8]) throws(Problem) -> Void
  ) throws(Problem) {
    try file("catalog.json", summary.bytes(lines: 2))
    try file("indicators.jsonl", indicators)
    for corpus in Corpus.allCases where catalog.totals.rules[corpus] > 0 {
      try file("navigator-\(corpus.rawValue).json", layer(of: corpus).json.bytes(lines: 2))
    }
    for rule in catalog.rules.indices {
      try file(CatalogFiles.dataPath(rulePages[rule]), fullRule(rule).bytes(lines: 2))
    }
  }

  /// `rules/sigma/a.html` is a page, `rules/sigma/a.json` what is on it.
  public static func dataPath(_ page: String) -> String {
    (page.hasSuffix(".html") ? String(page.dropLast(5)) : page) + ".json"
  }

  /// Techniques by the number of rules of a collection, which the score is.
  public func layer(of corpus: Corpus) -> NavigatorLayer {
    var layer = NavigatorLayer(
      name: "Rules of \(corpus.rawValue)", description: "Techniques by the number of \(corpus.rawValue) rules"
    )
    for rule in catalog.rules where rule.corpus == corpus {
      layer.add(rule.attack.compactMap(\.technique?.id), score: 1)
    }
    return layer
  }
}

extension CatalogFiles {
  private var summary: JSON {
    .object([
      "attack": .object([
        "notice": AttackTable.notice.json, "version": AttackTable.standard.version.json,
      ]),
      "corpora": .array(catalog.corpora.map(\.json)),
      "generated_by": generator.json,
      "includes_deprecated": .bool(catalog.includesDeprecated),
      "rules": .array(
        catalog.rules.indices.map { .object(catalog.rules[$0].metadata(page: rulePages[$0])) }),
      "snapshots": .array(catalog.corpora.compactMap(\.snapshot)),
      "totals": catalog.totals.json,
      "version": CatalogFiles.version.json,
    ])
  }

  private func fullRule(_ index: Int) -> JSON {
    let rule = catalog.rules[index]
    let similar = rule.similar.map { similar in
      let other = catalog.rules[similar.rule]
      return JSON.object([
        "corpus": other.corpus.rawValue.json, "id": other.id.json, "relation": similar.relation.rawValue.json,
        "shared": similar.shared.json, "title": other.title.json,
      ])
    }
    // Elastic's licence lets not everyone hand on its queries: facts and a link are enough.
    let isPrinted = rule.corpus != .elastic
    return .object(
      rule.metadata(page: rulePages[index]) + [
        JSON.Member("indicators", .array(rule.indicators.map { $0.json(in: rule.corpus) })),
        JSON.Member("similar", .array(similar)),
        JSON.Member("stages", .array(rule.stages.map { $0.json(isPrinted: isPrinted) })),
      ] + (isPrinted ? [JSON.Member("body", .string(rule.body))] : []))
  }

  /// A line for each key, sorted by field, kind and value, for those who ask which rules look for something.
  private var indicators: [UInt8] {
    let spellings = self.spellings
    var output: [UInt8] = []
    for key in catalog.rulesOfKey.keys.sorted(by: IndicatorKey.isBefore) {
      let rules = catalog.rulesOfKey[key] ?? []
      let line = JSON.object([
        "counts": catalog.counts(of: rules).json,
        "excluded_only": catalog.counts(of: catalog.excludingRulesOfKey[key] ?? []).json,
        "field": key.field.json, "kind": key.kind.json,
        "rules": .array(rules.map { .string(catalog.rules[$0].reference) }),
        "value": (spellings[key] ?? key.value).json,
      ])
      output += line.bytes()
    }
    return output
  }

  /// The spelling of each key's first rule.
  private var spellings: [IndicatorKey: String] {
    var spellings: [IndicatorKey: String] = [:]
    for indicator in catalog.rules.lazy.flatMap(\.indicators) where spellings[indicator.key] == nil {
      spellings[indicator.key] = indicator.value
    }
    return spellings
  }
}
