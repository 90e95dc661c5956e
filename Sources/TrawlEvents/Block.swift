/// A growing block of plain values, owned by one worker.
///
/// Unlike Array it is never shared, so an access costs neither a uniqueness check nor a reference count; every
/// access is checked against `count`.
@safe @frozen
public struct Block<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var start: UnsafeMutablePointer<Element>
  @usableFromInline var allocated: Int
  @usableFromInline var used: Int

  @inlinable
  public init(capacity: Int = 16) {
    allocated = Swift.max(capacity, 1)
    unsafe start = Block.allocate(allocated)
    used = 0
  }

  /// A block of `count` equal elements.
  @inlinable
  public init(repeating element: Element, count: Int) {
    self.init(capacity: count)
    unsafe start.initialize(repeating: element, count: count)
    used = count
  }

  @inlinable
  deinit { unsafe UnsafeMutableRawPointer(start).deallocate() }

  /// From the start of a line of the cache on, so that elements of its size, or of half of it, lie in one each.
  @inlinable
  static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    unsafe UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: Element.self, capacity: capacity)
  }

  @inlinable
  public var count: Int {
    @inline(__always) get { used }
  }

  @inlinable
  public var isEmpty: Bool { count == 0 }

  @inlinable
  public subscript(_ index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: used), "index within the block")
      return unsafe start[index]
    }
    @inline(__always) _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: used), "index within the block")
      yield unsafe &start[index]
    }
  }

  @inlinable @inline(__always)
  public mutating func append(_ element: Element) {
    if used == allocated { grow(to: allocated * 2) }
    unsafe start[used] = element
    used += 1
  }

  @inlinable
  public mutating func append(contentsOf bytes: UnsafeRawBufferPointer) where Element == UInt8 {
    reserve(used + bytes.count)
    if let base = bytes.baseAddress {
      unsafe UnsafeMutableRawPointer(start + count).copyMemory(from: base, byteCount: bytes.count)
    }
    used += bytes.count
  }

  @inlinable
  public mutating func reserve(_ capacity: Int) {
    if capacity > allocated { grow(to: Swift.max(capacity, allocated * 2)) }
  }

  /// Forgets the elements from `count` on; the memory stays.
  @inlinable @inline(__always)
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= used, "a block is cut, not extended")
    used = count
  }

  /// Makes `count` elements valid that were written through `pointer`.
  @inlinable
  public mutating func assumeCount(_ count: Int) {
    precondition(count >= 0 && count <= allocated, "within the allocated block")
    used = count
  }

  /// The first element; valid until the block grows.
  @unsafe @inlinable
  public var pointer: UnsafeMutablePointer<Element> {
    @inline(__always) get { unsafe start }
  }

  /// Gives memory back when far less than what is allocated is needed.
  @inlinable
  public mutating func shrink(to capacity: Int) {
    guard allocated > capacity, count <= capacity else { return }
    reallocate(Swift.max(capacity, 1))
  }

  @inlinable @inline(never)
  mutating func grow(to capacity: Int) { reallocate(capacity) }

  @inlinable
  mutating func reallocate(_ capacity: Int) {
    let moved = unsafe Block.allocate(capacity)
    unsafe moved.moveInitialize(from: start, count: count)
    unsafe UnsafeMutableRawPointer(start).deallocate()
    unsafe start = moved
    allocated = capacity
  }
}

/// Each block has one owner and no shared state.
extension Block: @unchecked Sendable {}

extension Block where Element == UInt8 {
  /// The first byte, with at least 16 readable bytes behind the last; valid until the block grows.
  @unsafe @inlinable
  public mutating func paddedPointer() -> UnsafeMutablePointer<UInt8> {
    reserve(count + 16)
    return unsafe pointer
  }
}
