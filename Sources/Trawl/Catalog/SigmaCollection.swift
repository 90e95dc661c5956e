import TrawlCatalog
import TrawlCompiler
import TrawlRules
import TrawlScanner
import TrawlSigma

/// Sigma rules, as SigmaHQ's repository has them: https://github.com/SigmaHQ/sigma
enum SigmaCollection {
  /// All rules among YAML files; files that hold none are listed with the reason.
  static func rules(
    _ files: [CollectionFile], threads: Int
  ) -> (rules: [CatalogRule], skipped: [CorpusSummary.Skipped]) {
    let parser = SigmaParser()
    let outlines = concurrentMap(count: files.count, threads: threads) { index in
      parser.outlines(files[index].bytes, file: files[index].path)
    }
    var rules: [CatalogRule] = []
    var skipped: [CorpusSummary.Skipped] = []
    for (file, outlines) in zip(files, outlines) {
      rules += outlines.rules.map { CatalogRule($0, path: file.path) }
      skipped += outlines.diagnostics.map { CorpusSummary.Skipped(path: file.path, reason: $0.inWords) }
    }
    return (rules, skipped)
  }
}

extension Diagnostic {
  /// The line, what is wrong, and what to do.
  var inWords: String {
    let place = location.line > 0 ? "line \(location.line): " : ""
    return place + message + (advice.map { "; \($0)" } ?? "")
  }
}

extension CatalogRule {
  /// A Sigma rule from how it is laid out.
  init(_ outline: SigmaOutline, path: String) {
    self.init(
      corpus: .sigma, id: outline.id, title: outline.title.isEmpty ? path : outline.title, path: path,
      logSource: RuleSource(
        product: outline.logSource.product, category: outline.logSource.category,
        service: outline.logSource.service, definition: outline.definition),
      language: "sigma", body: outline.body)
    status = outline.status
    level = outline.level
    author = outline.metadata.author
    date = outline.metadata.date
    modified = outline.metadata.modified
    description = outline.metadata.description
    references = outline.metadata.references
    falsePositives = outline.metadata.falsePositives
    tags = outline.tags
    isDeprecated = path.split(separator: "/").dropLast().contains("deprecated")
    stages = outline.outline.stages
    diagnostics = outline.diagnostics.filter { $0.severity == .error }.map(\.inWords)
    events = CatalogRule.events(outline.logSource, asked: matchedEventIDs)
  }

  /// The events of a log source, of those only that the rule asks for if it does.
  private static func events(_ source: LogSource, asked: [Int]) -> [EventEntry] {
    var entries: [EventEntry] = []
    for (channel, ids) in LogSourceTable.standard.channels(of: source) {
      let common = ids.isEmpty ? asked : ids.filter(asked.contains)
      let wanted = common.isEmpty ? ids : common
      let found = wanted.isEmpty ? [nil] : wanted.map(Optional.some)
      for id in found {
        let entry = EventTable.standard.entry(channel: channel, eventID: id)
        if !entries.contains(where: { $0.reference == entry.reference }) { entries.append(entry) }
      }
    }
    return entries
  }
}
