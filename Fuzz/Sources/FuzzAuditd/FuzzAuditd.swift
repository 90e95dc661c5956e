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

extension AuditdDecoder: HeaderlessDecoder {}
extension SyslogDecoder: HeaderlessDecoder {}
