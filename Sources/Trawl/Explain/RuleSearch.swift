import TrawlKQL
import TrawlRules
import TrawlSigma

/// Looks for a rule or query by its id, its title or its file.
public struct RuleSearch: Sendable {
  /// What came of it.
  public enum Outcome: Sendable {
    case found([Explanation])
    /// The name fits several; id, title and file of each.
    case several([Name])
    /// Rules of that name or file were refused.
    case refused([Diagnostic])
    /// With names that are near, if any.
    case none(near: [Name])
  }

  /// What a rule is known by.
  public struct Name: Sendable, Hashable {
    public var id: String
    public var title: String
    public var file: String
  }

  private enum Source: Sendable {
    case rule(Rule)
    case query(KQLQuery)
    case skipped(KQLSkipped)
  }

  private let loaded: LoadedRules
  private let candidates: [(name: Name, source: Source)]

  public init(_ loaded: LoadedRules) {
    self.loaded = loaded
    let rules = loaded.rules.filter { $0.language == .sigma }.map { rule in
      (Name(id: rule.id, title: rule.title, file: rule.location.file), Source.rule(rule))
    }
    let queries = loaded.documents.queries.map { query in
      (Name(id: query.id, title: query.title, file: query.location.file), Source.query(query))
    }
    let skipped = loaded.documents.skipped.map { query in
      let file = query.diagnostic.diagnostic.location.file
      return (Name(id: query.id, title: query.title, file: file), Source.skipped(query))
    }
    candidates = rules + queries + skipped
  }

  /// All rules, in order.
  public var all: Outcome {
    candidates.isEmpty && !refusals.isEmpty
      ? .refused(refusals) : .found(candidates.map { explanation($0.source) })
  }

  /// What is wrong with rules that are not even candidates. A query that cannot be used is one.
  public var refusals: [Diagnostic] {
    loaded.diagnostics.filter { diagnostic in
      diagnostic.severity == .error
        && !candidates.contains { candidate in
          if case .rule = candidate.source { return false }
          return candidate.name.file == diagnostic.location.file
        }
    }
  }

  /// The rule with this id or title; or whose id begins so, whose file is called so, or whose title has this in it, if that
  /// is only one. Case does not matter.
  public func find(_ text: String) -> Outcome {
    let wanted = text.lowercased()
    for fits in RuleSearch.ways {
      let found = candidates.filter { fits($0.name, wanted) }
      if found.count == 1 { return .found(found.map { explanation($0.source) }) }
      if found.count > 1 { return .several(found.map(\.name)) }
      let refused = loaded.diagnostics.filter { diagnostic in
        let name = Name(id: "", title: diagnostic.ruleTitle ?? "", file: diagnostic.location.file)
        return diagnostic.severity == .error && fits(name, wanted)
      }
      if !refused.isEmpty { return .refused(refused) }
    }
    return .none(near: near(wanted))
  }

  /// The ways in which a name may be meant, the surest first.
  private static let ways: [@Sendable (Name, String) -> Bool] = [
    { $0.id.lowercased() == $1 },
    { $0.title.lowercased() == $1 },
    { $0.file.lowercased() == $1 || $0.file.lowercased().hasSuffix("/" + $1) },
    { stem($0.file.lowercased()) == $1 },
    { !$0.id.isEmpty && $0.id.lowercased().hasPrefix($1) },
    { $0.title.lowercased().contains($1) },
  ]

  /// The name of a file without folders and extension.
  private static func stem(_ file: String) -> String {
    let name = file.split(separator: "/").last ?? file[...]
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? String(name)
  }

  private func explanation(_ source: Source) -> Explanation {
    switch source {
    case .rule(let rule): Explanation(sigma: rule)
    case .query(let query): query.explanation(loaded.queryOptions)
    case .skipped(let query): query.explanation(loaded.queryOptions)
    }
  }
}

extension RuleSearch {
  /// Names that are shown of those that are near.
  private static let mostNear = 5

  /// The nearest title, and titles that share most words.
  private func near(_ wanted: String) -> [Name] {
    let words = Set(RuleSearch.words(wanted))
    let ranked = candidates.map {
      ($0.name, words.intersection(RuleSearch.words($0.name.title.lowercased())).count)
    }
    .filter { $0.1 > 0 && $0.1 * 2 >= words.count }
    .enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }.map(\.element.0)
    var names: [Name] = []
    if let nearest = nearestName(to: wanted, among: candidates.flatMap { [$0.name.title, $0.name.id] }) {
      names = candidates.map(\.name).filter { $0.title == nearest || $0.id == nearest }
    }
    for name in ranked where !names.contains(name) { names.append(name) }
    return Array(names.prefix(RuleSearch.mostNear))
  }

  private static func words(_ text: String) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }
  }
}
