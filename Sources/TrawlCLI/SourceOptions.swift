import ArgumentParser
import Trawl

/// Which events the rules look at.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The log source of events that do not show theirs: product=aws,service=cloudtrail. Windows events show it by their channel.",
      valueName: "name=value,..."))
  var logsource: String?

  /// The log source that the user gave for events that do not show theirs.
  func given() throws -> LogSource? {
    do {
      return try logsource.map { try LogSource(parsing: $0) }
    } catch let error as SettingError {
      throw Failure("--logsource: \(error.message)")
    }
  }
}

/// What log sources mean.
struct LogSourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Table of further log sources, or other meanings of known ones, in the form of logsources.tsv.",
      valueName: "file"))
  var logsources: [String] = []

  /// The table that comes with Trawl with the user's entries.
  func table() throws -> LogSourceTable {
    var table = LogSourceTable.standard
    for (path, text) in zip(logsources, try texts()) {
      try RuleOptions.stop(table.add(text, file: path), "--logsources")
    }
    return table
  }

  /// The texts of the user's tables.
  func texts() throws -> [String] {
    try logsources.map { String(decoding: try RuleOptions.read($0, "--logsources"), as: UTF8.self) }
  }
}

/// Of which table rows are that do not say so.
struct RowTableOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The table of Defender or Sentinel that rows are of which do not name theirs: DeviceProcessEvents. Without it the name of the file or the columns of the row say it.",
      valueName: "name"))
  var table: String?

  /// The table that rows are of which name none, folded; it must be one that the rules know.
  func table(of ruleset: Ruleset) throws -> String? {
    guard let table else { return nil }
    let known = ruleset.logSources.tables
    guard known.contains(table.lowercased()) else {
      throw Failure(
        "--table: there is no table '\(table)'; these are \(known.sorted().joined(separator: ", "))")
    }
    return table.lowercased()
  }
}

/// Which files below folders are scanned.
struct FileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only files below folders, and in archives, that match: '*.evtx', 'host7/*.json'; may be repeated.",
      valueName: "glob"))
  var include: [String] = []

  @Option(
    help: ArgumentHelp("Not the files and folders that match; may be repeated.", valueName: "glob"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "What all logs are, instead of what they begin like. Of text each line is an event of --logsource.",
      valueName: "format"))
  var inputFormat: LogFormat?

  @Flag(help: "Follow symbolic links below folders.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "How many times as large as itself the contents of an archive may be, in bytes. (default: 1000)",
      valueName: "times"))
  var maxExpansion: Int?

  func validate() throws {
    if let maxExpansion, maxExpansion < 1 {
      throw ValidationError("--max-expansion takes a number of 1 or more, not \(maxExpansion)")
    }
  }

  /// How the files are read.
  var reading: ReadOptions {
    var reading = ReadOptions()
    reading.selection = selection
    reading.format = inputFormat
    if let maxExpansion { reading.maximumExpansion = maxExpansion }
    return reading
  }

  var selection: FileSelection {
    var selection = FileSelection()
    selection.include = include
    selection.exclude = exclude
    selection.followsLinks = follow
    return selection
  }
}

/// What the rules' log sources come to when they are compiled.
struct RouteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Turns off a route by which rules or queries read other events than their own, such as audit4688 (process_creation reads Security 4688), antivirus (reads Windows Defender), defender_process (reads Defender's rows); may be repeated.",
      valueName: "name"))
  var noRoute: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which database scans which field: single, one of all literals, or fields, one for each field with many. Both find the same. (default: single)",
      valueName: "plan"))
  var scanPlan: RulesetCompiler.ScanPlan?

  func compilerOptions(_ table: LogSourceTable) throws -> RulesetCompiler.Options {
    var options = RulesetCompiler.Options()
    options.logSources = table
    options.scanPlan = scanPlan ?? .single
    options.disabledRoutes = Set(noRoute)
    for name in noRoute where !table.routeNames.contains(name) {
      throw Failure(
        "--no-route: there is no route '\(name)'; these are \(table.routeNames.joined(separator: ", "))")
    }
    return options
  }
}

extension RulesetCompiler.ScanPlan: ExpressibleByArgument {}

extension LogFormat: ExpressibleByArgument {}
