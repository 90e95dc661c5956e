import TrawlEvents

/// Writes numbers and texts one after the other: little-endian, without gaps, so that equal contents are equal bytes.
package struct ByteWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
    unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func put(_ flag: Bool) { put(flag ? 1 as UInt8 : 0) }

  package mutating func put<Choice: RawRepresentable>(_ choice: Choice) where Choice.RawValue == UInt8 {
    put(choice.rawValue)
  }

  /// How many of something follow.
  package mutating func put(count: Int) { put(UInt32(count)) }

  /// A text with its length before it.
  package mutating func put(_ text: String) {
    put(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func put(_ text: String?) {
    put(text != nil)
    if let text { put(text) }
  }

  /// Bytes whose number the reader knows.
  package mutating func put(raw other: [UInt8]) { bytes += other }

  mutating func put(raw block: borrowing Block<UInt8>) {
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: block.pointer, count: block.count))
  }
}
