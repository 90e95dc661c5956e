import TrawlRules

/// Which of the loaded rules are used.
public struct RuleSelection: Sendable {
  public var minimumLevel: Rule.Level?
  /// Empty: every level; likewise below.
  public var levels: Set<Rule.Level> = []
  public var statuses: Set<Rule.Status> = []
  /// A tag, or the start of one up to a dot: `attack.t1059` also takes `attack.t1059.001`.
  public var tags: [String] = []
  /// Ids, or titles with `*` and `?`, without regard to case.
  public var included: [String] = []
  public var excluded: [String] = []

  public init() {}

  /// Whether a rule is used.
  public func selects(_ rule: Rule) -> Bool {
    if let minimumLevel, (rule.level ?? .informational) < minimumLevel { return false }
    if !levels.isEmpty, !(rule.level.map(levels.contains) ?? false) { return false }
    if !statuses.isEmpty, !(rule.status.map(statuses.contains) ?? false) { return false }
    if !tags.isEmpty, !tags.contains(where: { hasTag(rule, $0) }) { return false }
    if !included.isEmpty, !included.contains(where: { names(rule, $0) }) { return false }
    return !excluded.contains { names(rule, $0) }
  }

  private func hasTag(_ rule: Rule, _ tag: String) -> Bool {
    let tag = tag.lowercased()
    return rule.tags.contains { $0.lowercased() == tag || $0.lowercased().hasPrefix(tag + ".") }
  }

  private func names(_ rule: Rule, _ name: String) -> Bool {
    rule.id.lowercased() == name.lowercased()
      || Self.glob(Array(name.lowercased())[...], Array(rule.title.lowercased())[...])
  }

  private static func glob(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return glob(pattern.dropFirst(), text) || (!text.isEmpty && glob(pattern, text.dropFirst()))
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return glob(pattern.dropFirst(), text.dropFirst())
  }
}
