import CHyperscan

/// A compiled set of patterns, for scanning blocks. Immutable: any number of threads may scan with it, each with a
/// scratch of its own.
@safe
public struct Database: ~Copyable, @unchecked Sendable {
  let handle: OpaquePointer

  init(handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe hs_free_database(handle) }

  /// Bytes of memory that the database takes.
  public var size: Int {
    var size = 0
    unsafe hs_database_size(handle, &size)
    return size
  }

  /// The version of Hyperscan in use.
  public static var version: String { unsafe String(cString: hs_version()) }

  /// The CPU that databases are compiled for where nothing else is said: this one.
  public static var platform: String {
    var platform = hs_platform_info_t()
    guard unsafe hs_populate_platform(&platform) == HS_SUCCESS else { return "unknown" }
    return "features \(platform.cpu_features), tuned for \(platform.tune)"
  }
}

extension Database {
  /// Compiles literals: pure byte strings, nothing in them is special.
  ///
  /// Costs about 20 microseconds a literal for some ten thousand of them.
  public init(literals: [Pattern]) throws(CompileError) {
    unsafe self.init(handle: try Database.compile(literals, isLiteral: true))
  }

  /// Compiles expressions in Hyperscan's dialect of PCRE.
  public init(expressions: [Pattern]) throws(CompileError) {
    unsafe self.init(handle: try Database.compile(expressions, isLiteral: false))
  }

  private static func compile(_ patterns: [Pattern], isLiteral: Bool) throws(CompileError) -> OpaquePointer {
    // The API takes pointers to C strings; one arena holds them all, each with its closing zero.
    var arena: [CChar] = []
    var offsets: [Int] = []
    for pattern in patterns {
      offsets.append(arena.count)
      arena.append(contentsOf: pattern.bytes.lazy.map { CChar(bitPattern: $0) })
      arena.append(0)
    }
    let flags = patterns.map(\.flags.rawValue)
    let ids = patterns.map(\.id)
    let lengths = patterns.map(\.bytes.count)
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    let code = unsafe arena.withUnsafeBufferPointer { arena in
      let texts: [UnsafePointer<CChar>?] = unsafe offsets.map { unsafe arena.baseAddress! + $0 }
      let count = UInt32(patterns.count)
      if isLiteral {
        return unsafe hs_compile_lit_multi(
          texts, flags, ids, lengths, count, UInt32(HS_MODE_BLOCK), nil, &database, &failure)
      }
      return unsafe hs_compile_multi(
        texts, flags, ids, count, UInt32(HS_MODE_BLOCK), nil, &database, &failure)
    }
    defer { unsafe hs_free_compile_error(failure) }
    guard code == HS_SUCCESS, let database = unsafe database else {
      let index = unsafe failure.map { Int(unsafe $0.pointee.expression) } ?? -1
      let message = unsafe failure.flatMap { unsafe $0.pointee.message }.map { unsafe String(cString: $0) }
      throw CompileError(
        pattern: patterns.indices.contains(index) ? patterns[index] : nil,
        message: message ?? "Hyperscan refused the patterns with error \(code)")
    }
    return unsafe database
  }
}

extension Database {
  /// The database as bytes, to be kept and loaded again by the same version of Hyperscan on a like CPU.
  public func serialized() throws(HyperscanError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<CChar>?
    var length = 0
    let code = unsafe hs_serialize_database(handle, &bytes, &length)
    guard code == HS_SUCCESS, let bytes = unsafe bytes else { throw HyperscanError(code: code) }
    defer { unsafe free(bytes) }
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: length))
  }

  /// Loads what `serialized()` gave. The bytes must come from there: Hyperscan checks a checksum, not its contents.
  public init(serialized bytes: [UInt8]) throws(HyperscanError) {
    var database: OpaquePointer?
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe hs_deserialize_database(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &database)
    }
    guard code == HS_SUCCESS, let database = unsafe database else { throw HyperscanError(code: code) }
    unsafe self.init(handle: database)
  }
}
