import TrawlCatalog
import TrawlKQL
import TrawlRules
import TrawlScanner

/// Hunting queries of Microsoft Defender, from files and from Markdown.
enum KQLCollection {
  /// All queries among files; texts without one are no part of the collection.
  static func rules(
    _ files: [CollectionFile], threads: Int
  ) -> (rules: [CatalogRule], skipped: [CorpusSummary.Skipped]) {
    let loader = KQLLoader()
    let rules = concurrentMap(count: files.count, threads: threads) { index -> [CatalogRule] in
      let file = files[index]
      let text = String(decoding: file.bytes, as: UTF8.self)
      guard mayHoldQuery(file.path, text) else { return [] }
      let documents = loader.load(file.bytes, file: file.path)
      return documents.queries.map { CatalogRule($0, path: file.path) }
        + documents.skipped.map { CatalogRule($0, path: file.path) }
    }
    return (rules.flatMap { $0 }, [])
  }

  private static func mayHoldQuery(_ path: String, _ text: String) -> Bool {
    if path.hasSuffix(".yml") || path.hasSuffix(".yaml") { return KQLLoader.isQueryYAML(text) }
    let isText = [".md", ".markdown", ".txt"].contains { path.hasSuffix($0) }
    return !isText || KQLLoader.mayHoldQuery(text)
  }
}

extension CatalogRule {
  /// A query that loads.
  init(_ query: KQLQuery, path: String) {
    let tables = query.filters.map(\.table).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    self.init(
      corpus: .kql, id: query.id, title: query.title, path: path, logSource: RuleSource(names: tables),
      language: "kql", body: query.text)
    tags = query.tags
    stages = query.outline.stages
  }

  /// A query that does not, with the reason in the place of what it asks.
  init(_ query: KQLSkipped, path: String) {
    self.init(
      corpus: .kql, id: query.id, title: query.title, path: path, logSource: RuleSource(names: query.tables),
      language: "kql", body: "")
    diagnostics = [query.diagnostic.diagnostic.inWords]
  }
}
