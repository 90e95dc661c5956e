import ArgumentParser
import Trawl

/// Which of the rules are used.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only rules of this level and above.", valueName: "level"),
    transform: SelectionOptions.level)
  var minLevel: Rule.Level?

  @Option(
    help: ArgumentHelp(
      "Only rules of these levels: informational, low, medium, high, critical; separated by commas or repeated.",
      valueName: "level,..."), transform: { try SelectionOptions.list($0, SelectionOptions.level) })
  var level: [[Rule.Level]] = []

  @Option(
    help: ArgumentHelp(
      "Only rules of these statuses: stable, test, experimental, deprecated, unsupported.",
      valueName: "status,..."),
    transform: { try SelectionOptions.list($0, SelectionOptions.status) })
  var status: [[Rule.Status]] = []

  @Option(
    help: ArgumentHelp(
      "Only rules with one of these tags, or tags below them: attack.t1059 takes attack.t1059.001 too.",
      valueName: "tag,..."), transform: { try SelectionOptions.list($0) { $0 } })
  var tag: [[String]] = []

  @Option(
    help: ArgumentHelp(
      "Only rules with this id, or a title like this: '*mimikatz*'; may be repeated.", valueName: "id|title"))
  var rule: [String] = []

  @Option(
    help: ArgumentHelp(
      "Not the rules with this id, or a title like this; may be repeated.", valueName: "id|title"))
  var excludeRule: [String] = []

  var selection: RuleSelection {
    var selection = RuleSelection()
    selection.minimumLevel = minLevel
    selection.levels = Set(level.joined())
    selection.statuses = Set(status.joined())
    selection.tags = Array(tag.joined())
    selection.included = rule
    selection.excluded = excludeRule
    return selection
  }

  private static func level(_ text: String) throws -> Rule.Level {
    if let level = Rule.Level(name: text) { return level }
    throw ValidationError("'\(text)' is not a level; these are \(names(Rule.Level.self))")
  }

  private static func status(_ text: String) throws -> Rule.Status {
    if let status = Rule.Status(rawValue: text.lowercased()) { return status }
    throw ValidationError("'\(text)' is not a status; these are \(names(Rule.Status.self))")
  }

  private static func names<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type) -> String {
    Choice.allCases.map(\.rawValue).joined(separator: ", ")
  }

  private static func list<Member>(_ text: String, _ member: (String) throws -> Member) throws -> [Member] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { try member(String($0)) }
  }
}
