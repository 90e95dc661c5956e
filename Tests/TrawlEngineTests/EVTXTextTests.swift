import Testing
import TrawlEvents
import TrawlTestSupport

@testable import TrawlDecoding

/// Texts that are written many bytes at a time are those that Swift makes one by one.
@Suite struct EVTXTextTests {
  /// What is written into room that is as small as it may be.
  static func written(room: Int = 80, _ write: (inout TextTail) -> Void) -> String {
    var block = Block<UInt8>(capacity: 1)
    block.append(UInt8(ascii: "<"))
    var tail = block.tail(room: room)
    write(&tail)
    block.take(tail)
    return String(decoding: (0..<block.count).map { block[$0] }, as: UTF8.self)
  }

  static let numbers: [UInt64] = {
    var random = SplitMix64(seed: 7)
    var numbers: [UInt64] = [0, .max]
    for bits in 0..<64 {
      numbers += [1 << bits, (1 << bits) - 1, .random(in: 0...(1 << bits), using: &random)]
    }
    var power: UInt64 = 1
    while power < 1_000_000_000_000_000_000 {
      power *= 10
      numbers += [power - 1, power, power + 1]
    }
    return numbers
  }()

  @Test func numbersAreWrittenAsSwiftPrintsThem() {
    for number in Self.numbers {
      #expect(Self.written { $0.append(decimal: number) } == "<\(number)")
      #expect(
        Self.written { $0.append(signed: Int64(bitPattern: number)) } == "<\(Int64(bitPattern: number))")
      let hexadecimal = String(number, radix: 16)
      #expect(Self.written { $0.append(hexadecimal: number) } == "<0x\(hexadecimal)")
      let byte = UInt8(truncatingIfNeeded: number)
      #expect(
        Self.written { $0.append(hex: byte) } == (byte < 16 ? "<0" : "<")
          + String(byte, radix: 16, uppercase: true))
    }
  }

  @Test func allNumbersOfFewDigitsAreRight() {
    for number in 0..<UInt64(100_000) {
      let text = Self.written { $0.append(decimal: number * 1000 + 7, atLeast: 8) }
      let digits = "\(number * 1000 + 7)"
      #expect(text == "<" + String(repeating: "0", count: 8 - digits.count) + digits)
    }
  }

  @Test func textsAreAsSwiftDecodesThem() {
    var random = SplitMix64(seed: 11)
    let others: [UInt16] = [0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0xD83D, 0xDE00, 0xDBFF, 0xFFFD, 0xFFFF, 0xFF41]
    for length in 0..<80 {
      for rarity in [1, 3, 20, 1000] {
        let units = (0..<length + 40).map { _ in
          Int.random(in: 0..<rarity, using: &random) == 0
            ? others.randomElement(using: &random) ?? 0 : UInt16.random(in: 0..<0x80, using: &random)
        }
        let expected = "<" + String(decoding: units.prefix(length), as: UTF16.self)
        for readable in [0, 1, 7, 8, 40] {
          let text = Self.written(room: 3 * length + 16) { tail in
            unsafe units.withUnsafeBytes { bytes in
              unsafe tail.append(
                utf16: UnsafeRawBufferPointer(rebasing: bytes.prefix(2 * length)),
                readable: 2 * (length + readable))
            }
          }
          #expect(Array(text.utf8) == Array(expected.utf8))
        }
      }
    }
  }

  @Test func theChecksumIsThatOfItsDefinition() {
    var random = SplitMix64(seed: 3)
    for count in [0, 1, 2, 63] {
      let words = (0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
      var checksum = CRC32()
      for word in words { checksum.add(word) }
      // Bit by bit.
      var expected = UInt32.max
      for word in words {
        for bit in 0..<64 {
          let isOdd = (expected & 1) ^ UInt32(truncatingIfNeeded: word >> UInt64(bit) & 1) == 1
          expected = isOdd ? 0xEDB8_8320 ^ expected >> 1 : expected >> 1
        }
      }
      #expect(checksum.value == ~expected)
    }
  }
}
