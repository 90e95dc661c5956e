import Glibc
import Trawl

/// Standard output or standard error.
struct StandardStream {
  let descriptor: Int32

  static let output = StandardStream(descriptor: 1)
  static let error = StandardStream(descriptor: 2)

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Colours on terminals, unless the user wants none (https://no-color.org).
  var style: Style {
    Style(isColoured: isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb")
  }

  /// Cells of a line: of the terminal, or as COLUMNS says, or enough for most.
  var width: Int {
    var size = winsize()
    if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return variable("COLUMNS").flatMap { Int($0) }.map { max(40, $0) } ?? 132
  }

  /// Writes text; what cannot be written is lost.
  func write(_ text: String) {
    try? write(Array(text.utf8))
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws(WriteError) {
    var start = 0
    while start < bytes.count {
      let written = unsafe bytes[start...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0, errno == EINTR { continue }
      if written < 0 { throw WriteError(code: errno) }
      start += written
    }
  }

  private func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}

/// Bytes could not be written.
struct WriteError: Error {
  /// `errno`
  var code: Int32

  /// Nobody reads any more: no reason to complain.
  var isClosedPipe: Bool { code == EPIPE }

  var message: String { unsafe String(cString: strerror(code)) }
}
