import Glibc
import Synchronization
import Trawl

/// One line on standard error that says how far a scan has come, drawn anew a few times a second.
final class ProgressLine: Sendable {
  private let scan: Scan.Progress
  private let estimate: ScanEstimate
  private let state = Mutex(State())

  private struct State {
    var isShown = false
    var lastDrawn = 0.0
  }

  private static let interval = 0.15

  init(_ scan: Scan.Progress, files: [LogFile]) {
    self.scan = scan
    estimate = ScanEstimate(files: files, start: ProgressLine.now)
  }

  /// Draws the line if it is time to.
  func draw() {
    let now = ProgressLine.now
    state.withLock { state in
      guard now - state.lastDrawn >= ProgressLine.interval else { return }
      (state.isShown, state.lastDrawn) = (true, now)
      let stream = StandardStream.error
      stream.write(
        "\r" + stream.style.dim(estimate.text(scan, now: now).fitted(to: stream.width - 1)) + "\u{1B}[K")
    }
  }

  /// Takes the line off the terminal, so that something else can be written.
  func clear() {
    state.withLock { state in
      if state.isShown { StandardStream.error.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  private static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
