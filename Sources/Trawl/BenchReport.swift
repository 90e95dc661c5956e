import TrawlMatcher
import TrawlOutput
import TrawlScanner

/// What `trawl bench` says: the speed of each step, counts of the scan, and what its rules cost.
public struct BenchReport {
  let figures: BenchFigures
  let rules: PreparedRules
  /// Says what a scan says of rules and input.
  private let scan: ScanReport
  /// How often each step was measured.
  private let runs: Int
  /// Rows of each table of costs.
  let top: Int
  let style: Style
  /// Cells of a line.
  let width: Int

  public init(
    _ figures: BenchFigures, _ rules: PreparedRules, missing: [InputProblem] = [], runs: Int, top: Int,
    width: Int, style: Style
  ) {
    self.figures = figures
    self.rules = rules
    self.runs = runs
    self.top = top
    self.style = style
    self.width = width
    scan = ScanReport(figures.summary, rules, missing: missing, width: width, style: style)
  }

  public var text: String {
    let input =
      "\(Wording.count(figures.events, "event")) in \(Wording.count(figures.summary.files, "file")), \(Wording.bytes(figures.bytes))"
    let measured = "best of \(Wording.count(runs, "run")), one thread"
    var lines = [scan.line("Rules", scan.ruleCounts)] + scan.ruleRefusals
    lines += [scan.line("Input", input), scan.line("Measured", measured)] + scan.unseen + doubts
    lines += [""] + steps + [""] + counts
    if let costs = figures.costs { lines += costTables(costs) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What makes figures less than sure.
  private var doubts: [String] {
    var lines: [String] = []
    if figures.scan.seconds < 0.1 {
      let time = BenchReport.time(figures.scan.seconds)
      lines.append(scan.line("Small", "the whole scan took \(time): larger logs give steadier figures"))
    }
    if figures.decodedFloorEvents > 0 {
      let events = Wording.count(figures.decodedFloorEvents, "event")
      lines.append(scan.line("Floor", "\(events) are no JSON: their decoding stands for it"))
    }
    if figures.floorEvents != figures.events {
      let events = Wording.count(figures.floorEvents, "event")
      lines.append(
        scan.line("Floor", "it counts \(events) in the same bytes: it reads broken records otherwise"))
    }
    return lines
  }
}

extension BenchReport {
  private var steps: [String] {
    let head = "           " + BenchReport.cells(["events/s", "MB/s", "of floor", "time"]) + "  counted"
    return [
      style.dim(head),
      row("floor", figures.floor, "key that rules name", "keys that rules name"),
      row("decoding", figures.decoding, "value", "values"),
      row("matching", figures.matching, "match", "matches"),
      row("whole scan", figures.scan, "finding", "findings"),
    ]
      + [
        "floor: simdjson walks the JSON in memory and looks every key up, nothing else; matching: decoding and matching;",
        "whole scan: reading, decoding, matching, and writing JSON lines to nowhere, net of its start;",
        "times are those of the best run, shares of the floor the median of the runs.",
      ].joined(separator: " ").wrappedAtBlanks(to: width).map(style.dim)
  }

  private func row(_ name: String, _ step: BenchFigures.Step, _ noun: String, _ plural: String) -> String {
    let seconds = max(step.seconds, 1e-9)
    let share = figures.share(of: step)
    let cells = [
      Wording.count(Int(Double(figures.events) / seconds)),
      Wording.decimal(Double(figures.bytes) / seconds / 1e6), Wording.decimal(share * 100) + " %",
      BenchReport.time(step.seconds),
    ]
    return name.padded(to: 11) + BenchReport.cells(cells) + "  " + Wording.count(step.found, noun, plural)
  }

  private static func cells(_ texts: [String]) -> String {
    zip(texts, [12, 10, 10, 9]).map { text, width in
      String(repeating: " ", count: max(0, width - text.count)) + text
    }.joined()
  }

  /// `42 µs`, `6.3 ms`, `345 ms`, `1.4 s`
  private static func time(_ seconds: Double) -> String {
    if seconds < 0.000_9995 { return "\(Int((seconds * 1e6).rounded())) µs" }
    return seconds < 0.9995 ? Wording.decimal(seconds * 1000) + " ms" : Wording.duration(seconds)
  }
}

extension BenchReport {
  private var counts: [String] {
    let counts = figures.summary.counts
    let known = BenchReport.share(counts.memoHits, counts.memoLookups)
    let bytes = Wording.decimal(Double(counts.scannedBytes) / Double(max(counts.scans, 1)))
    let same = figure(counts.repeatedEvents, "events with all values of one before: their rules were known")
    return [style.bold("Per event")] + (counts.repeatedEvents > 0 ? [same] : []) + [
      figure(counts.memoLookups, "values looked up in the memo, \(known) of them seen before"),
      figure(counts.scans, "values scanned by the database, of \(bytes) bytes on average"),
      figure(counts.reports, "patterns that it reported"),
      figure(counts.openGates, "gates opened by keywords"),
      figure(counts.candidates, "candidates: rules announced for the event"),
      figure(counts.evaluations, "candidates evaluated; of the others the outcome was known"),
      figure(figures.summary.findings, "findings"),
    ]
  }

  /// So many for each event.
  private func figure(_ total: Int, _ text: String) -> String {
    let number = BenchReport.ratio(total, figures.events)
    return String(repeating: " ", count: max(0, 9 - number.count)) + number + "  " + text
  }

  /// Two digits behind the point; four where there would be nothing but zeros.
  static func ratio(_ part: Int, _ whole: Int) -> String {
    let ratio = Double(part) / Double(max(whole, 1))
    let digits = part > 0 && ratio < 0.01 ? 4 : 2
    let scale = digits == 4 ? 10_000 : 100
    let scaled = Int((ratio * Double(scale)).rounded())
    if part > 0, scaled == 0 { return "<0.0001" }
    let rest = "\(scaled % scale)"
    return Wording.count(scaled / scale) + "." + String(repeating: "0", count: digits - rest.count) + rest
  }

  static func share(_ part: Int, _ whole: Int) -> String {
    whole == 0 ? "none" : Wording.decimal(Double(part) / Double(whole) * 100) + " %"
  }
}
