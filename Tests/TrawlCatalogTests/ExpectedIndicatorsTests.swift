import Foundation
import Testing
import Trawl
import TrawlTestSupport

@testable import TrawlCatalog

/// Counts of an independent extractor over SigmaHQ, Splunk's and Elastic's collections, from the folder beside the
/// repository; skipped where that is absent.
struct ExpectedIndicatorsTests {
  struct Expected: Decodable {
    struct Case: Decodable {
      var corpus: String
      var ruleId: String
      var stages: [String]?
      var indicatorCount: Int
      var indicators: [Indicator]
    }

    struct Indicator: Decodable {
      var field: String
      var kind: String
      var value: String
      var polarity: [String]
      var counts: [String: Int]
      var total: Int
      var others: Int
      var excludedOnly: [String: Int]
      var countsWithDeprecated: [String: Int]
    }

    struct Size: Decodable { var rules: Int }

    var cases: [Case]
    var corpora: [String: Size]
    var indicatorsTotal: Int
  }

  private static let data: URL? = {
    let shared = ProcessInfo.processInfo.environment["TRAWL_SHARED"].map { URL(filePath: $0) }
    let folder = (shared ?? TrawlTestSupport.Corpus.packageFolder.appending(path: "../shared"))
      .appending(path: "data").standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.appending(path: "expected/indicators.json").path)
      ? folder : nil
  }()

  private static let archives: [TrawlCatalog.Corpus: String] = [
    .sigma: "sigma-rules", .splunk: "splunk-detections", .elastic: "elastic-rules",
  ]

  @Test(.enabled(if: data != nil, "shared/data is absent; set TRAWL_SHARED to its folder"))
  func `every indicator counts what an independent extractor counts`() throws {
    let data = try #require(Self.data)
    let bytes = try Data(contentsOf: data.appending(path: "expected/indicators.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let expected = try decoder.decode(Expected.self, from: bytes)
    let folder = try Folder()
    let catalog = try Self.catalog(data, in: folder)
    #expect(catalog.totals.rules.sigma == expected.corpora["sigma"]?.rules)
    #expect(catalog.totals.rules.splunk == expected.corpora["splunk"]?.rules)
    #expect(catalog.corpora.first { $0.corpus == .sigma }?.parsed == catalog.totals.rules.sigma)
    for one in expected.cases {
      let reference = "\(one.corpus)/\(one.ruleId)"
      let rule = try #require(catalog.rules.first { $0.reference == reference })
      if let stages = one.stages { #expect(rule.stages.dropFirst().map(\.name) == stages) }
      #expect(rule.indicators.count == one.indicatorCount, "\(rule.reference)")
      for indicator in one.indicators { try Self.compare(rule, indicator) }
    }
    #expect(expected.cases.reduce(0) { $0 + $1.indicators.count } == expected.indicatorsTotal)
  }

  private static func catalog(_ data: URL, in folder: Folder) throws -> Catalog {
    var request = CatalogRequest()
    for (corpus, archive) in archives {
      let target = folder.url.appending(path: corpus.rawValue)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      let tar = Process()
      tar.executableURL = URL(filePath: "/usr/bin/env")
      let path = data.appending(path: "\(archive).tar.zst").path
      tar.arguments = ["tar", "--zstd", "-xf", path, "-C", target.path]
      try tar.run()
      tar.waitUntilExit()
      try #require(tar.terminationStatus == 0, "tar --zstd cannot unpack \(archive)")
      request.folders[corpus] = target.path
    }
    return try request.catalog()
  }

  private static func compare(_ rule: CatalogRule, _ expected: Expected.Indicator) throws {
    let key = IndicatorKey(field: expected.field, kind: expected.kind, spelledValue: expected.value)
    let place = "\(rule.reference) \(key)"
    let found = try #require(rule.indicators.first { $0.key == key }, "\(place) is missing")
    let polarity = (found.isExcluded ? ["excluded"] : []) + (found.isMatched ? ["matched"] : [])
    #expect(polarity == expected.polarity.sorted(), "\(place)")
    #expect(counts(found.counts) == positive(expected.counts), "\(place)")
    #expect(counts(found.excludedOnly) == positive(expected.excludedOnly), "\(place)")
    #expect(counts(found.countsWithDeprecated) == positive(expected.countsWithDeprecated), "\(place)")
    #expect(found.total == expected.total, "\(place)")
    #expect(found.others(for: rule.corpus).total == expected.others, "\(place)")
  }

  private static func positive(_ counts: [String: Int]) -> [String: Int] { counts.filter { $0.value > 0 } }

  private static func counts(_ counts: CorpusCounts) -> [String: Int] {
    let names = archives.keys.map { ($0.rawValue, counts[$0]) }
    return Dictionary(uniqueKeysWithValues: names).filter { $0.value > 0 }
  }
}
