import ArgumentParser
import Trawl

extension ResultFormat: ExpressibleByArgument {}

/// In which form tables are written, and where.
struct TableOptions: ParsableArguments {
  @Option(
    help:
      "Form of the table. (default: table on a terminal, else jsonl, or what the output file's name ends with)"
  )
  var format: ResultFormat?

  @Option(name: .shortAndLong, help: ArgumentHelp("Write the table to this file.", valueName: "file"))
  var output: String?

  @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
  var clobber = false

  /// `-` is standard output.
  private var path: String? { output == "-" ? nil : output }

  var isOnTerminal: Bool { path == nil && StandardStream.output.isTerminal }

  var chosenFormat: ResultFormat {
    if let format { return format }
    guard let path else { return isOnTerminal ? .table : .jsonl }
    let name = path.lowercased()
    let endings: [(String, ResultFormat)] = [
      (".csv", .csv), (".json", .json), (".md", .markdown), (".txt", .table),
    ]
    return endings.first { name.hasSuffix($0.0) }?.1 ?? .jsonl
  }

  func write(_ tables: [QueryTable]) throws {
    let named = tables.map { NamedTable(id: $0.query.id, title: $0.query.title, table: $0.table) }
    let stream = StandardStream.output
    let bytes = chosenFormat.bytes(
      named, width: isOnTerminal ? stream.width : nil, style: path == nil ? stream.style : .plain)
    let output = try FindingOutput(path: path, clobber: clobber, header: [], progress: nil)
    do throws(WriteError) {
      try output.write(bytes)
    } catch {
      if error.isClosedPipe { return }
      throw Failure("\(path ?? "standard output"): \(error.message)")
    }
  }
}
