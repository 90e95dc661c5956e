import TrawlRules

/// A detection: its search identifiers, and conditions over them.
struct Detection {
  var items: [Rule.Item] = []
  var condition = Condition.any([])
  /// As written.
  var conditions: [String] = []
  var searchIdentifiers: [Rule.SearchIdentifier] = []
}

/// A search identifier, and what became of it.
private struct SearchIdentifier {
  var node: YAMLNode
  var key: YAMLNode
  var formula: Formula?
  /// Set when a condition refers to it first.
  var condition: Condition?
  var isUsed = false
}

extension RuleReader {
  /// Attributes of a detection that are no search identifiers.
  static let attributes: Set<String> = ["condition", "timeframe"]

  mutating func detection(_ document: YAMLNode) -> Detection {
    guard let node = required("detection", in: document) else { return Detection() }
    guard let entries = node.entries else {
      report(
        at: node, reason: "wrong type", "detection must be a map, not \(node.kind)",
        advice: "write search identifiers and a condition below detection:")
      return Detection()
    }
    var resolver = ConditionResolver()
    for entry in entries where !Self.attributes.contains(entry.name) {
      resolver.add(entry, searchIdentifier(entry.name, entry.value))
    }
    if resolver.names.isEmpty {
      report(
        at: node, reason: "no search identifier", "detection has no search identifier",
        advice: "add one, such as selection:")
    }
    return conditions(node, &resolver)
  }

  private mutating func conditions(_ node: YAMLNode, _ resolver: inout ConditionResolver) -> Detection {
    var detection = Detection()
    guard let condition = required("condition", in: node) else { return detection }
    let members: [YAMLNode] =
      if case .sequence(let members) = condition.content { members } else { [condition] }
    var alternatives: [Condition] = []
    for member in members {
      guard let text = member.scalar?.text else {
        report(at: member, reason: "wrong type", "a condition must be a text, not \(member.kind)")
        continue
      }
      detection.conditions.append(text)
      do {
        var parser = ConditionParser(text, names: Set(resolver.names))
        alternatives.append(resolver.condition(try parser.parse()))
      } catch {
        report(error, in: member)
      }
      for problem in resolver.takeProblems() { report(problem, in: member) }
    }
    if members.isEmpty { report(at: condition, reason: "empty condition", "the list of conditions is empty") }
    warnOfUnused(resolver)
    detection.items = resolver.items
    detection.searchIdentifiers = resolver.resolved
    detection.condition = alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    return detection
  }

  private mutating func report(_ problem: ConditionProblem, in node: YAMLNode) {
    let text = node.scalar?.text ?? ""
    guard let token = problem.token else {
      return report(at: node, reason: problem.reason, problem.message, advice: problem.advice)
    }
    let before = text[..<token.text.startIndex]
    let location = source.location(
      of: token.text, occurrence: before.occurrences(of: token.text), in: node)
    report(
      at: location, reason: problem.reason, problem.message, excerpt: String(text.prefix(200)),
      advice: problem.advice)
  }

  private mutating func warnOfUnused(_ resolver: ConditionResolver) {
    guard !hasErrors else { return }
    for key in resolver.unused {
      let name = key.scalar?.text ?? ""
      report(
        .warning, at: key, reason: "unused search identifier", "no condition refers to '\(name)'",
        advice: "delete it, or name it in the condition")
    }
  }
}

/// Puts search identifiers in the place of their names. One that is named twice gets its items once.
struct ConditionResolver {
  /// `1 of them` and the like name the same search identifiers over and over; more is an attack.
  static let maximumLeaves = 200_000

  private(set) var names: [String] = []
  private var identifiers: [String: SearchIdentifier] = [:]
  private(set) var items: [Rule.Item] = []
  private var problems: [ConditionProblem] = []
  private var leaves = 0

  mutating func add(_ entry: YAMLEntry, _ formula: Formula?) {
    names.append(entry.name)
    identifiers[entry.name] = SearchIdentifier(node: entry.value, key: entry.key, formula: formula)
  }

