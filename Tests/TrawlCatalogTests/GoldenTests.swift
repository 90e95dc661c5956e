import Foundation
import Testing
import Trawl
import TrawlRules
import TrawlTestSupport

@testable import TrawlCatalog

/// Holds how the rules of the Corpus are laid out and counted. `TRAWL_GOLDEN=write` writes the file anew, to be looked at
/// before it is committed.
struct GoldenTests {
  private static let file = TrawlTestSupport.Corpus.packageFolder
    .appending(path: "Tests/TrawlCatalogTests/Golden/corpus-rules.txt")

  @Test func `the rules of the Corpus are laid out as they were`() throws {
    var request = CatalogRequest()
    request.folders[.sigma] =
      TrawlTestSupport.Corpus.packageFolder.appending(path: "Corpus/Rules").path()
    let text = try request.catalog().rules.map(GoldenTests.text).joined(separator: "\n")
    if ProcessInfo.processInfo.environment["TRAWL_GOLDEN"] == "write" {
      try Data(text.utf8).write(to: GoldenTests.file)
    }
    let golden = try String(contentsOf: GoldenTests.file, encoding: .utf8)
    let (now, before) = (text.components(separatedBy: "\n"), golden.components(separatedBy: "\n"))
    let place = zip(now, before).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(place == nil, "line \((place?.offset ?? 0) + 1): \(place?.element.0 ?? "")")
    #expect(now.count == before.count)
  }

  private static func text(_ rule: CatalogRule) -> String {
    var lines = ["# \(rule.path) \(rule.id) \(rule.level ?? "")", rule.title]
    lines += rule.attack.map { entry in
      let parent = entry.technique?.parentName.map { "\($0): " } ?? ""
      let technique = entry.technique.map { " \($0.id) \(parent)\($0.name ?? "")" } ?? ""
      return "attack " + entry.tactics.map(\.name).joined(separator: ", ") + technique
    }
    lines += rule.events.map { "event \($0.reference) \($0.title ?? "")" }
    for stage in rule.stages {
      lines.append("stage \(stage.name) \(stage.polarity.rawValue)")
      lines += stage.text.components(separatedBy: "\n").map { "  | \($0)" }
      lines += stage.predicates.map {
        "  \($0.isNegated ? "-" : "+") \($0.field ?? "") \($0.kind.rawValue) '\($0.value)'"
      }
    }
    lines += rule.indicators.map { indicator in
      let sign = (indicator.isMatched ? "+" : "") + (indicator.isExcluded ? "-" : "")
      return "indicator \(sign) \(indicator.field) \(indicator.kind) '\(indicator.value)' \(indicator.total)"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
