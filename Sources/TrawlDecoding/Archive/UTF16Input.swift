import TrawlEvents

/// Text of two bytes a character, read as UTF-8.
public final class UTF16Input: ByteInput {
  public enum ByteOrder: Sendable {
    case little, big

    /// By a byte order mark; nil when the bytes are none.
    public init?(_ first: UInt8, _ second: UInt8) {
      switch (first, second) {
      case (0xFF, 0xFE): self = .little
      case (0xFE, 0xFF): self = .big
      default: return nil
      }
    }
  }

  private let source: any ByteInput
  private let order: ByteOrder
  private var bytes = Block<UInt8>(capacity: 1 << 16)

  public init(_ source: any ByteInput, _ order: ByteOrder) {
    self.source = source
    self.order = order
  }

  /// A character takes up to three bytes for the two that it had: so many may be appended beyond `count`.
  public func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    let start = block.count
    while block.count == start {
      let left = bytes.count
      guard try source.append(to: &bytes, atMost: max(2, count)) > 0 else {
        // Half a character, or half a pair of them, at the end.
        if left > 0 { block.append(scalar: "\u{FFFD}") }
        bytes.truncate(to: 0)
        break
      }
      if order == .big { swapBytes(from: left & ~1) }
      let whole = wholeCharacters
      unsafe block.append(utf16: UnsafeRawBufferPointer(start: bytes.pointer, count: whole))
      unsafe bytes.pointer.update(from: bytes.pointer + whole, count: bytes.count - whole)
      bytes.truncate(to: bytes.count - whole)
    }
    return block.count - start
  }

  /// Bytes that do not end within a pair of surrogates.
  private var wholeCharacters: Int {
    let even = bytes.count & ~1
    return even >= 2 && bytes[even - 1] & 0xFC == 0xD8 ? even - 2 : even
  }

  private func swapBytes(from start: Int) {
    for place in stride(from: start, to: bytes.count - 1, by: 2) {
      (bytes[place], bytes[place + 1]) = (bytes[place + 1], bytes[place])
    }
  }
}
