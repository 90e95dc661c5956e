import Glibc
import Synchronization
import Trawl

/// Where findings go: standard output, or a file. The progress line on standard error gives way to them, for both may be
/// on the same terminal.
final class FindingOutput: Sendable {
  /// The file's, as the user named it; nil for standard output.
  let path: String?
  private let stream: StandardStream
  private let header: [UInt8]
  private let progress: ProgressLine?
  private let state = Mutex(State())

  private struct State {
    var isBegun = false
    var error: WriteError?
  }

  /// `path`: nil for standard output. A file that exists is replaced only with `clobber`.
  init(path: String?, clobber: Bool, header: [UInt8], progress: ProgressLine?) throws {
    self.path = path
    self.header = header
    self.progress = progress
    guard let path else {
      stream = .output
      return
    }
    // Devices and pipes are not replaced by writing to them.
    var status = stat()
    let isDevice = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (clobber ? O_TRUNC : isDevice ? 0 : O_EXCL)
    let descriptor = unsafe open(path, flags, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw Failure("\(path) exists; --clobber (-C) replaces it") }
      throw Failure("\(path): \(unsafe String(cString: strerror(errno))) (--output)")
    }
    stream = StandardStream(descriptor: descriptor)
  }

  var isOnTerminal: Bool { stream.isTerminal }

  /// Why findings could not be written, if they could not.
  var error: WriteError? { state.withLock { $0.error } }

  /// Writes findings, with the header before the first.
  func write(_ bytes: [UInt8]) throws(WriteError) {
    progress?.clear()
    do throws(WriteError) {
      if begins() { try stream.write(header) }
      try stream.write(bytes)
    } catch {
      state.withLock { $0.error = error }
      throw error
    }
  }

  private func begins() -> Bool {
    state.withLock { state in
      defer { state.isBegun = true }
      return !state.isBegun
    }
  }

  /// Whether the file is this output.
  func isSame(as path: String) -> Bool {
    var (mine, other) = (stat(), stat())
    guard unsafe fstat(stream.descriptor, &mine) == 0, unsafe stat(path, &other) == 0 else { return false }
    return mine.st_mode & S_IFMT == S_IFREG && mine.st_ino == other.st_ino && mine.st_dev == other.st_dev
  }
}
