import TrawlHTML
import TrawlMatcher

/// Findings in the form that is chosen for them, each with what a report keeps of it. Both are made where findings are made,
/// on all processors; `split` parts them again.
public struct ReportedFormat: FindingFormat {
  private let format: any FindingFormat

  public init(_ format: any FindingFormat) { self.format = format }

  public var header: [UInt8] { format.header }

  public func append(_ finding: Finding, to output: inout [UInt8]) {
    output.appendFramed { format.append(finding, to: &$0) }
    output.appendFramed { ReportRecord.append(finding, to: &$0) }
  }

  /// The findings in their form, and the records of the report, from the bytes of both.
  public static func split(_ bytes: [UInt8]) -> (findings: [UInt8], records: [ArraySlice<UInt8>]) {
    var findings: [UInt8] = []
    var records: [ArraySlice<UInt8>] = []
    var reader = FrameReader(bytes[...])
    while let finding = reader.next(), let record = reader.next() {
      findings += finding
      records.append(record)
    }
    return (findings, records)
  }
}

/// What a report keeps of a finding: numbers, then the host and the file, then the evidence as it stands in the page.
struct ReportRecord {
  var rule = 0
  /// Microseconds since 1970.
  var time: Int?
  var record = 0
  var offset = 0
  var host: String?
  var file = ""
  /// JSON.
  var evidence: ArraySlice<UInt8> = []

  static func append(_ finding: Finding, to output: inout [UInt8]) {
    let time = finding.time.map { Int($0.microseconds) } ?? Int.min
    for number in [finding.rule.number, time, finding.record, finding.offset] {
      output.append(number: number)
    }
    output.append(UInt8(finding.computer == nil ? 0 : 1))
    output.appendFramed { $0.append(contentsOf: (finding.computer ?? "").utf8) }
    output.appendFramed { $0.append(contentsOf: finding.file.utf8) }
    output.appendFramed { $0 += ReportEvidence.data(of: finding.evidence).bytes }
  }

  /// Nil for what `append` did not write.
  init?(_ bytes: ArraySlice<UInt8>) {
    var reader = FrameReader(bytes)
    guard let rule = reader.number(), let time = reader.number(), let record = reader.number(),
      let offset = reader.number(), let hasHost = reader.byte(), let host = reader.next(),
      let file = reader.next(),
      let evidence = reader.next()
    else { return nil }
    self.rule = rule
    self.time = time == Int.min ? nil : time
    self.record = record
    self.offset = offset
    self.host = hasHost == 1 ? String(decoding: host, as: UTF8.self) : nil
    self.file = String(decoding: file, as: UTF8.self)
    self.evidence = evidence
  }
}

extension [UInt8] {
  /// Appends bytes behind their count, which takes four bytes.
  fileprivate mutating func appendFramed(_ body: (inout [UInt8]) -> Void) {
    let start = count
    append(contentsOf: [0, 0, 0, 0])
    body(&self)
    let length = UInt32(truncatingIfNeeded: count - start - 4)
    for place in 0..<4 { self[start + place] = UInt8(truncatingIfNeeded: length >> UInt32(8 * place)) }
  }

  fileprivate mutating func append(number: Int) {
    for place in 0..<8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }
}

/// Reads what `appendFramed` and `append(number:)` wrote.
private struct FrameReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> ArraySlice<UInt8>? {
    guard let length = integer(4), rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  mutating func number() -> Int? { integer(8) }

  mutating func byte() -> UInt8? { rest.popFirst() }

  private mutating func integer(_ count: Int) -> Int? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
