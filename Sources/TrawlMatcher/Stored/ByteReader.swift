import TrawlEvents

/// Why stored rules are not loaded.
public struct StoredRulesError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with them: `a test asks for a field that does not exist`.
  public let description: String

  package init(_ description: String) { self.description = description }
}

/// Reads what a `ByteWriter` wrote, from bytes that nobody vouches for: whatever they hold, it reads within them or throws.
package struct ByteReader: Sendable {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  /// Reads a part of `bytes`.
  package init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a part of the bytes")
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  package var remaining: Int { end - position }

  /// Throws unless all was read.
  package func finish() throws(StoredRulesError) {
    if remaining > 0 { throw StoredRulesError("something follows where nothing should") }
  }

  /// Passes over so many bytes: where they lie.
  package mutating func skip(_ count: Int) throws(StoredRulesError) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw StoredRulesError("it ends too early") }
    position += count
    return (position - count)..<position
  }

  package mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type = Number.self
  ) throws(StoredRulesError) -> Number {
    let offset = try skip(MemoryLayout<Number>.size).lowerBound
    let number = unsafe bytes.withUnsafeBytes { bytes in
      unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
    }
    return Number(littleEndian: number)
  }

  /// How many of something there are in all the world: not so many that sums overflow.
  package mutating func amount() throws(StoredRulesError) -> Int {
    let amount = try number(Int.self)
    guard (0..<(1 << 56)).contains(amount) else { throw StoredRulesError("a number that cannot be") }
    return amount
  }

  package mutating func flag() throws(StoredRulesError) -> Bool {
    switch try number(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw StoredRulesError("a flag is neither set nor unset")
    }
  }

  package mutating func choice<Choice: RawRepresentable>(
    _: Choice.Type = Choice.self
  ) throws(StoredRulesError) -> Choice where Choice.RawValue == UInt8 {
    guard let choice = Choice(rawValue: try number()) else {
      throw StoredRulesError("there is no such \(Choice.self)")
    }
    return choice
  }

  /// How many of something follow, each of at least `size` bytes: as many as there is room for.
  package mutating func count(of size: Int) throws(StoredRulesError) -> Int {
    let count = Int(try number(UInt32.self))
    guard count.multipliedReportingOverflow(by: size).overflow == false, count * size <= remaining else {
      throw StoredRulesError("it ends too early")
    }
    return count
  }

  package mutating func text() throws(StoredRulesError) -> String {
    let range = try skip(try count(of: 1))
    return String(decoding: bytes[range], as: UTF8.self)
  }

  package mutating func optionalText() throws(StoredRulesError) -> String? { try flag() ? try text() : nil }

  package mutating func raw(_ count: Int) throws(StoredRulesError) -> [UInt8] {
    Array(bytes[try skip(count)])
  }

  mutating func block(_ count: Int) throws(StoredRulesError) -> Block<UInt8> {
    let range = try skip(count)
    var block = Block<UInt8>(capacity: count)
    unsafe bytes.withUnsafeBytes {
      unsafe block.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[range]))
    }
    return block
  }
}
