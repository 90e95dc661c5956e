import CHyperscan

/// Where a pattern was found: its number, and the end of the match. 8 bytes.
@frozen
public struct Hit: BitwiseCopyable, Sendable {
  public let id: UInt32
  /// Bytes from the start of the scanned block to the end of the match.
  public let end: UInt32
}

/// The memory that a scan works in, and its hits: one for each thread.
@safe
public struct Scratch: ~Copyable {
  var handle: OpaquePointer?
  // On the heap, since Hyperscan's callback gets its address.
  let found: UnsafeMutablePointer<Found>

  @safe struct Found {
    var hits: UnsafeMutablePointer<Hit>
    var count: Int
    var capacity: Int
  }

  public init() {
    unsafe found = UnsafeMutablePointer<Found>.allocate(capacity: 1)
    let capacity = 1024
    unsafe found.initialize(
      to: Found(hits: .allocate(capacity: capacity), count: 0, capacity: capacity))
  }

  deinit {
    unsafe hs_free_scratch(handle)
    unsafe found.pointee.hits.deallocate()
    unsafe found.deallocate()
  }

  /// Makes the scratch fit for a database too, besides those it fits already.
  public mutating func fit(_ database: borrowing Database) throws(HyperscanError) {
    let code = unsafe hs_alloc_scratch(database.handle, &handle)
    guard code == HS_SUCCESS else { throw HyperscanError(code: code) }
  }

  /// How many hits the last scan found.
  public var count: Int {
    @inline(__always) get { unsafe found.pointee.count }
  }

  /// A hit of the last scan, in order of their ends.
  public subscript(_ index: Int) -> Hit {
    @inline(__always) get {
      precondition(index >= 0 && index < count, "a hit of the last scan")
      return unsafe found.pointee.hits[index]
    }
  }

  /// The hits of the last scan; valid until the next.
  @unsafe
  public var hits: UnsafeBufferPointer<Hit> {
    @inline(__always) get {
      unsafe UnsafeBufferPointer(start: found.pointee.hits, count: found.pointee.count)
    }
  }
}

extension Database {
  /// Scans a block of less than 4 GiB and leaves all hits in `scratch`. Neither allocates nor counts references unless
  /// there are more hits than ever before.
  @unsafe
  public borrowing func scan(_ bytes: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing Scratch) {
    let found = unsafe scratch.found
    unsafe found.pointee.count = 0
    let code = unsafe hs_scan(
      handle, UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self), UInt32(count), 0, scratch.handle,
      collectHit, found)
    precondition(code == HS_SUCCESS, "a scratch that fits the database and is used by one scan at a time")
  }

  /// Whether any pattern is found in a block; stops at the first.
  @unsafe
  public borrowing func matches(
    _ bytes: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing Scratch
  ) -> Bool {
    let code = unsafe hs_scan(
      handle, UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self), UInt32(count), 0, scratch.handle,
      stopAtHit, nil)
    precondition(
      code == HS_SUCCESS || code == HS_SCAN_TERMINATED,
      "a scratch that fits the database and is used by one scan at a time")
    return code == HS_SCAN_TERMINATED
  }
}

private let collectHit: match_event_handler = { id, _, end, _, context in
  guard let found = unsafe context?.assumingMemoryBound(to: Scratch.Found.self) else { return 1 }
  let count = unsafe found.pointee.count
  if unsafe count == found.pointee.capacity { unsafe growHits(found) }
  unsafe found.pointee.hits[count] = Hit(id: id, end: UInt32(truncatingIfNeeded: end))
  unsafe found.pointee.count = count + 1
  return 0
}

private let stopAtHit: match_event_handler = { _, _, _, _, _ in 1 }

@inline(never)
private func growHits(_ found: UnsafeMutablePointer<Scratch.Found>) {
  let capacity = unsafe found.pointee.capacity * 2
  let moved = UnsafeMutablePointer<Hit>.allocate(capacity: capacity)
  unsafe moved.moveInitialize(from: found.pointee.hits, count: found.pointee.count)
  unsafe found.pointee.hits.deallocate()
  unsafe found.pointee.hits = moved
  unsafe found.pointee.capacity = capacity
}
