import TrawlCompiler
import TrawlMatcher
import TrawlOutput
import TrawlRules

/// What `trawl explain` says of a rule to programs: one object on one line, its members as `docs/explain.md` has them.
public struct ExplainJSON {
  private let rule: ExplainedRule
  private var output: [UInt8] = []

  /// The line, with its end.
  public static func line(_ rule: ExplainedRule) -> [UInt8] {
    var json = ExplainJSON(rule: rule)
    json.writeRule()
    json.output.append("\n")
    return json.output
  }

  private init(rule: ExplainedRule) { self.rule = rule }

  private mutating func writeRule() {
    let explanation = rule.explanation
    let about = explanation.metadata
    object { json in
      json.member("id", explanation.id)
      json.member("title", explanation.title)
      json.member("language", explanation.language.rawValue)
      json.member("file", explanation.location.file)
      json.member("line", explanation.location.line)
      json.member("level", explanation.level?.rawValue)
      json.member("status", explanation.status?.rawValue)
      json.member("tags", explanation.tags)
      json.member("description", about.description)
      json.member("author", about.author)
      json.member("date", about.date)
      json.member("modified", about.modified)
      json.member("references", about.references)
      json.member("false_positives", about.falsePositives)
      json.member("outcome", explanation.outcome.name)
      json.member("remarks", explanation.outcome.remarks)
      json.member("warnings", json.rule.diagnostics.filter { $0.severity == .warning }.map(\.message))
      json.member("stages") { json in json.list(explanation.stages) { $0.write($1) } }
      json.member("programs") { json in json.writePrograms() }
      if let event = json.rule.event { json.member("event") { $0.write(event) } }
      if let worth = json.rule.worth {
        json.member("indicators") { json in json.list(worth.indicators) { $0.write($1) } }
      }
    }
  }
}

extension ExplainJSON {
  private mutating func write(_ indicator: RuleWorth.Indicator) {
    object { json in
      json.member("field", indicator.field)
      json.member("kind", indicator.kind)
      json.member("value", indicator.value)
      json.member("excluded", flag: indicator.isExcluded)
      json.member("others") { json in
        json.object { json in for (corpus, rules) in indicator.others { json.member(corpus, rules) } }
      }
    }
  }
}

extension ExplainJSON {
  private mutating func write(_ stage: Explanation.Stage) {
    object { json in
      json.member("name", stage.name)
      json.member("text", stage.text.isEmpty ? nil : stage.text)
      json.member("sentence", stage.sentence)
      json.member("depth", stage.depth)
      json.member("problem", stage.problem)
      if let event = json.rule.event { json.member("holds", flag: event.holds(stage)) }
      json.member("terms") { json in json.list(stage.terms) { $0.write($1) } }
    }
  }

  private mutating func write(_ term: Explanation.Term) {
    object { json in
      json.member("words", term.words)
      json.member("joint", term.joint == .none ? nil : term.joint.rawValue)
      json.member("remark", term.remark)
      if let event = json.rule.event {
        json.member("holds", flag: event.holds(term))
      }
      json.member("parts") { json in json.list(term.parts) { $0.write($1) } }
    }
  }

  private mutating func writePrograms() {
    var programs: [(program: RulePlan.Program, meant: Rule, source: String)] = []
    for ((plan, meant), source) in zip(zip(rule.plans, rule.explanation.rules), rule.explanation.sources) {
      programs += plan.programs.map { ($0, meant, source) }
    }
    list(programs) { json, entry in json.write(entry.program, entry.meant, entry.source) }
  }

  private mutating func write(_ program: RulePlan.Program, _ meant: Rule, _ source: String) {
    object { json in
      json.member("reads", source)
      json.member("route", program.route)
      json.member("member", program.member)
      json.member("windows") { json in
        json.list(program.events.windows) { json, events in
          json.object { json in
            json.member("channel", events.channel)
            json.member("event_ids", events.eventIDs)
          }
        }
      }
      json.member("other") { json in
        guard let named = program.events.named else { return json.output.append("null") }
        json.object { json in for part in named { json.member(part.part, part.value) } }
      }
      json.member("renamed") { json in
        json.object { json in for name in program.renamed { json.member(name.field, name.source) } }
      }
      json.member("fields", program.fields)
      json.member("always", flag: program.isAlways)
      json.member("items") { json in
        json.list(Array(zip(program.items, meant.items))) { $0.write($1.0, $1.1) }
      }
    }
  }

  private mutating func write(_ plan: RulePlan.Item, _ item: Rule.Item) {
    object { json in
      json.member("search_identifier", item.searchIdentifier)
      json.member("field", item.field)
      json.member("modifiers", item.modifiers)
      json.member("value", item.value)
      json.member("event_field", plan.field)
      json.member("literal", plan.literal)
      json.member("role", plan.role.rawValue)
      json.member("confirmed", flag: plan.isConfirmed)
    }
  }
}

extension ExplainJSON {
  private mutating func write(_ event: ExplainedEvent) {
    object { json in
      json.member("file", event.file)
      json.member("record", event.record)
      json.member("timestamp", event.timestamp)
      json.member("computer", event.computer)
      json.member("source", event.sourceWords)
      json.member("fits", flag: event.ways.contains { $0.fits })
      json.member("matches", flag: event.matches)
      json.member("reasons", event.reasons(json.rule.explanation))
      json.member("items") { $0.writeItems(event) }
    }
  }

  private mutating func writeItems(_ event: ExplainedEvent) {
    guard let index = event.shown else { return output.append("[]") }
    let items = Array(zip(rule.explanation.ways[index].items, event.ways[index].items))
    list(items) { json, entry in
      json.object { json in
        json.member("search_identifier", entry.0.searchIdentifier)
        json.member("field", entry.0.field)
        json.member("modifiers", entry.0.modifiers)
        json.member("value", entry.0.value)
        json.member("event_field", entry.1.field)
        json.member("holds", flag: entry.1.holds)
        json.member("found") { json in json.list(entry.1.values) { $0.write($1) } }
      }
    }
  }

  private mutating func write(_ value: RuleJudgement.Value) {
    object { json in
      json.member("value", value.text)
      json.member("offset", value.range?.lowerBound)
      json.member("length", value.range?.count)
    }
  }
}

extension ExplainJSON {
  private mutating func object(_ body: (inout ExplainJSON) -> Void) {
    output.append("{")
    body(&self)
    output.append("}")
  }

  private mutating func list<Member>(_ members: [Member], _ body: (inout ExplainJSON, Member) -> Void) {
    output.append("[")
    for (index, member) in members.enumerated() {
      if index > 0 { output.append(",") }
      body(&self, member)
    }
    output.append("]")
  }

  private mutating func name(_ name: String) {
    if output.last != UInt8(ascii: "{") { output.append(",") }
    output.append(json: name)
    output.append(":")
  }

  private mutating func member(_ name: String, _ text: String?) {
    self.name(name)
    output.append(json: text)
  }

  private mutating func member(_ name: String, _ number: Int?) {
    self.name(name)
    output.append(json: number)
  }

  private mutating func member(_ name: String, _ texts: [String]) {
    self.name(name)
    output.append(json: texts)
  }

  private mutating func member(_ name: String, flag: Bool?) {
    self.name(name)
    output.append(flag.map { $0 ? "true" : "false" } ?? "null")
  }

  private mutating func member(_ name: String, _ body: (inout ExplainJSON) -> Void) {
    self.name(name)
    body(&self)
  }
}
