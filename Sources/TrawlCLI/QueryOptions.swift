import ArgumentParser
import Trawl

/// How hunting queries in KQL are read.
struct QueryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "lift leaves out lower bounds such as Timestamp > ago(7d), since archives are older; strict asks them all, for which --kql-now is needed. (default: lift)",
      valueName: "how"))
  var kqlTime: KQLOptions.Time?

  @Option(
    help: ArgumentHelp(
      "What now() is in queries: a time in ISO 8601, or newest, the time of the newest event of the logs.",
      valueName: "time"))
  var kqlNow: String?

  @Option(
    help: ArgumentHelp(
      "The local file that stands for an address of externaldata; may be repeated. Addresses are never fetched.",
      valueName: "address=file"))
  var kqlExternal: [String] = []

  @Option(
    help: ArgumentHelp(
      "The local table that stands for what FileProfile() knows of files by their hashes: CSV with a header, or JSON lines, with columns such as SHA1, GlobalPrevalence, Signer.",
      valueName: "file"))
  var kqlFileprofile: String?

  @Flag(
    help:
      "Uses a query that asks what Trawl cannot as a filter, as far as it is understood; findings that are so made have (prefilter) in their title."
  )
  var kqlPartial = false

  /// Whether the newest event of the logs says what the time is.
  var wantsNewest: Bool { kqlNow == "newest" }

  /// Whether any of them was given.
  var isGiven: Bool {
    kqlTime != nil || kqlNow != nil || !kqlExternal.isEmpty || kqlFileprofile != nil || kqlPartial
  }

  /// The options, without the time of the newest event.
  func options() throws -> KQLOptions {
    var options = KQLOptions(time: kqlTime ?? .lift)
    options.isPartial = kqlPartial
    if let kqlNow, !wantsNewest {
      guard let now = KQLOptions.instant(kqlNow) else {
        throw Failure("--kql-now: '\(kqlNow)' is no time; write 2024-02-29T12:00:00Z, or newest")
      }
      options.now = now
    }
    for pair in kqlExternal {
      // Addresses may have '=' in them, names of files rather not.
      guard let mark = pair.lastIndex(of: "="), mark != pair.startIndex else {
        throw Failure(
          "--kql-external: '\(pair)' is no address and file; write https://example.org/x.csv=x.csv")
      }
      let path = String(pair[pair.index(after: mark)...])
      options.externals[String(pair[..<mark])] = try text(path, "--kql-external")
    }
    if let kqlFileprofile {
      options.profiles = try profiles(kqlFileprofile)
    }
    return options
  }

  private func profiles(_ path: String) throws -> FileProfiles {
    let text = try text(path, "--kql-fileprofile")
    do { return try FileProfiles(text) } catch {
      throw Failure("\(path): \(error.message) (--kql-fileprofile)")
    }
  }

  private func text(_ path: String, _ option: String) throws -> String {
    do { return String(decoding: try readFile(path), as: UTF8.self) } catch {
      throw Failure("\(path): \(error.message) (\(option))")
    }
  }
}

extension QueryOptions {
  /// The time of the newest event, for `now()`: by a pass over the logs before they are read for the rules.
  static func newest(of found: [LogFile], _ logs: [String], _ reading: ReadOptions, threads: Int?) throws
    -> Int64
  {
    if logs.contains("-") {
      throw Failure("--kql-now newest reads the logs twice, which standard input cannot be; give a time")
    }
    let newest = try NewestEvent(of: found, reading: reading, threads: threads ?? availableProcessors)
    guard let time = newest.time, let now = KQLOptions.instant(microseconds: time.microseconds) else {
      throw Failure("--kql-now newest: no event says when it happened; give a time")
    }
    return now
  }
}

extension KQLOptions.Time: ExpressibleByArgument {}
