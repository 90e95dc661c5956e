import TrawlMatcher
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
  public func selects(_ rule: Rule) -> Bool { selects(Traits(rule)) }

  /// Whether a compiled rule is used.
  public func selects(_ rule: RuleInfo) -> Bool { selects(Traits(rule)) }

  /// The tags, ids and titles asked for that no rule has: probably misspelled.
  public func unknownNames(among rules: [Rule]) -> [String] { unknownNames(rules.map(Traits.init)) }

  /// The same among compiled rules.
  public func unknownNames(among rules: [RuleInfo]) -> [String] { unknownNames(rules.map(Traits.init)) }

  /// Whether every rule is used.
  public var isEverything: Bool {
    minimumLevel == nil && levels.isEmpty && statuses.isEmpty && tags.isEmpty && included.isEmpty
      && excluded.isEmpty
  }

  /// Whether the pattern matches the whole text. Goes back to the last `*` only, which is enough.
  static func glob(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (place, index) = (0, 0)
    var star: (place: Int, index: Int)?
    while index < text.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, index)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[index] {
        place += 1
        index += 1
      } else if let last = star {
        place = last.place + 1
        index = last.index + 1
        star = (last.place, index)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}

/// What a selection looks at.
private struct Traits {
  var id: String
  var title: String
  var level: Rule.Level?
  var status: Rule.Status?
  var tags: [String]

  init(_ rule: Rule) {
    (id, title, level, status, tags) = (rule.id, rule.title, rule.level, rule.status, rule.tags)
  }

  init(_ rule: RuleInfo) {
    (id, title, tags) = (rule.id, rule.title, rule.tags)
    level = Rule.Level(rawValue: rule.level)
    status = Rule.Status(rawValue: rule.status)
  }
}

extension RuleSelection {
  private func selects(_ rule: Traits) -> Bool {
    if let minimumLevel, (rule.level ?? .informational) < minimumLevel { return false }
    if !levels.isEmpty, !(rule.level.map(levels.contains) ?? false) { return false }
    if !statuses.isEmpty, !(rule.status.map(statuses.contains) ?? false) { return false }
    if !tags.isEmpty, !tags.contains(where: { RuleSelection.hasTag(rule, $0) }) { return false }
    if !included.isEmpty, !included.contains(where: { RuleSelection.names(rule, $0) }) { return false }
    return !excluded.contains { RuleSelection.names(rule, $0) }
  }

  private func unknownNames(_ rules: [Traits]) -> [String] {
    tags.filter { tag in !rules.contains { RuleSelection.hasTag($0, tag) } }
      + (included + excluded).filter { name in !rules.contains { RuleSelection.names($0, name) } }
  }

  private static func hasTag(_ rule: Traits, _ tag: String) -> Bool {
    let tag = tag.lowercased()
    return rule.tags.contains { $0.lowercased() == tag || $0.lowercased().hasPrefix(tag + ".") }
  }

  private static func names(_ rule: Traits, _ name: String) -> Bool {
    rule.id.lowercased() == name.lowercased()
      || glob(Array(name.lowercased()), Array(rule.title.lowercased()))
  }
}

extension Rule.Level {
  /// By its name or the short form of it: `info`, `med`, `crit`.
  public init?(name: String) {
    let name = name.lowercased()
    let found = Rule.Level.allCases.filter {
      $0.rawValue == name || (name.count >= 3 && $0.rawValue.hasPrefix(name))
    }
    guard found.count == 1 else { return nil }
    self = found[0]
  }
}

/// A setting that is not understood, and what to write.
public struct SettingError: Error, Sendable {
  public var message: String

  public init(_ message: String) { self.message = message }
}

extension LogSource {
  /// From `product=windows,category=process_creation`.
  public init(parsing text: String) throws(SettingError) {
    self.init()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      guard pair.count == 2, !pair[1].isEmpty else {
        throw SettingError("'\(part)' is not NAME=VALUE; write for example product=aws,service=cloudtrail")
      }
      switch pair[0].lowercased() {
      case "product": self = LogSource(product: pair[1], category: category, service: service)
      case "category": self = LogSource(product: product, category: pair[1], service: service)
      case "service": self = LogSource(product: product, category: category, service: pair[1])
      default:
        throw SettingError("'\(pair[0])' is no part of a log source; these are product, category and service")
      }
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
