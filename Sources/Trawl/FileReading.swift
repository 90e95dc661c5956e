import Glibc
import TrawlScanner

/// All bytes of a file, or of standard input for `-`; for files of rules and settings, which are small.
public func readFile(_ path: String) throws(InputProblem) -> [UInt8] {
  let descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw problem(path) }
  defer { if descriptor > 0 { close(descriptor) } }
  var status = stat()
  let size = unsafe fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
  // One more than there should be shows the end.
  var bytes = [UInt8](repeating: 0, count: size > 0 ? size + 1 : 64 << 10)
  var count = 0
  while true {
    if count == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
    let got = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe read(descriptor, bytes.baseAddress! + count, bytes.count - count)
    }
    if got < 0, errno == EINTR { continue }
    if got < 0 { throw problem(path) }
    count += got
    if got == 0 {
      bytes.removeLast(bytes.count - count)
      return bytes
    }
  }
}

/// What the last call of the system that failed has to say of a file.
func problem(_ path: String) -> InputProblem {
  InputProblem(path: path, message: unsafe String(cString: strerror(errno)), isUnreadable: true)
}

/// The first bytes of a regular file; fewer if there are no more, none if it cannot be read.
func firstBytes(of path: String, count: Int) -> [UInt8] {
  var status = stat()
  guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: count)
  let got = unsafe read(descriptor, &bytes, count)
  return Array(bytes.prefix(max(0, got)))
}

/// What is at a path that is to be written to.
enum FileKind {
  case nothing, file, other

  init(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      self = .nothing
      return
    }
    self = status.st_mode & S_IFMT == S_IFREG ? .file : .other
  }
}
