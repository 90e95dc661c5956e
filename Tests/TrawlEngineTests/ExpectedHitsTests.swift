import Foundation
import Synchronization
import Testing
import Trawl
import TrawlTestSupport

/// Real rules over real recordings, held to the hits of an independent oracle (../shared/data, not part of the project).
@Suite(
  .enabled(if: SharedData.folder != nil, "no ../shared/data: set TRAWL_SHARED to the folder that holds data"))
struct ExpectedHitsTests {
  /// Unpacked once for all tests.
  private static let rules = Result { try SharedData.unpack("sigma-rules.tar.zst") }
  private static let recordings = Result { try SharedData.unpack("otrf.tar.zst") }
  private static let regression = Result { try SharedData.unpack("sigma-regression.tar.zst") }
  private static let loaded = Result {
    let folder = try rules.get().url.path
    return RuleLoader().load(
      ["rules", "rules-emerging-threats", "rules-threat-hunting"].map { "\(folder)/\($0)" })
  }
  private static let compiled = Result { try RulesetCompiler.compile(loaded.get().rules).ruleset }

  @Test func allOfSigmaHQIsLoadedButTheTwoRulesWithAPlaceholder() throws {
    let loaded = try Self.loaded.get()
    #expect(loaded.rules.count == 3752 && loaded.refused == 2)
    let errors = loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.allSatisfy { $0.message.contains("known_cdcs") } && !errors.isEmpty)
  }

  @Test func theRecordingsOfWholeHostsAreHitAsExpectedInTheirArchive() throws {
    let expected = try SharedData.expected([
      "otrf.jsonl", "otrf.audit4688.jsonl", "otrf.antivirus.jsonl", "otrf-other.jsonl",
    ])
    let scan = try SharedData.scan(Self.compiled.get(), archive: "otrf.tar.zst")
    // Of one log the archive holds a copy, of which the expected hits do not tell.
    let (log, copy) = ("SCRANTON-zeek_logs.zip/http.log", "individual_zeek_logs/SCRANTON_http.log")
    let copies = expected.filter { $0.file.hasSuffix(log) }.map {
      SharedData.Hit(file: $0.file.replacing(log, with: copy), record: $0.record, rule: $0.rule)
    }
    #expect(copies.count == 6)
    #expect(Set(scan.hits).subtracting(expected + copies).sorted() == [], "not expected")
    #expect(Set(expected + copies).subtracting(scan.hits).sorted() == [], "missing")
    #expect(scan.hits.count == Set(scan.hits).count && scan.hits.count > 5000 && scan.files > 37)
  }

  @Test func theLogsOfOtherProductsAreHitAsExpected() throws {
    let expected = try SharedData.expected(["otrf-other.jsonl"])
    let logs = try Self.recordings.get().url
    let zeek = SharedData.files(below: logs, ext: "log").filter {
      !$0.contains("individual") && !$0.contains("combined")
    }
    let aws = SharedData.files(below: logs, ext: "json").filter { $0.contains("/aws/") }
    var hits: [SharedData.Hit] = []
    for (source, files) in Dictionary(grouping: zeek + aws, by: Self.logSource) {
      var options = RulesetCompiler.Options()
      options.givenLogSource = source
      // Others cannot hold.
      let rules = try Self.loaded.get().rules.filter {
        $0.logSource.product ?? source.product == source.product
      }
      hits += try SharedData.scan(RulesetCompiler.compile(rules, options: options).ruleset, logs, files)
    }
    #expect(hits.sorted() == expected.sorted())
  }

  /// CloudTrail, or Zeek by the name of the log: `dns.log`.
  private static func logSource(of file: String) -> LogSource {
    if file.contains("/aws/") { return LogSource(product: "aws", service: "cloudtrail") }
    let name = file.split(separator: "/").last?.split(separator: ".").first
    return LogSource(product: "zeek", service: name.map(String.init))
  }

  @Test func theRecordingsOfAttacksAreHitAsExpectedInTheirArchive() throws {
    let expected = try SharedData.expected(
      ["", ".audit4688", ".antivirus"].map { "evtx-attack-samples\($0).jsonl" })
    let scan = try SharedData.scan(Self.compiled.get(), archive: "evtx-attack-samples.tar.zst", "*.evtx")
    #expect(Set(scan.hits).subtracting(expected).sorted() == [], "not expected")
    #expect(Set(expected).subtracting(scan.hits).sorted() == [], "missing")
    // Some recordings hold a record twice.
    #expect(scan.hits.count > 1500 && scan.files >= 277)
  }

  @Test func theRegressionsRecordingsAreHitAsExpectedAsEVTXInTheirArchive() throws {
    let expected = try SharedData.expected(["regression.jsonl"])
    let scan = try SharedData.scan(Self.compiled.get(), archive: "sigma-regression.tar.zst", "*.evtx")
    #expect(scan.hits.sorted() == expected.sorted())
    #expect(scan.files >= 100 && scan.hits.count >= 200)
  }

  /// The recordings as JSON hit what the same recordings as EVTX are expected to.
  @Test func everyRecordingOfSigmaHQsOwnRegressionHitsItsRule() throws {
    let folder = try Self.regression.get().url
    let files = SharedData.files(below: folder, ext: "json")
    let hits = try Dictionary(grouping: SharedData.scan(Self.compiled.get(), folder, files), by: \.file)
    let expected = try Dictionary(grouping: SharedData.expected(["regression.jsonl"]), by: \.file)
    for file in files {
      let name = file.dropLast(".json".count)
      let rule = name.split(separator: "/").last.map(String.init) ?? ""
      #expect(hits[file]?.contains { $0.rule == rule } == true, "\(file)")
      let found = (hits[file] ?? []).map(\.rule).sorted()
      let wanted = (expected["\(name).evtx"] ?? []).map(\.rule).sorted()
      #expect(found == wanted, "\(file)")
    }
    #expect(files.count >= 100)
  }
}
