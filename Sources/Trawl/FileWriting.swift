import Glibc
import TrawlScanner

/// Writes a file that is there as a whole or not at all: another process sees what was there before, or all of it.
func writeFile(_ bytes: [UInt8], to path: String, mode: mode_t) throws(InputProblem) {
  let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
  let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
  guard descriptor >= 0 else { throw problem(path) }
  var isWritten = writeAll(bytes, descriptor)
  var trouble = errno
  if close(descriptor) != 0, isWritten { (isWritten, trouble) = (false, errno) }
  if isWritten, unsafe rename(temporary, path) != 0 { (isWritten, trouble) = (false, errno) }
  guard !isWritten else { return }
  unsafe unlink(temporary)
  errno = trouble
  throw problem(path)
}

private func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
  var start = 0
  while start < bytes.count {
    let written = unsafe bytes[start...].withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    if written < 0, errno == EINTR { continue }
    if written <= 0 { return false }
    start += written
  }
  return true
}
