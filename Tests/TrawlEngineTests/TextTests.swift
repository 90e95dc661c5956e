import Testing
import TrawlEvents

@testable import TrawlMatcher
@testable import TrawlScanner

@Suite struct FoldTests {
  @Test func everyCodePointFoldsToOneByTheSimpleMappingOfUnicode() {
    for value in (0...0x10FFFF as ClosedRange<UInt32>) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let mapped = Array(scalar.properties.lowercaseMapping.unicodeScalars)
      #expect(Fold.lowercase(scalar) == mapped[0], "U+\(String(value, radix: 16))")
      #expect(mapped.count == 1 || value == 0x130)
    }
  }

  @Test func foldingTwiceIsFoldingOnce() {
    for value in (0...0x10FFFF as ClosedRange<UInt32>) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let folded = Fold.lowercase(scalar)
      #expect(Fold.lowercase(folded) == folded)
    }
  }

  @Test(arguments: [
    ("ß", "ß"), ("İ", "i"), ("\u{212A}", "k"), ("ẞ", "ß"), ("Σ", "σ"), ("ς", "ς"), ("ſ", "ſ"), ("𐐀", "𐐨"),
  ])
  func aLetterFoldsAsTheSemanticsSay(_ letter: String, _ folded: String) {
    #expect(Fold.lowercase(letter) == Array(folded.utf8))
  }

  @Test(arguments: ["", "PowerShell.EXE", "ÄÖ Straße", "a\u{0}B", "🐟K\u{212A}k"])
  func bytesFoldAsTextsDo(_ text: String) {
    var folded = Block<UInt8>()
    let bytes = Array(text.utf8)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe Fold.append(base, count: bytes.count, to: &folded)
    }
    #expect((0..<folded.count).map { folded[$0] } == Fold.lowercase(text))
  }

  @Test func bytesThatAreNoUTF8BecomeReplacementCharacters() {
    var folded = Block<UInt8>()
    let bytes: [UInt8] = [0x41, 0xFF, 0x42, 0xC3]
    unsafe bytes.withUnsafeBufferPointer { unsafe Fold.append($0.baseAddress!, count: 4, to: &folded) }
    #expect((0..<folded.count).map { folded[$0] } == Array("a\u{FFFD}b\u{FFFD}".utf8))
  }
}

