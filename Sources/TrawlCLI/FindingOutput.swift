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
    /// Bytes that were written, with those of an earlier scan.
    var length = 0
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

  /// Goes on behind the first `length` bytes of a file, which an earlier scan wrote; what it wrote after its last checkpoint
  /// is cut off.
  init(resuming path: String, at length: Int, header: [UInt8], progress: ProgressLine?) throws {
    self.path = path
    self.header = header
    self.progress = progress
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | (length == 0 ? O_CREAT : 0), 0o666)
    guard descriptor >= 0 else {
      throw Failure("\(path): \(unsafe String(cString: strerror(errno))) (--output)")
    }
    stream = StandardStream(descriptor: descriptor)
    // Before anything in it is touched.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure("\(path): another scan is writing to it")
    }
    guard lseek(descriptor, 0, SEEK_END) >= length else {
      throw Failure(
        "\(path) holds less than the earlier scan wrote; remove the checkpoint to scan from the beginning")
    }
    guard ftruncate(descriptor, length) == 0, lseek(descriptor, length, SEEK_SET) == length else {
      throw Failure("\(path): \(unsafe String(cString: strerror(errno))) (--output)")
    }
    state.withLock { ($0.isBegun, $0.length) = (length > 0, length) }
  }

  /// Has the system keep on the disk what was written; how many bytes that are.
  func synchronize() -> Int {
    fdatasync(stream.descriptor)
    return state.withLock { $0.length }
  }

  var isOnTerminal: Bool { stream.isTerminal }

  /// Why findings could not be written, if they could not.
  var error: WriteError? { state.withLock { $0.error } }

  /// Writes findings, with the header before the first.
  func write(_ bytes: [UInt8]) throws(WriteError) {
    progress?.clear()
    do throws(WriteError) {
      if begins() {
        try stream.write(header)
        state.withLock { $0.length += header.count }
      }
      try stream.write(bytes)
      state.withLock { $0.length += bytes.count }
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
}

/// A file, however it is called.
struct FileIdentity: Equatable {
  private var device: UInt
  private var number: UInt

  /// The regular file at a path; nil when there is none.
  init?(path: String) {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = Glibc.stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: Glibc.stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
  }
}
