import TrawlCompiler
import TrawlEvents
import TrawlMatcher
import TrawlRules
import TrawlScanner

/// What is true of one event for a rule, by the matcher that scans use.
public struct ExplainedEvent: Sendable {
  public var file: String
  public var record: Int
  public var timestamp: String?
  public var computer: String?
  public var channel: String?
  public var source: EventSource
  /// Whether a scan finds the rule in the event.
  public var matches: Bool
  /// By the ways of the explanation.
  public var ways: [Way]

  /// What was asked of the event on one way through the rule.
  public struct Way: Sendable {
    /// Whether the event is of its log source.
    public var fits: Bool
    /// Whether it is, and all holds that the rule asks.
    public var matches = false
    /// Which of the rule's programs reads the event, or would: 0 is that of its own log source.
    public var program: Int
    /// By item.
    public var items: [RuleJudgement.Item]

    /// Whether a condition over the items holds.
    public func holds(_ condition: Condition) -> Bool {
      switch condition {
      case .item(let item): items.indices.contains(item) && items[item].holds
      case .not(let inner): !holds(inner)
      case .all(let parts): parts.allSatisfy(holds)
      case .any(let parts): parts.contains(where: holds)
      }
    }
  }

  /// The way to be shown: one that leads to a match, else one that fits.
  public var shown: Int? {
    ways.indices.first { ways[$0].matches } ?? ways.indices.first { ways[$0].fits } ?? ways.indices.first
  }
}

extension ExplainedEvent {
  /// Whether a term holds, on the way that is shown; nil if that was not asked.
  public func holds(_ term: Explanation.Term) -> Bool? {
    shown.flatMap { index in term.conditions[index].map { ways[index].holds($0) } }
  }

  /// Whether all terms of a stage hold that were asked; nil if none was.
  public func holds(_ stage: Explanation.Stage) -> Bool? {
    let outcomes = stage.terms.compactMap { holds($0) }
    return outcomes.isEmpty ? nil : !outcomes.contains(false)
  }
}

/// A rule that is to be asked of events, one at a time.
public struct EventQuestion: Sendable {
  private let explanation: Explanation
  private let ruleset: Ruleset

  /// Throws `RefusedRule` if the rule cannot be compiled.
  public init(_ explanation: Explanation, options: RulesetCompiler.Options) throws {
    self.explanation = explanation
    let rules = explanation.rules + explanation.ways
    let compiled = try RulesetCompiler.compile(rules, options: options)
    ruleset = compiled.ruleset
    if ruleset.rules.count != rules.count { throw RefusedRule(diagnostics: compiled.diagnostics) }
  }

  /// What the event of a search is for the rule; nil where it was not found.
  public func ask(
    _ search: RecordSearch
  ) throws -> (event: ExplainedEvent?, outcome: RecordSearch.Outcome) {
    var matcher = try Matcher(ruleset)
    var event: ExplainedEvent?
    let outcome = search.find(fields: ruleset.fields) { batch, index in
      event = self.event(index, batch, &matcher, search)
    }
    return (event, outcome)
  }

  private func event(
    _ index: Int, _ batch: borrowing EventBatch, _ matcher: inout Matcher, _ search: RecordSearch
  ) -> ExplainedEvent {
    let count = explanation.rules.count
    matcher.match(batch)
    var event = ExplainedEvent(
      file: search.path, record: search.record, timestamp: matcher.time(of: index, in: batch)?.text,
      computer: matcher.text(of: .computer, event: index, in: batch),
      channel: matcher.text(of: .channel, event: index, in: batch),
      source: matcher.source(of: index, in: batch), matches: false, ways: [])
    for place in 0..<matcher.matches.count {
      let match = matcher.matches[place]
      if match.event == UInt32(index), match.rule < UInt32(count) { event.matches = true }
    }
    for (way, rule) in explanation.ways.enumerated() {
      let judgement = matcher.judgement(of: count + way, event: index, in: batch)
      event.ways.append(EventQuestion.way(judgement, rule.condition))
    }
    return event
  }

  /// Of a rule's programs, the one that finds the event, else one that reads it, else the first.
  private static func way(_ judgement: RuleJudgement, _ condition: Condition) -> ExplainedEvent.Way {
    let ways = judgement.programs.enumerated().map { number, program in
      var way = ExplainedEvent.Way(fits: program.fits, program: number, items: program.items)
      way.matches = way.fits && way.holds(condition)
      return way
    }
    return ways.first { $0.matches } ?? ways.first { $0.fits } ?? ways.first
      ?? ExplainedEvent.Way(fits: false, program: 0, items: [])
  }
}

/// A rule that the compiler refuses.
public struct RefusedRule: Error {
  public var diagnostics: [Diagnostic]
}
