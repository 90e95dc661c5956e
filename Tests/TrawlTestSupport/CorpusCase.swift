import TrawlRules
import TrawlSigma
import Yams

/// A case of `Corpus/Cases`: a rule, events, and which of them it hits.
///
/// Keys in the file: `point` (of SEMANTICS.md), `name`, then `rule` (name of a file of Corpus/Rules, or the text of a
/// rule) or `detection` (text of a detection; the rest is made up), `logsource` (the made-up rule's, text), `given`
/// (as `--logsource`), `placeholders`, `without_routes`, `hits` and `misses` (events as JSON text), `refused` (a word
/// that the diagnostic must hold: the rule is not to be loaded).
public struct CorpusCase: Sendable {
  public var file: String
  public var point: Int
  public var name: String
  /// The whole rule as YAML.
  public var ruleText: String
  public var given: LogSource?
  public var placeholders: [String: [String]]
  public var withoutRoutes: Set<String>
  public var expectations: [Expectation]
  public var refused: String?

  /// An event and whether the rule hits it.
  public struct Expectation: Sendable {
    public var json: String
    public var hits: Bool
  }

  /// For messages: point and name.
  public var title: String { "\(point) \(name)" }

  /// The case's rule, and what was wrong with it.
  public func load() -> SigmaDocuments {
    SigmaParser(placeholders: placeholders).parse(ruleText, file: "\(file) \(name)")
  }
}

/// A file of cases that is not written as one.
public struct CorpusCaseError: Error, CustomStringConvertible {
  public var description: String
}

extension Corpus {
  /// All cases, file by file, in order.
  public static func cases() throws -> [CorpusCase] {
    try files("Corpus/Cases", ext: "yml").flatMap { file in
      guard let entries = try Yams.load(yaml: text(file)) as? [[String: Any]] else {
        throw CorpusCaseError(description: "\(file) is no list of maps")
      }
      return try entries.map { try CorpusCase($0, file: file) }
    }
  }
}

extension CorpusCase {
  fileprivate init(_ entry: [String: Any], file: String) throws {
    let known: Set = [
      "point", "name", "rule", "detection", "logsource", "given", "placeholders", "without_routes", "hits",
      "misses",
      "refused",
    ]
    guard let point = entry["point"] as? Int, let name = entry["name"] as? String,
      Set(entry.keys).isSubset(of: known)
    else {
      throw CorpusCaseError(description: "\(file): a case lacks its point or name, or has an unknown key")
    }
    self.file = file
    self.point = point
    self.name = name
    if let rule = entry["rule"] as? String {
      ruleText = rule.contains("\n") ? rule : try Corpus.text("Corpus/Rules/\(rule)")
    } else if let detection = entry["detection"] as? String {
      ruleText = Self.rule(detection, logSource: entry["logsource"] as? String)
    } else {
      throw CorpusCaseError(description: "\(file): '\(name)' has no rule")
    }
    let isUsual = entry["rule"] == nil && entry["logsource"] == nil
    given = (entry["given"] as? String).map { LogSource(parsing: $0) }
    if given == nil, isUsual { given = LogSource(product: "corpus") }
    placeholders = entry["placeholders"] as? [String: [String]] ?? [:]
    withoutRoutes = Set(entry["without_routes"] as? [String] ?? [])
    expectations = [("hits", true), ("misses", false)].flatMap { key, hits in
      (entry[key] as? [String] ?? []).map { Expectation(json: $0, hits: hits) }
    }
    refused = entry["refused"] as? String
  }

  private static func rule(_ detection: String, logSource: String?) -> String {
    func indented(_ text: String) -> String {
      text.split(separator: "\n").map { "  \($0)\n" }.joined()
    }
    return "title: Case\nstatus: test\nlevel: low\nlogsource:\n" + indented(logSource ?? "product: corpus")
      + "detection:\n" + indented(detection)
  }
}
