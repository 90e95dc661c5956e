import FuzzFormats
import Trawl

@testable import TrawlDecoding
@testable import TrawlEvents

/// Windows events as XML, from any bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzXML(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  unsafe fuzz.run(UnsafeBufferPointer(start: bytes, count: count))
  return 0
}

/// Made once: the rules of the project, and what a worker has.
nonisolated(unsafe) private let fuzz = FormatFuzz<EventXMLDecoder>()

extension EventXMLDecoder: HeaderlessDecoder {}
