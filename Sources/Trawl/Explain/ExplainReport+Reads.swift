import TrawlCompiler
import TrawlOutput
import TrawlRules

extension ExplainReport {
  /// Which events the rule looks at, and which of their fields.
  var reads: [String] {
    guard rule.plans.contains(where: { !$0.programs.isEmpty }) else { return [] }
    var lines = [title("Reads")]
    for (plan, source) in zip(rule.plans, explanation.sources) {
      lines += hanging("", 0, source.visible, indent: 2)
      for program in plan.programs { lines += events(program) }
      lines += field("fields", fields(plan).joined(separator: ", "))
    }
    return lines
  }

  /// The fields of a rule, by its own names.
  private func fields(_ plan: RulePlan) -> [String] {
    guard let own = plan.programs.first else { return [] }
    return own.fields + (own.items.contains { $0.field == nil } ? ["every value, for keywords"] : [])
  }

  private func events(_ program: RulePlan.Program) -> [String] {
    var lines = program.events.windows.map(words)
    if let named = program.events.named { lines.append(words(named, member: program.member)) }
    if lines.isEmpty { lines = ["no events that the table of log sources knows"] }
    let route = program.route.map { " (route \($0))" } ?? ""
    var shown = lines.flatMap { hanging("- ", 2, ($0 + route).visible, indent: 4) }
    let renamed = program.renamed.map { "\($0.field) is \($0.source)" }
    if !renamed.isEmpty {
      shown += hanging("", 0, ("there " + renamed.joined(separator: ", ")).visible, indent: 6)
    }
    return shown
  }

  private func words(_ events: (channel: String?, eventIDs: [String])) -> String {
    let channel = events.channel.map { "Windows, channel \($0)" } ?? "Windows, every channel"
    guard !events.eventIDs.isEmpty else { return channel + ", every event" }
    return
      "\(channel), \(events.eventIDs.count > 1 ? "events" : "event") \(events.eventIDs.joined(separator: ", "))"
  }

  private func words(_ named: [(part: String, value: String)], member: String?) -> String {
    let parts = named.map { "\($0.part) \($0.value)" }.joined(separator: ", ")
    if let member { return "events of \(parts), with the fields in their member \(member)" }
    return "events that name \(parts) themselves, or are known to be of it"
  }
}
