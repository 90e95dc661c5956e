import TrawlOutput
import TrawlRules

extension ExplainReport {
  /// The stages of the rule, with what each asks; of an event, with what is true of it.
  var asks: [String] {
    guard !explanation.stages.isEmpty else { return written }
    return [title("Asks")] + explanation.stages.flatMap(stage)
  }

  /// The text of a query that could not be taken apart.
  private var written: [String] {
    let lines = explanation.metadata.conditions.flatMap { $0.split(whereSeparator: \.isNewline) }
    return lines.isEmpty ? [] : [title("As written")] + lines.map { "  " + String($0).fitted(to: width - 2) }
  }

  private func stage(_ stage: Explanation.Stage) -> [String] {
    let indent = 2 + 4 * min(stage.depth, 8)
    let head = style.bold(stage.name.visible)
    var lines: [String] = []
    if explanation.language == .kql || stage.name == "condition" {
      let mark = mark(of: stage)
      let start = indent + (mark.isEmpty ? 0 : 2)
      lines.append(String(repeating: " ", count: indent) + mark + stageLine(stage, start))
      lines += hanging("", 0, stage.sentence.visible, indent: indent + 2)
    } else {
      lines.append(String(repeating: " ", count: indent) + mark(of: stage) + head + ": " + stage.sentence)
    }
    if let problem = stage.problem {
      lines += hanging(style.warning("! "), 2, problem.visible, indent: indent + 2)
    }
    for term in stage.terms { lines += self.term(term, indent: indent + 2) }
    return lines
  }

  /// The stage as written, cut to one line.
  private func stageLine(_ stage: Explanation.Stage, _ indent: Int) -> String {
    let text = stage.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let isNamed = explanation.language == .kql && (text.hasPrefix(stage.name) || stage.name == "table")
    let shown = (isNamed ? text : "\(stage.name): \(text)").fitted(to: max(24, width - indent))
    return style.dim(shown)
  }

  /// Whether the stage holds of the event.
  private func mark(of stage: Explanation.Stage) -> String {
    rule.event?.holds(stage).map { mark($0) + " " } ?? ""
  }

  func mark(_ holds: Bool) -> String { holds ? style.hit("✓") : style.error("✗") }

  /// The way of the event through the rule that is shown.
  var shownWay: ExplainedEvent.Way? { rule.event.flatMap { event in event.shown.map { event.ways[$0] } } }

  private func term(_ term: Explanation.Term, indent: Int) -> [String] {
    var head = "- "
    if let index = rule.event?.shown, let condition = term.conditions[index], let way = shownWay {
      head = mark(way.holds(condition)) + " "
    }
    let remark = term.remark.map { style.dim(" [\($0)]") } ?? ""
    let colon = term.parts.isEmpty ? "" : ":"
    var lines = hanging(head, 2, (term.words + colon).visible + remark, indent: indent)
    lines += term.parts.flatMap { self.term($0, indent: indent + 2) }
    if term.parts.isEmpty { lines += values(term, indent: indent + 4) }
    return lines
  }
}

extension ExplainReport {
  /// What the event has in the fields of a term: what made it hold, else all there is.
  private func values(_ term: Explanation.Term, indent: Int) -> [String] {
    guard let index = rule.event?.shown, let condition = term.conditions[index], let way = shownWay else {
      return []
    }
    let numbers = condition.items.filter { way.items.indices.contains($0) }
    let items = numbers.map { way.items[$0] }
    let shown = items.contains { $0.holds } ? items.filter(\.holds) : items
    var lines: [String] = []
    for item in shown {
      for line in values(item) where !lines.contains(line) { lines.append(line) }
    }
    return lines.map { String(repeating: " ", count: indent) + $0 }
  }

  private func values(_ item: RuleJudgement.Item) -> [String] {
    let room = max(24, width - 10)
    guard let field = item.field else {
      return item.holds ? item.values.map { "found in " + excerpt($0, room: room - 9) } : ["in no value"]
    }
    if item.values.isEmpty { return [style.dim("\(field.visible) is absent")] }
    return item.values.map { value in
      "\(field.visible) = " + excerpt(value, room: max(16, room - field.displayWidth - 3))
    }
  }

  /// A value, with what made the predicate hold in colour, or in brackets where there are none.
  private func excerpt(_ value: RuleJudgement.Value, room: Int) -> String {
    guard let text = value.text else { return style.dim("null, or an object") }
    if text.isEmpty { return style.dim("(empty)") }
    guard let range = value.range, !range.isEmpty, range.upperBound <= text.utf8.count else {
      return text.fitted(to: room)
    }
    let bytes = Array(text.utf8)
    let hit = String(decoding: bytes[range], as: UTF8.self)
    let before = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
    let after = String(decoding: bytes[range.upperBound...], as: UTF8.self)
    let shownHit = hit.fitted(to: max(12, room * 2 / 3))
    let rest = max(4, room - shownHit.displayWidth - 2)
    let shownBefore = before.fittedFromEnd(to: max(2, rest / 2))
    let shownAfter = after.fitted(to: max(2, rest - shownBefore.displayWidth))
    let marked = style.isColoured ? style.hit(shownHit) : "»\(shownHit)«"
    return shownBefore + marked + shownAfter
  }
}

extension Condition {
  /// The items that it is made of, each once.
  var items: [Int] {
    switch self {
    case .item(let item): return [item]
    case .not(let inner): return inner.items
    case .all(let parts), .any(let parts):
      var items: [Int] = []
      for item in parts.flatMap(\.items) where !items.contains(item) { items.append(item) }
      return items
    }
  }
}
