import TrawlCompiler
import TrawlMatcher
import TrawlOutput
import TrawlRules

extension ExplainReport {
  /// The event, and whether the rule looks at its like.
  var eventHead: [String] {
    guard let event = rule.event else { return [] }
    let what = [event.timestamp, event.computer].compactMap(\.self)
    let place = "\(event.file):\(event.record)"
    var lines = [title("Event ") + ([place] + what).joined(separator: ", ").visible]
    guard let way = shownWay else { return lines }
    lines += hanging(mark(way.fits) + " ", 2, "log source: \(event.sourceWords)".visible, indent: 2)
    lines += hanging("", 0, style.dim((way.fits ? fit : misfit).visible), indent: 4)
    return lines
  }

  /// Which of the rule's log sources the event is of.
  private var fit: String {
    guard let index = rule.event?.shown, let way = shownWay else { return "" }
    let source = explanation.source(ofWay: index)
    return "the \(noun) reads it as \(source)" + (way.program == 0 ? "" : ", by other names of its fields")
  }

  private var misfit: String {
    var sources: [String] = []
    for index in explanation.ways.indices where !sources.contains(explanation.source(ofWay: index)) {
      sources.append(explanation.source(ofWay: index))
    }
    return "the \(noun) reads \(sources.joined(separator: "; and ")). It is asked of this event all the same:"
  }

  /// Whether the rule matches, and what decided it.
  var verdict: [String] {
    guard let event = rule.event else { return [] }
    let head = style.bold("Verdict: ")
    if event.matches { return [head + style.hit("the \(noun) matches this event") + "."] }
    let reasons = event.reasons(explanation)
    let lines = [head + style.error("the \(noun) does not match this event") + (reasons.isEmpty ? "." : ":")]
    return lines + reasons.flatMap { hanging("- ", 2, $0.visible, indent: 2) }
  }
}

extension ExplainedEvent {
  /// Where it comes from: `Windows, channel Security, event 4688`.
  public var sourceWords: String {
    switch source {
    case .windows(let folded, let eventID):
      return "Windows, channel \(channel ?? folded)" + (eventID.isEmpty ? "" : ", event \(eventID)")
    case .named(let parts): return ExplainedEvent.words(parts.mapValues { [$0] })
    case .several(let parts): return ExplainedEvent.words(parts.mapValues { $0.sorted() })
    case .unknown: return "unknown: it bears no mark of one; --logsource names it"
    }
  }

  private static func words(_ parts: [LogSourceSelection.Part: [String]]) -> String {
    LogSourceSelection.Part.allCases.compactMap { part in
      parts[part].map { "\(part.rawValue) \($0.joined(separator: " or "))" }
    }.joined(separator: ", ")
  }

  /// Why the rule does not match: what it wants and does not find, or finds and does not want. Empty for a match.
  public func reasons(_ explanation: Explanation) -> [String] {
    if matches { return [] }
    if explanation.ways.isEmpty { return ["it is not used (\(explanation.outcome.name))"] }
    guard let index = shown, ways[index].fits else { return ["the event is of another log source"] }
    let way = ways[index]
    if explanation.language == .kql {
      return explanation.stages.flatMap(\.terms).flatMap { reasons($0, isWanted: true) }
    }
    return reasons(explanation.ways[index].condition, isWanted: true, way, explanation.metadata)
  }

  /// Why a condition is not what it should be: the search identifiers that decide it.
  private func reasons(
    _ condition: Condition, isWanted: Bool, _ way: Way, _ metadata: Rule.Metadata
  ) -> [String] {
    if let identifier = metadata.searchIdentifiers.first(where: { $0.condition == condition }) {
      return [
        isWanted ? "\(identifier.name) does not hold" : "\(identifier.name) holds, which excludes the event"
      ]
    }
    switch condition {
    case .item: return []
    case .not(let inner): return reasons(inner, isWanted: !isWanted, way, metadata)
    case .all(let parts), .any(let parts):
      var found: [String] = []
      for part in parts where way.holds(part) != isWanted {
        for reason in reasons(part, isWanted: isWanted, way, metadata) where !found.contains(reason) {
          found.append(reason)
        }
      }
      return found
    }
  }

  /// Why a term is not what it should be: the questions that decide it.
  private func reasons(_ term: Explanation.Term, isWanted: Bool) -> [String] {
    guard let holds = holds(term), holds != isWanted else { return [] }
    switch term.joint {
    case .none: return [isWanted ? "it is not so that \(term.words)" : "\(term.words), which leaves it out"]
    case .not: return term.parts.flatMap { reasons($0, isWanted: !isWanted) }
    case .all, .any: return term.parts.flatMap { reasons($0, isWanted: isWanted) }
    }
  }
}