  /// Keys of search identifiers that no condition names.
  var unused: [YAMLNode] {
    names.compactMap { identifiers[$0] }.filter { !$0.isUsed }.map(\.key)
  }

  /// Those that a condition names, in the order of the rule.
  var resolved: [Rule.SearchIdentifier] {
    names.compactMap { name in identifiers[name]?.condition.map { Rule.SearchIdentifier(name, $0) } }
  }

  mutating func takeProblems() -> [ConditionProblem] {
    defer { problems = [] }
    return problems
  }

  mutating func condition(_ syntax: ConditionSyntax) -> Condition {
    switch syntax {
    case .identifier(let token): return identifier(token)
    case .quantified(let all, let target): return quantified(all: all, target)
    case .all(let members): return .all(members.map { condition($0) })
    case .any(let members): return .any(members.map { condition($0) })
    case .not(let member): return .not(condition(member))
    }
  }

  private mutating func identifier(_ token: ConditionToken) -> Condition {
    let name = String(token.text)
    guard identifiers[name] != nil else {
      problems.append(unknown(token))
      return .any([])
    }
    return identifier(name, for: token)
  }

  private func nearest(_ name: some StringProtocol) -> String? {
    problems.count < 20 ? nearestName(to: name, among: names) : nil
  }

  private func unknown(_ token: ConditionToken) -> ConditionProblem {
    let name = token.text
    let advice =
      if name == "them" { "write 1 of them or all of them" } else if name.contains("*") {
        "write 1 of \(name) or all of \(name)"
      } else {
        nearest(name).map { "write \($0)" } ?? "the rule has: \(names.joined(separator: ", "))"
      }
    return ConditionProblem(
      token: token, reason: "unknown search identifier", message: "no search identifier is named '\(name)'",
      advice: advice)
  }

  private mutating func identifier(_ name: String, for token: ConditionToken) -> Condition {
    identifiers[name]?.isUsed = true
    guard !isTooLarge(token) else { return .any([]) }
    let condition =
      identifiers[name]?.condition ?? identifiers[name]?.formula?.condition(appendingTo: &items) ?? .any([])
    identifiers[name]?.condition = condition
    leaves += max(1, condition.leafCount)
    return condition
  }

  private mutating func isTooLarge(_ token: ConditionToken) -> Bool {
    guard leaves > Self.maximumLeaves else { return false }
    if problems.last?.reason != "condition too large" {
      problems.append(
        ConditionProblem(
          token: token, reason: "condition too large",
          message: "the condition names its search identifiers too often",
          advice: "name each once"))
    }
    return true
  }

  private mutating func quantified(all: Bool, _ target: ConditionToken) -> Condition {
    guard !isTooLarge(target) else { return .any([]) }
    leaves += names.count
    let pattern = target.text
    let matching = ConditionSyntax.names(names, matching: pattern)
    if matching.isEmpty {
      problems.append(
        ConditionProblem(
          token: target, reason: "pattern without match",
          message: "no search identifier matches '\(pattern)'",
          advice: nearest(pattern.filter { $0 != "*" }).map { "write \($0)" }
            ?? "the rule has: \(names.joined(separator: ", "))"))
    }
    let members = matching.map { identifier($0, for: target) }
    if members.count == 1, let only = members.first { return only }
    return all ? .all(members) : .any(members)
  }
}

extension Condition {
  fileprivate var leafCount: Int {
    switch self {
    case .item: 1
    case .all(let members), .any(let members): members.reduce(0) { $0 + $1.leafCount }
    case .not(let member): member.leafCount
    }
  }
}

extension StringProtocol {
  /// How often a text is in this one, without overlaps.
  fileprivate func occurrences(of part: Substring) -> Int {
    let (text, needle) = (Array(utf8), Array(part.utf8))
    var (position, count) = (0, 0)
    while !needle.isEmpty, position + needle.count <= text.count {
      if text[position..<(position + needle.count)].elementsEqual(needle) {
        count += 1
        position += needle.count
      } else {
        position += 1
      }
    }
    return count
  }
}
