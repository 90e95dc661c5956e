import Glibc
import TrawlScanner

/// All bytes of a file, or of standard input for `-`; for files of rules and settings, which are small.
public func readFile(_ path: String) throws(InputProblem) -> [UInt8] {
  let descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw problem(path) }
  defer { if descriptor > 0 { close(descriptor) } }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let got = unsafe read(descriptor, &piece, piece.count)
    if got < 0, errno == EINTR { continue }
    if got < 0 { throw problem(path) }
    if got == 0 { return bytes }
    bytes += piece[..<got]
  }
}

private func problem(_ path: String) -> InputProblem {
  InputProblem(path: path, message: unsafe String(cString: strerror(errno)), isUnreadable: true)
}
