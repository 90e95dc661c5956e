import Glibc
import Synchronization
import Trawl

/// The page that `--report` writes. Rows of findings wait in nameless files, one for each level, so that a long scan needs
/// little memory; the page is put together at the end, and is there as a whole or not at all.
final class ReportOutput: Sendable {
  private let path: String
  private let state: Mutex<State>

  private struct State {
    var tally: ReportTally
    /// By level, the most severe first; opened when first needed.
    var spools: [Int: StandardStream] = [:]
  }

  /// `rules`: of the ruleset. A file that exists is replaced only with `clobber`.
  init(path: String, clobber: Bool, rules: [RuleInfo]) throws {
    self.path = path
    state = Mutex(State(tally: ReportTally(rules: rules)))
    if !clobber, unsafe access(path, F_OK) == 0 {
      throw Failure("\(path) exists; --clobber (-C) replaces it")
    }
    // Found out before the scan, not after it.
    close(try ReportOutput.nameless(path))
  }

  /// A file in the folder of the report that has no name, and goes when nothing holds it any more.
  private static func nameless(_ path: String) throws -> Int32 {
    let temporary = ReportOutput.temporary(path)
    let descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Failure("\(path): \(unsafe String(cString: strerror(errno))) (--report)")
    }
    unsafe unlink(temporary)
    return descriptor
  }

  private static func temporary(_ path: String) -> String {
    "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
  }

  /// Takes the records of findings, in order of the input.
  func take(_ records: [ArraySlice<UInt8>]) throws {
    try state.withLock { state in
      var rows: [Int: [UInt8]] = [:]
      for record in records {
        guard let (level, row) = state.tally.take(record) else { continue }
        rows[level, default: []] += row
      }
      for (level, bytes) in rows {
        let spool = try state.spools[level] ?? StandardStream(descriptor: ReportOutput.nameless(path))
        state.spools[level] = spool
        do throws(WriteError) { try spool.write(bytes) } catch {
          throw Failure("\(path): \(error.message) (--report)")
        }
      }
    }
  }

  /// Writes the page.
  func finish(_ context: ReportPage.Context) throws {
    try state.withLock { state in
      let page = ReportPage(state.tally, context)
      let temporary = ReportOutput.temporary(path)
      let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else {
        throw Failure("\(path): \(unsafe String(cString: strerror(errno))) (--report)")
      }
      do throws(WriteError) {
        try write(page, state.spools, to: StandardStream(descriptor: descriptor))
        guard unsafe close(descriptor) == 0 && rename(temporary, path) == 0 else {
          throw WriteError(code: errno)
        }
      } catch {
        unsafe unlink(temporary)
        throw Failure("\(path): \(error.message) (--report)")
      }
      for spool in state.spools.values { close(spool.descriptor) }
    }
  }

  private func write(
    _ page: ReportPage, _ spools: [Int: StandardStream], to file: StandardStream
  ) throws(WriteError) {
    try file.write(page.beginning)
    var room = ReportRoom()
    for level in spools.keys.sorted() {
      guard let spool = spools[level] else { continue }
      lseek(spool.descriptor, 0, SEEK_SET)
      while let part = try spool.read(1 << 20) { try file.write(Array(room.take(part))) }
    }
    try file.write(page.ending)
  }
}

extension StandardStream {
  /// The next bytes; nil at the end.
  fileprivate func read(_ count: Int) throws(WriteError) -> [UInt8]? {
    var problem: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      var number = -1
      repeat {
        number = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
      } while number < 0 && errno == EINTR
      if number < 0 { problem = errno }
      length = max(0, number)
    }
    guard problem == 0 else { throw WriteError(code: problem) }
    return bytes.isEmpty ? nil : bytes
  }
}