@Suite struct JSONTextTests {
  private func unescaped(_ text: String) -> String {
    unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe JSONText.unescaped($0) }
  }

  @Test(arguments: [
    ("", ""), ("plain ä", "plain ä"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#"\u0041\u00e9\u20AC"#, "Aé€"),
    (#"\ud83d\ude00"#, "😀"), (#"\uD83D\uDE00x"#, "😀x"), (#"\u0000"#, "\u{0}"),
  ])
  func anEscapeStandsForItsCharacter(_ source: String, _ text: String) {
    #expect(unescaped(source) == text)
  }

  @Test(arguments: [
    (#"\ud83d"#, "\u{FFFD}"), (#"\ude00"#, "\u{FFFD}"), (#"\ud83d\u0041"#, "\u{FFFD}A"),
    (#"\ud83dx"#, "\u{FFFD}x"),
    (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
  ])
  func halfASurrogatePairIsTheReplacementCharacter(_ source: String, _ text: String) {
    #expect(unescaped(source) == text)
  }

  @Test(arguments: [#"C:\Windows"#, #"\x41"#, #"\u12g4"#, #"\u12"#, #"\ü"#, #"a\"#, #"\u"#])
  func whatIsNoEscapeIsText(_ source: String) {
    #expect(unescaped(source) == source)
  }

  @Test func aTextIsNeverLongerThanItsSource() {
    var random = SystemRandomNumberGenerator()
    let pieces = ["\\", "u", "d83d", "de00", "0041", "n", "é", "😀", "x", "\""]
    for _ in 0..<2000 {
      let source = (0..<8).map { _ in pieces.randomElement(using: &random)! }.joined()
      #expect(unescaped(source).utf8.count <= source.utf8.count)
    }
  }
}

@Suite struct AddressTests {
  private func isWithin(_ text: String, _ address: [UInt8], _ length: Int) -> Bool? {
    let network = NetworkEntry(address: address, prefixLength: length)
    return unsafe Array(text.utf8).withUnsafeBufferPointer {
      unsafe IPAddress($0).map { network.contains($0) }
    }
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "1::", "FE80::1", "fe80::1%eth0",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::", "::ffff:10.0.0.1", "1:2:3:4:5:6:1.2.3.4", "0001:0002::",
  ])
  func anyUsualSpellingIsAnAddress(_ text: String) {
    let isVersion6 = text.contains(":")
    #expect(isWithin(text, Array(repeating: 0, count: isVersion6 ? 16 : 4), 0) == true)
    #expect(isWithin(text, Array(repeating: 0, count: isVersion6 ? 4 : 16), 0) == false)
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/8", "1.2.3.4:80",
    "a.b.c.d",
    "1..2.3", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "fe80::1%",
    "%eth0", "::1%a%b",
    "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "::ffff:10.0.0.01",
  ])
  func anythingElseIsNone(_ text: String) {
    #expect(isWithin(text, [0, 0, 0, 0], 0) == nil)
  }

  @Test func aNetworkHoldsTheAddressesThatShareItsPrefix() {
    var random = SystemRandomNumberGenerator()
    for count in [4, 16] {
      for length in 0...(count * 8) {
        let address = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text =
          count == 4
          ? address.map(String.init).joined(separator: ".")
          : (0..<8).map { String(UInt16(address[2 * $0]) << 8 | UInt16(address[2 * $0 + 1]), radix: 16) }
            .joined(separator: ":")
        var network = address
        for bit in length..<(count * 8) { network[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        #expect(isWithin(text, network, length) == true)
        guard length > 0 else { continue }
        network[(length - 1) / 8] ^= 0x80 >> UInt8((length - 1) % 8)
        #expect(isWithin(text, network, length) == false)
      }
    }
  }
}

@Suite struct NumberTests {
  private func holds(_ text: String, _ comparison: NumberEntry.Comparison, _ number: Int64) -> Bool {
    let entry = NumberEntry(comparison: comparison, isInteger: true, integer: number, real: Double(number))
    return unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe entry.holds(for: $0) }
  }

  @Test(arguments: ["7", "7.0", "70e-1", "0.7e1", "07"])
  func aDecimalNumberCompares(_ text: String) {
    #expect(holds(text, .equal, 7) && holds(text, .less, 8) && holds(text, .greaterOrEqual, 7))
    #expect(!holds(text, .less, 7) && !holds(text, .greater, 7))
  }

  @Test(arguments: ["", "0x7", "7 ", " 7", "7a", "seven", ".7", "7.", "7e", "--7", "7e+", "١"])
  func anythingElseIsLessThanNothing(_ text: String) {
    for comparison in [NumberEntry.Comparison.less, .lessOrEqual, .greater, .greaterOrEqual, .equal] {
      #expect(!holds(text, comparison, 7))
    }
  }

  @Test func integersCompareExactlyOver64Bits() {
    #expect(holds("9007199254740993", .greater, 9_007_199_254_740_992))
    #expect(holds("9223372036854775806", .less, .max))
    #expect(!holds("9223372036854775807", .less, .max))
    #expect(holds("-9223372036854775808", .equal, .min))
  }
}

@Suite struct DateTests {
  private func text(_ source: String) -> String? { DateText(source.utf8)?.text }

  @Test(arguments: [
    ("2026-01-15T10:58:38.756Z", "2026-01-15T10:58:38.756Z"),
    ("2026-01-15 10:58", "2026-01-15T10:58:00.000Z"),
    ("2026/01/15", "2026-01-15T00:00:00.000Z"),
    ("2026-01-15T10:58:38.1234567Z", "2026-01-15T10:58:38.123456Z"),
    ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"),
    ("2025-12-31T23:30:00-0130", "2026-01-01T01:00:00.000Z"),
    ("2024-02-29", "2024-02-29T00:00:00.000Z"), ("1600-01-01T00:00:00Z", "1600-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ("1772700000", "2026-03-05T08:40:00.000Z"), ("1772700000123", "2026-03-05T08:40:00.123Z"),
    ("1772700000123456789", "2026-03-05T08:40:00.123456Z"),
    ("1772700000.5", "2026-03-05T08:40:00.500Z"), ("1772700000123456", "2026-03-05T08:40:00.123456Z"),
  ])
  func aDateIsUnderstood(_ source: String, _ canonical: String) {
    #expect(text(source) == canonical)
  }

  @Test(arguments: [
    "2026-02-29", "2026-02-31T00:00:00Z", "2026-04-31", "1900-02-29", "2026-13-01", "2026-00-10",
    "2026-01-00", "2026-1-1",
    "2026-01-15T24:00:00Z", "2026-01-15T10:60:00Z", "2026-01-15T10:58:61Z", "2026-01-15T", "2026-01-15T10",
    "2026-01-15x",
    "2026-01-15T10:58:38Zx", "12:00:00", "", "now", "7", "99999999", "1e9", "0000-01-01",
  ])
  func whatIsNoDateIsRefused(_ source: String) {
    #expect(text(source) == nil)
  }

  @Test(arguments: [
    ("2026-01-01", 1), ("2025-12-29", 1), ("2025-12-28", 52), ("2027-01-03", 53), ("2020-12-31", 53),
    ("1970-01-01", 1),
    ("1969-12-31", 1),
  ])
  func weeksAreThoseOfISO8601(_ source: String, _ week: Int) {
    #expect(DateText(source.utf8)?.part(.week) == week)
  }

  @Test func everyDayOfFourHundredYearsIsItself() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var last = Int64.min
    for year in 1800..<2200 {
      for month in 1...12 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        for day in 1...(month == 2 && isLeap ? 29 : lengths[month - 1]) {
          let date = DateText("\(year)-\(padded(month))-\(padded(day))".utf8)
          #expect(last == .min || date?.microseconds == last + 86_400_000_000)
          #expect(date?.part(.year) == year && date?.part(.month) == month && date?.part(.day) == day)
          last = date?.microseconds ?? 0
        }
      }
    }
  }
}

@Suite struct NaturalOrderTests {
  @Test func digitsCompareAsNumbersAndAllElseAsBytes() {
    let names = ["", "a", "a1", "a2", "a10", "a10b", "a010c", "b", "log2.json", "log10.json", "ä"]
    for (index, left) in names.enumerated() {
      for (other, right) in names.enumerated() {
        #expect(
          LogFile.isInNaturalOrder(Array(left.utf8), Array(right.utf8)) == (index < other), "\(left) \(right)"
        )
      }
    }
  }
}

@Suite struct NewlineTests {
  @Test func newlinesAreCountedWhereverTheyLie() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
        [10, 13, 65].randomElement(using: &random)! as UInt8
      }
      let count = unsafe bytes.withUnsafeBufferPointer { unsafe newlines($0.baseAddress!, $0.count) }
      #expect(count == bytes.count { $0 == 10 })
    }
  }
}
