import TrawlCompiler
import TrawlMatcher
import TrawlRules
import TrawlScanner

/// All that is to be said of one rule.
public struct ExplainedRule: Sendable {
  public var explanation: Explanation
  /// How the ruleset finds it, for each of `explanation.rules`.
  public var plans: [RulePlan] = []
  /// What the compiler has to say of it.
  public var diagnostics: [Diagnostic] = []
  /// What one event is for it, if that was asked.
  public var event: ExplainedEvent?
  /// What a catalogue says of its indicators, if one was given that knows the rule.
  public var worth: RuleWorth?

  /// A rule of which only the words are known.
  public init(_ explanation: Explanation) { self.explanation = explanation }

  /// Rules as they are found among all that are loaded: which literal announces a rule depends on the others. Costs what
  /// compiling all of them does.
  public static func explain(
    _ explanations: [Explanation], among loaded: LoadedRules, options: RulesetCompiler.Options
  ) throws -> [ExplainedRule] {
    var options = options
    options.explained = Set(explanations.map(\.id))
    let prepared = try PreparedRules(loaded, options: options)
    return explanations.map { explanation in
      var explained = ExplainedRule(explanation)
      explained.plans = (prepared.report?.plans ?? []).filter { plan in
        let info = prepared.ruleset.rules[plan.rule]
        return info.id == explanation.id && info.file == explanation.location.file
      }
      explained.diagnostics = prepared.diagnostics.filter { $0.isAbout(explanation) }
      return explained
    }
  }
}

extension Diagnostic {
  /// Whether it is about a rule that was loaded.
  fileprivate func isAbout(_ explanation: Explanation) -> Bool {
    guard location.file == explanation.location.file, ruleTitle == explanation.title else { return false }
    return explanation.language == .sigma || location == explanation.location
  }
}
