import TrawlEvents

/// Why bytes cannot be read: the file, the archive or its member.
public struct ReadError: Error, Sendable {
  public var message: String

  public init(_ message: String) { self.message = message }
}

/// Where bytes come from, one after the other: a file, a pipe, a member of an archive.
public protocol ByteInput: AnyObject {
  /// Appends so many bytes or less, and says how many; 0 at the end.
  func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int

  /// Whether `seek` works.
  var canSeek: Bool { get }

  /// Moves to a place, counted as `lseek` does, and says where that is; nil when it cannot.
  func seek(_ offset: Int64, _ whence: Int32) -> Int64?
}

extension ByteInput {
  public var canSeek: Bool { false }

  public func seek(_ offset: Int64, _ whence: Int32) -> Int64? { nil }
}

/// An input of which the beginning was read already, to see what it is.
public final class ResumedInput: ByteInput {
  private var head: [UInt8]
  private let rest: any ByteInput

  public init(head: [UInt8], rest: any ByteInput) {
    self.head = head
    self.rest = rest
  }

  public func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    if head.isEmpty { return try rest.append(to: &block, atMost: count) }
    let taken = min(count, head.count)
    for byte in head[..<taken] { block.append(byte) }
    head.removeFirst(taken)
    return taken
  }
}
