import ArgumentParser
import Trawl

extension FindingDetail.Event: ExpressibleByArgument {}

/// What is written, where, and in which form.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case table, jsonl, csv }

  @Option(
    help:
      "Form of the findings. (default: table on a terminal, else jsonl, or csv if the output file is called *.csv)"
  )
  var format: Format?

  @Option(name: .shortAndLong, help: ArgumentHelp("Write findings to this file.", valueName: "file"))
  var output: String?

  @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
  var clobber = false

  @Flag(
    help: "Say why a rule holds: the search identifiers and values that count, and where they were found.")
  var why = false

  @Option(help: "How much of the event to write: nothing, the fields that matched, or all of it.")
  var event = FindingDetail.Event.none

  @Option(
    help: ArgumentHelp(
      "Also write a page for a browser: timeline, hosts, rules, techniques, and the findings with their evidence.",
      valueName: "file"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Link the rules of the report to their pages in this catalogue, such as site/catalog.json.",
      valueName: "file"))
  var catalog: String?

  /// `-` is standard output.
  var path: String? { output == "-" ? nil : output }

  private var chosenFormat: Format {
    if let format { return format }
    if let path { return path.lowercased().hasSuffix(".csv") ? .csv : .jsonl }
    return StandardStream.output.isTerminal ? .table : .jsonl
  }

  private var detail: FindingDetail { FindingDetail(evidence: why, event: event) }

  var findingFormat: any FindingFormat {
    switch chosenFormat {
    case .jsonl: JSONLines(detail)
    case .csv: CSV(detail)
    case .table:
      Table(
        width: StandardStream.output.width, style: path == nil ? StandardStream.output.style : .plain, detail)
    }
  }

  /// What the scan has to find out for this.
  var scanDetail: Scan.Detail {
    var detail = Scan.Detail()
    detail.evidence = why || event == .matched || report != nil
    detail.event = event == .full
    return detail
  }

  /// The files that findings go to, as far as they are there already.
  var files: [FileIdentity] {
    let output = path.map { FileIdentity(path: $0) } ?? FileIdentity(descriptor: 1)
    return [output, report.flatMap { FileIdentity(path: $0) }].compactMap { $0 }
  }

  /// Whatever decides what is written.
  var settings: [String] { ["\(chosenFormat)", "\(why)", "\(event)"] }

  /// `earlier`: what a scan left that this one goes on with.
  func open(_ earlier: Checkpoint.Earlier?, progress: ProgressLine?) throws -> FindingOutput {
    let output: FindingOutput
    if let earlier, let path {
      output = try FindingOutput(
        resuming: path, at: earlier.outputLength, header: findingFormat.header, progress: progress)
    } else {
      output = try FindingOutput(
        path: path, clobber: clobber, header: findingFormat.header, progress: progress)
    }
    // A file of comma-separated values has its header even when nothing is found.
    if chosenFormat == .csv { try? output.write([]) }
    return output
  }
}
