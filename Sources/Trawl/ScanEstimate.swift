import TrawlScanner

/// How far a scan has come, in words.
public struct ScanEstimate: Sendable {
  private let fileCount: Int
  /// Of all logs together; nil when one has no known size, such as standard input.
  private let totalBytes: Int?
  private let start: Double

  /// `start`: seconds of a monotonic clock.
  public init(files: [LogFile], start: Double) {
    fileCount = files.count
    totalBytes = files.reduce(0) { total, file in
      guard let total, let size = file.size else { return nil }
      return total + size
    }
    self.start = start
  }

  /// `51 %  4 s left  410 MB of 795 MB  63,630 events/s  1,006 findings  23 of 237 files`
  public func text(_ progress: Scan.Progress, now: Double) -> String {
    let seconds = max(now - start, 1e-3)
    let bytes = progress.bytes
    var parts: [String] = []
    if let totalBytes, totalBytes > 0 {
      let done = min(totalBytes, progress.bytesOfEarlierScan + bytes)
      parts.append("\(Int(Double(done) / Double(totalBytes) * 100)) %")
      // The first second says little about the rest.
      if bytes > 0, seconds > 1 {
        parts.append(Wording.duration(seconds * Double(totalBytes - done) / Double(bytes)) + " left")
      }
      parts.append("\(Wording.bytes(done)) of \(Wording.bytes(totalBytes))")
    } else {
      parts.append(Wording.bytes(bytes))
    }
    parts.append("\(Wording.count(Int(Double(progress.events) / seconds))) events/s")
    parts.append(Wording.count(progress.findings, "finding"))
    if fileCount > 1 { parts.append("\(Wording.count(progress.files)) of \(Wording.count(fileCount)) files") }
    return parts.joined(separator: "  ")
  }
}
