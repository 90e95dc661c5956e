import ArgumentParser
import Trawl

/// When the events happened that are looked at.
struct PeriodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only events at this time or later: 2026-03-01, 2026-03-01T08:00:00, 2026-03-01T08:00:00+02:00; UTC without an offset.",
      valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("Only events before this time.", valueName: "time"))
  var to: String?

  /// Nil: at any time.
  var period: Period? {
    from == nil && to == nil ? nil : Period(from: from.flatMap(time), to: to.flatMap(time))
  }

  private func time(_ text: String) -> DateText? { DateText(text.utf8) }

  func validate() throws {
    for (name, text) in [("--from", from), ("--to", to)] {
      guard let text, time(text) == nil else { continue }
      throw ValidationError("\(name) takes a date and time such as 2026-03-01T08:00:00Z, not '\(text)'")
    }
    if let from = from.flatMap(time), let to = to.flatMap(time), from.microseconds >= to.microseconds {
      throw ValidationError("--from is not before --to")
    }
  }
}
