import CSimdjson
import TrawlEvents

/// The floor of a scan: walks JSON with simdjson On-Demand in C++, looks every key up among the names of fields and does
/// nothing else. What a scan is measured against; it takes what `JSONDecoder` takes.
@safe
public struct JSONFloor: ~Copyable {
  private let handle: OpaquePointer
  /// Objects that were walked.
  public private(set) var events = 0

  /// A walker that looks for the names of all fields of a table.
  public init(fields: FieldTable) {
    guard let handle = unsafe trawl_json_walker_create(fields.count) else { fatalError("out of memory") }
    unsafe self.handle = handle
    for name in fields.names {
      var name = name
      name.withUTF8 { unsafe trawl_json_walker_add(handle, $0.baseAddress, $0.count) }
    }
  }

  deinit { unsafe trawl_json_walker_destroy(handle) }

  /// Keys that were among the names.
  public var knownKeys: Int { unsafe trawl_json_walker_known(handle) }

  /// Walks lines, each an object, with `EventBatch.padding` readable bytes behind them. Less than 4 GiB.
  @unsafe
  public mutating func walkLines(_ base: UnsafePointer<UInt8>, count: Int) {
    events += unsafe trawl_json_walk_lines(handle, base, count)
  }

  /// Walks whole documents, each an object, with as much behind the last.
  @unsafe
  public mutating func walkDocuments(_ documents: [Range<Int>], _ base: UnsafePointer<UInt8>) {
    for document in documents {
      events += unsafe trawl_json_walk_document(handle, base + document.lowerBound, document.count)
    }
  }
}
