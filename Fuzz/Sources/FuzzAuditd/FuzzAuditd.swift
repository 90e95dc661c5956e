import FuzzFormats
import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents

/// Audit logs and syslog, from any bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAuditd(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  unsafe auditd.run(UnsafeBufferPointer(start: bytes, count: count))
  unsafe syslog.run(UnsafeBufferPointer(start: bytes, count: count))
  return 0
}

/// Made once: the rules of the project, and what a worker has.
nonisolated(unsafe) private let auditd = FormatFuzz<AuditdDecoder>()
nonisolated(unsafe) private let syslog = FormatFuzz<SyslogDecoder>()

extension AuditdDecoder: FuzzedDecoder {
  public mutating func decode(
    _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8], into batch: inout EventBatch
  ) {
    guard let base = log.baseAddress else { return }
    unsafe decode(base, count: log.count, into: &batch)
  }

  public mutating func json(_ source: Int, _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> String? {
    guard let base = log.baseAddress else { return nil }
    return unsafe json(of: source, base, count: log.count)
  }

  public static func whole(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> Int {
    unsafe wholeRecords(in: log, isLast: false)
  }
}

extension SyslogDecoder: FuzzedDecoder {
  public mutating func decode(
    _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8], into batch: inout EventBatch
  ) {
    guard let base = log.baseAddress else { return }
    unsafe decode(base, count: log.count, into: &batch)
  }

  public mutating func json(_ source: Int, _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> String? {
    guard let base = log.baseAddress else { return nil }
    return unsafe json(of: source, base, count: log.count)
  }

  public static func whole(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> Int {
    unsafe wholeRecords(in: log, isLast: false)
  }
}
