import CSimdjson

/// The positions of all brackets, braces, colons, commas and starts of scalars in a piece of JSON: simdjson's first
/// stage, at several gigabytes a second. It also checks UTF-8, and that strings are closed and hold no control
/// characters.
@safe
struct StructuralIndex: ~Copyable {
  private let handle: OpaquePointer

  init() {
    guard let handle = unsafe trawl_json_index_create() else { fatalError("out of memory") }
    unsafe self.handle = handle
  }

  deinit { unsafe trawl_json_index_destroy(handle) }

  /// Indexes up to 4 GiB; the number of the error, or 0.
  @unsafe
  mutating func build(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int32 {
    unsafe trawl_json_index_build(handle, bytes, count)
  }

  /// Valid until the next build.
  @unsafe
  var positions: UnsafeBufferPointer<UInt32> {
    unsafe UnsafeBufferPointer(
      start: trawl_json_index_positions(handle), count: trawl_json_index_count(handle))
  }

  /// What an error of `build` means, in English.
  static func message(_ error: Int32) -> String {
    switch error {
    case 10: "not valid UTF-8"
    case 12: "nothing but blanks"
    case 13: "a control character within a string"
    case 14: "a string that is not closed"
    default: unsafe String(cString: trawl_json_error_message(error))
    }
  }
}
