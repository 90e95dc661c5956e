import Foundation
import TrawlRules
import TrawlTestSupport

@testable import TrawlCatalog

/// A rule with one stage.
func rule(
  _ id: String, _ corpus: TrawlCatalog.Corpus = .sigma, _ questions: [RuleOutline.Question] = [],
  polarity: RuleOutline.Polarity = .matched, tags: [String] = []
) -> CatalogRule {
  var rule = CatalogRule(
    corpus: corpus, id: id, title: "Rule \(id)", path: "rules/\(id).yml", language: corpus.rawValue,
    body: "body \(id)")
  rule.stages = [RuleOutline.Stage("selection", text: "text", polarity: polarity, predicates: questions)]
  rule.tags = tags
  return rule
}

/// `Image = a.exe`, or with another kind.
func ask(
  _ field: String?, _ value: String, _ kind: RuleOutline.Kind = .equals, isNegated: Bool = false
) -> RuleOutline.Question {
  RuleOutline.Question(field: field, kind: kind, value: value, isNegated: isNegated)
}

extension Catalog {
  func rule(_ id: String) -> CatalogRule? { rules.first { $0.id == id } }

  /// All files, by path.
  func files() -> [String: String] {
    var written: [String: String] = [:]
    let pages = rules.map { "rules/\($0.corpus.rawValue)/\($0.id).html" }
    CatalogFiles(self, rulePages: pages, generator: "trawl 0").write { path, bytes in
      written[path] = String(decoding: bytes, as: UTF8.self)
    }
    return written
  }

  func snapshot(withKeys: Bool = true) throws -> CatalogSnapshot {
    let files = files()
    let (catalog, indicators) = (files["catalog.json"] ?? "", files["indicators.jsonl"] ?? "")
    return try CatalogSnapshot(Array(catalog.utf8), indicators: withKeys ? Array(indicators.utf8) : nil)
  }
}

extension JSONValue {
  subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}

/// A folder that a test fills.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "trawl-catalog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path() }

  func write(_ name: String, _ text: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}
