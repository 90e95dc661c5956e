@testable import Trawl
@testable import TrawlMatcher
@testable import TrawlScanner

/// Edits to a checkpoint, sealed anew: it is refused, or a scan goes on from it to its end.
///
/// An edit is five bytes: where (two), whether to replace, insert or remove a byte, and two that it becomes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheckpoint(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  fuzz.run(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private let fuzz = CheckpointFuzz()

struct CheckpointFuzz {
  private let scan: Scan
  private let checkpoint: Checkpoint
  /// What is left when the scan is over, without its seal.
  private let whole: [UInt8]

  init() {
    let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    guard let rules = try? PreparedRules(RuleLoader().loadBuiltIn()) else {
      fatalError("the project's own rules compile")
    }
    var scan = Scan(
      ruleset: rules.ruleset, files: LogFile.find(["/\(folder)/Corpus/Samples"]).files, threads: 1,
      makeFormat: { { _, output in output.append(10) } }, write: { _ in })
    let points = Points()
    scan.checkpoint = { points.last = $0 }
    guard (try? scan.run()) != nil, let checkpoint = try? Checkpoint(path: "", scan, settings: []) else {
      fatalError("the samples are there")
    }
    scan.checkpoint = nil
    self.scan = scan
    self.checkpoint = checkpoint
    whole = checkpoint.bytes(points.last, outputLength: 7).dropLast(16)
  }

  /// Where a scan had come to.
  private final class Points: @unchecked Sendable {
    var last = ScanPoint()
  }

  func run(_ edits: [UInt8]) {
    var bytes = whole
    for start in stride(from: 0, to: edits.count - 4, by: 5) {
      let place = (Int(edits[start]) << 8 | Int(edits[start + 1])) % bytes.count
      switch edits[start + 2] % 4 {
      case 0: bytes.insert(edits[start + 3], at: place)
      case 1 where bytes.count > 1: bytes.remove(at: place)
      default: bytes[place] = edits[start + 3]
      }
    }
    guard let earlier = try? checkpoint.earlier(Checkpoint.sealed(bytes)) else { return }
    var scan = scan
    scan.resume = earlier.point
    _ = try? scan.run()
  }
}
