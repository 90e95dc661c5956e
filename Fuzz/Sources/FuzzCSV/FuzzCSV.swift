import FuzzFormats
import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents

/// Tables, from any bytes: the first line is the header.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  unsafe fuzz.run(UnsafeBufferPointer(start: bytes, count: count))
  return 0
}

/// Made once: the rules of the project, and what a worker has.
nonisolated(unsafe) private let fuzz = FormatFuzz<CSVDecoder>()

extension CSVDecoder: FuzzedDecoder {
  public mutating func decode(
    _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8], into batch: inout EventBatch
  ) {
    guard let base = log.baseAddress else { return }
    unsafe decode(base, count: log.count, header: header, into: &batch)
  }

  public mutating func json(_ source: Int, _ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> String? {
    guard let base = log.baseAddress else { return nil }
    return unsafe json(of: source, base, count: log.count, header: header)
  }

  public static func whole(_ log: UnsafeBufferPointer<UInt8>, _ header: [UInt8]) -> Int {
    unsafe wholeRecords(in: log, header: header, isLast: false)
  }
}
