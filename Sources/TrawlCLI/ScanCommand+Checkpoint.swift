import Glibc
import Trawl

extension ScanCommand {
  /// Whatever decides what is found and written, beside rules and log source.
  var settings: [String] {
    let selection = files.selection
    return output.settings + ["\(selection.include)", "\(selection.exclude)", "\(files.maxExpansion ?? 0)"]
      + ["\(period.period as Period?)", files.inputFormat?.rawValue ?? "", tables.table?.lowercased() ?? ""]
  }

  /// What an earlier scan left; of a new one, that it has begun.
  func beginOrResume(_ kept: Checkpoint) throws -> Checkpoint.Earlier {
    do throws(InputProblem) {
      if let earlier = try kept.load() {
        if !quiet { report(earlier) }
        return earlier
      }
      if let path = output.path { try checkOutput(path) }
      // Before the output is there: it would be in the way when the scan is killed between the two.
      try kept.save(ScanPoint(), outputLength: 0)
      return .beginning
    } catch {
      throw Failure("\(error.path): \(error.message) (--checkpoint)")
    }
  }

  private func checkOutput(_ path: String) throws(InputProblem) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT != S_IFREG {
      throw InputProblem(path: path, message: "not a file, as --output must be", isUnreadable: true)
    }
    if !output.clobber {
      throw InputProblem(path: path, message: "exists; --clobber (-C) replaces it", isUnreadable: true)
    }
  }

  private func report(_ earlier: Checkpoint.Earlier) {
    let stream = StandardStream.error
    stream.write("going on behind \(earlier.text) of the earlier scan\n")
    if earlier.hasChangedFiles {
      stream.write(
        stream.style.warning("warning")
          + ": files that the earlier scan read have changed since; what is new in them is not looked at\n")
    }
  }
}
