import CFloor
import Foundation
import Trawl
import TrawlDecoding
import TrawlEvents
import TrawlMatcher

/// Measures one lane and prints its line.
func measure(_ lane: Lane, _ ruleset: Ruleset, _ planned: Ruleset, runs: Int) throws {
  var bytes = Block<UInt8>(capacity: 1 << 20)
  for path in lane.paths {
    guard let data = FileManager.default.contents(atPath: path) else { fail("cannot read \(path)") }
    unsafe data.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
  bytes.reserve(bytes.count + EventBatch.padding)
  let count = bytes.count
  let base = unsafe UnsafePointer(bytes.pointer)
  var events = 0
  let names = unsafe ruleset.fields.names.map { unsafe strdup($0) }
  defer { for index in unsafe names.indices { unsafe free(names[index]) } }
  let pointers = unsafe names.map { unsafe UnsafePointer<CChar>($0) }
  let floor = best(of: runs) { _ = unsafe floor_walk(base, count, pointers, pointers.count, &events) }
  let decode = try best(of: runs) { try unsafe walk(base, count, ruleset, isMatching: false) }
  let match = try best(of: runs) { try unsafe walk(base, count, ruleset, isMatching: true) }
  let (whole, findings) = try scan(lane, ruleset, runs: runs)
  let (wholePlanned, findingsPlanned) = try scan(lane, planned, runs: runs)
  if findings != findingsPlanned {
    fail("\(lane.name): \(findings) findings by one plan, \(findingsPlanned) by the other")
  }
  func rate(_ seconds: Double) -> String { String(format: "%6.2f", Double(events) / seconds / 1e6) }
  let name = lane.name.padding(toLength: 22, withPad: " ", startingAt: 0)
  print(
    name, String(format: "%9d", events), String(format: "%8.0f", Double(count) / whole / 1e6), rate(floor),
    " ",
    rate(decode), rate(match), rate(whole), String(format: "%6.3f", floor / whole), " |", rate(wholePlanned),
    String(format: "%6.3f", floor / wholePlanned), " |", String(format: "%8d", findings))
}

/// Seconds of a whole scan of files, and its findings.
func scan(_ lane: Lane, _ ruleset: Ruleset, runs: Int) throws -> (seconds: Double, findings: Int) {
  var summary = ScanSummary()
  let scan = Scan(
    ruleset: ruleset, files: lane.paths.map { LogFile(path: $0) }, threads: 1,
    makeFormat: {
      let lines = JSONLines()
      return { lines.append($0, to: &$1) }
    }, write: { _ in })
  let seconds = try best(of: runs) { summary = try scan.run() }
  return (seconds, summary.findings)
}

/// Decodes, and perhaps matches, in chunks as a scan does.
private func walk(_ base: UnsafePointer<UInt8>, _ count: Int, _ ruleset: Ruleset, isMatching: Bool) throws {
  var decoder = JSONDecoder(fields: ruleset.fields)
  var batch = EventBatch()
  var matcher = try Matcher(ruleset)
  var start = 0
  while start < count {
    var end = min(start + 256 << 10, count)
    while end < count, unsafe base[end - 1] != 10 { end -= 1 }
    unsafe decoder.decodeLines(base + start, count: end - start, into: &batch)
    if isMatching { matcher.match(batch) }
    start = end
  }
}
