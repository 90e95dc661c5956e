import Foundation
import Testing
import Trawl
import TrawlTestSupport

/// All of SigmaHQ and all published queries that load, in one ruleset.
@Suite(
  .enabled(if: SharedData.folder != nil, "no ../shared/data: set TRAWL_SHARED to the folder that holds data"))
struct SigmaAndQueriesTests {
  @Test func queriesChangeNoHitOfSigma() throws {
    let (rules, queries) = try (
      SharedData.unpack("sigma-rules.tar.zst"), SharedData.unpack("kql-hunting-queries.tar.zst")
    )
    let sigma = RuleLoader().load(
      ["rules", "rules-emerging-threats", "rules-threat-hunting"].map { "\(rules.url.path)/\($0)" }
    ).rules
    let kql = RuleLoader().load([queries.url.path]).rules
    #expect(kql.count > 150)
    let alone = try hits(RulesetCompiler.compile(sigma).ruleset)
    let together = try RulesetCompiler.compile(sigma + kql)
    #expect(together.diagnostics.allSatisfy { $0.severity != .error })
    #expect(together.ruleset.rowTests.count > 20, "\(together.ruleset.rowTests.count)")
    let ids = Set(kql.map(\.id))
    let all = try hits(together.ruleset)
    #expect(alone.count > 500)
    #expect(all.filter { !ids.contains($0.rule) }.sorted() == alone.sorted())
    // Windows events are rows of Defender's tables too.
    #expect(all.contains { ids.contains($0.rule) })
  }

  /// Of SigmaHQ's own recordings, and of the first events of a lane.
  private func hits(_ ruleset: Ruleset) throws -> [SharedData.Hit] {
    let regression = try SharedData.scan(ruleset, archive: "sigma-regression.tar.zst").hits
    return try regression + SharedData.scan(ruleset, Self.lane.get().url, ["lane.ndjson"])
  }

  private static let lane = Result {
    guard let data = SharedData.folder else { throw SharedData.Missing() }
    let folder = try TemporaryFolder()
    let shell = Process()
    shell.executableURL = URL(filePath: "/usr/bin/env")
    let lane = data.appending(path: "lanes/structured_windows.ndjson.zst").path
    let file = folder.url.appending(path: "lane.ndjson").path
    shell.arguments = ["bash", "-c", "zstd -dc '\(lane)' | head -n 4000 > '\(file)'"]
    try shell.run()
    shell.waitUntilExit()
    return folder
  }
}
