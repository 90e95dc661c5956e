import TrawlEvents

/// What programs and patterns cost a matcher, one by one; for authors of rules. The candidates of all programs add up to
/// `MatchCounts.candidates`, and so do evaluations and reports.
public struct MatchCosts: Sendable {
  /// Of one program.
  public struct Program: Sendable, Equatable {
    /// Events that announced it.
    public var candidates = 0
    /// Those of them for which it was evaluated, not known from before.
    public var evaluations = 0
    /// Evaluations by which it did not hold.
    public var misses = 0
    /// Events that announced it and for which it holds.
    public var held = 0

    public init() {}
  }

  /// Of one pattern of the databases.
  public struct Pattern: Sendable, Equatable {
    /// How often Hyperscan found it.
    public var reports = 0
    /// Reports in a field, at a place and in a value where a rule wants the pattern.
    public var uses = 0

    public init() {}
  }

  /// By number of the program.
  public internal(set) var programs: [Program]
  /// By number of the pattern.
  public internal(set) var patterns: [Pattern]

  init(_ tables: borrowing RulesetTables) {
    programs = Array(repeating: Program(), count: tables.programs.count)
    patterns = Array(repeating: Pattern(), count: tables.patterns.count)
  }
}

extension Matcher {
  /// Starts to note what programs and patterns cost, from nothing. Matching then takes some percent longer, and finds the
  /// same.
  public mutating func recordCosts() { costs = MatchCosts(tables) }

  /// Evaluates the candidates of an event as `evaluateCandidates` does, with notes.
  mutating func evaluateAndRecord(_ event: Int, _ route: Int, first: Int, _ batch: borrowing EventBatch) {
    for index in 0..<candidates.count {
      let program = candidates[index]
      let evaluations = counts.evaluations
      let isHeld = holds(program: program, route, batch)
      let isEvaluated = counts.evaluations > evaluations
      note(program, isEvaluated: isEvaluated, isHeld: isHeld)
      let rule = tables.programs[Int(program)].rule
      if !isHeld || (matches.count > first && matches[matches.count - 1].rule == rule) { continue }
      matches.append(Match(event: UInt32(event), rule: rule))
    }
  }

  private mutating func note(_ program: UInt32, isEvaluated: Bool, isHeld: Bool) {
    let number = Int(program)
    costs?.programs[number].candidates += 1
    if isEvaluated { costs?.programs[number].evaluations += 1 }
    if isEvaluated, !isHeld { costs?.programs[number].misses += 1 }
    if isHeld { costs?.programs[number].held += 1 }
  }

  /// Notes the reports of a scan, which the scratch still holds.
  @inline(never)
  mutating func recordReports(_ field: FieldID, _ text: TestedText, _ route: Int) {
    for index in 0..<scratch.count {
      let hit = scratch[index]
      costs?.patterns[Int(hit.id)].reports += 1
      if isOfUse(tables.patterns[Int(hit.id)], end: Int(hit.end), field, text, route) {
        costs?.patterns[Int(hit.id)].uses += 1
      }
    }
  }

  /// Whether a hit that ends at `end` means something to a rule: what `take` and `confirmPending` decide together.
  private func isOfUse(
    _ pattern: PatternEntry, end: Int, _ field: FieldID, _ text: TestedText, _ route: Int
  ) -> Bool {
    for index in Int(pattern.firstTarget)..<Int(pattern.firstTarget + pattern.targetCount) {
      let target = tables.targets[index]
      guard target.field == field, routes.wants(group: Int(target.group), in: route) else { continue }
      if target.anchors & TargetEntry.atStart != 0, end != Int(pattern.length) { continue }
      if target.anchors & TargetEntry.atEnd != 0, end != text.foldedCount { continue }
      if target.test == TargetEntry.noTest
        || ruleset.passes(tables.tests[Int(target.test)], text, expressionScratch)
      {
        return true
      }
    }
    return false
  }
}

extension Ruleset {
  /// How many patterns the databases hold.
  public var patternCount: Int { tables.patterns.count }

  /// The rule of each program, by their numbers in `rules`.
  public var rulesOfPrograms: [Int] { (0..<tables.programs.count).map { Int(tables.programs[$0].rule) } }

  /// The text of a pattern, folded as it is compared; at most 96 bytes of what rules have. Costs a walk over the patterns
  /// before it.
  public func literal(ofPattern pattern: Int) -> String {
    let start = (0..<pattern).reduce(0) { $0 + Int(tables.patterns[$1].length) }
    let bytes = (start..<(start + Int(tables.patterns[pattern].length))).map { tables.patternTexts[$0] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The rules that a pattern announces and that events can reach, by their numbers, in order; those that were left out on
  /// loading are not among them.
  public func rules(ofPattern pattern: Int) -> [Int] {
    let entry = tables.patterns[pattern]
    var rules: Set<Int> = []
    for target in Int(entry.firstTarget)..<Int(entry.firstTarget + entry.targetCount) {
      let group = tables.groups[Int(tables.targets[target].group)]
      for trigger in Int(group.firstTrigger)..<Int(group.firstTrigger + group.triggerCount) {
        let program = tables.programs[Int(tables.triggers[trigger])]
        let selector = logSources.selectors[Int(program.selector)]
        if selector.windows?.isEmpty == false || selector.named != nil { rules.insert(Int(program.rule)) }
      }
    }
    return rules.sorted()
  }
}
