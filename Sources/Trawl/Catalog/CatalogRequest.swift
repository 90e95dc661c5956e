import TrawlCatalog
import TrawlScanner

/// Which collections of rules a catalogue is of.
public struct CatalogRequest: Sendable {
  /// Folders, by what is in them.
  public var folders: [Corpus: String] = [:]
  /// Whether deprecated rules are among those of the catalogue; they are counted apart in any case.
  public var includesDeprecated = false
  public var threads = availableProcessors

  public init() {}

  /// Reads the collections and counts. Throws if a folder cannot be read or holds no rule; files that cannot be read, and
  /// why, are in the summary of their corpus.
  public func catalog() throws(InputProblem) -> Catalog {
    var rules: [CatalogRule] = []
    var summaries: [CorpusSummary] = []
    for corpus in Corpus.allCases {
      guard let folder = folders[corpus] else { continue }
      let collection = try CollectionFolder(folder, corpus, threads: threads)
      let reading = collection.reading(threads: threads)
      if reading.rules.isEmpty {
        throw InputProblem(
          path: folder, message: "there are no \(corpus.rawValue) rules in it", isUnreadable: false)
      }
      rules += reading.rules
      summaries.append(
        CorpusSummary(
          corpus: corpus, root: folder, commit: collection.commit, files: collection.files.count,
          skipped: collection.unreadable + reading.skipped))
    }
    return Catalog(rules, corpora: summaries, includesDeprecated: includesDeprecated)
  }
}

extension CollectionFolder {
  fileprivate func reading(threads: Int) -> (rules: [CatalogRule], skipped: [CorpusSummary.Skipped]) {
    switch corpus {
    case .sigma: return SigmaCollection.rules(files, threads: threads)
    case .kql: return KQLCollection.rules(files, threads: threads)
    case .splunk:
      let reading = SplunkCollection.rules(files)
      return (reading.rules, reading.skipped)
    case .elastic:
      let reading = ElasticCollection.rules(files)
      return (reading.rules, reading.skipped)
    }
  }
}
