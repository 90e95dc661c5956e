import Testing
import TrawlRules
import TrawlTestSupport

/// Tests of parts of values: the engine, with all that announces and prefilters, says what the plain reference says.
@Suite struct ValuePartTests {
  static let values = [
    "C:\\Windows\\System32\\cmd.exe", "cmd.exe", "a/b\\c", "", "LAB\\Ada", "NT AUTHORITY\\SYSTEM", "ada",
    "MD5=AB12CD,SHA256=00FFAA,IMPHASH=77", "SHA1=AB12,MD5=ff", "XMD5=AB", "sha256=,MD5=ab12cd", "MD5=AB",
    "0x3e7", "0X1A2C", "0xFFFFFFFFFFFFFFFF", "999", "0x", "12a", "0x10000000000000000", "007",
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\evil", "hklm", "HKLMX\\a", "HKU\\S-1-5-21\\Run",
    "\\REGISTRY\\MACHINE\\SYSTEM\\Services\\x", "\\REGISTRY\\USER\\S-1\\Run", "HK\u{212A}LM\\a",
    "DWORD (0x00000001)", "DWORD (0x0000000f)", "DWORD (0xzz)", "QWORD (0x00000001-0x00000002)",
    "Binary Data",
    "1", "15", "C:\\evil (1)", "10.1.2.3", "172.20.0.1", "172.32.0.1", "8.8.8.8", "127.0.0.1", "::1",
    "fe80::1%eth0", "2001:0:1::1", "::ffff:10.0.0.1", "ff02::1", "255.255.255.255", "169.254.1.1", "::", "3",
    "10", "14", "tcp", "UDP", "17", "sctp", "%%1936", "%%1938", "S-1-16-12288", "s-1-16-16384", "CreateKey",
    "SetValue", "DeleteValue", "%%1906", "İK\\ſ\u{212A}", "HKEY_LOCAL_MACHINE\\SOFTWARE\\A",
    "HKEY_LOCAL_MACHINE\\System\\ControlSet001\\Run", "hkey_current_user\\S-1-5-21\\Run",
    "HKEY_CURRENT_USER\\Run",
    "HKEY_USERS", "HKEY_USERSX\\a", "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet0012\\Run", "RegistryValueSet",
    "4294967295",
    "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002", "4294967296",
  ]

  private struct Maker {
    var random: SplitMix64

    mutating func pick<Value>(_ values: [Value]) -> Value {
      values.randomElement(using: &random) ?? values[0]
    }

    /// A piece of a text that the part is of one of the values, or nearly.
    mutating func piece(_ part: ValuePart) -> String {
      let text = Array(part.of(pick(ValuePartTests.values)).unicodeScalars)
      guard !text.isEmpty else { return pick(["", "a", "\\"]) }
      let start = Bool.random(using: &random) ? 0 : Int.random(in: 0..<text.count, using: &random)
      let end =
        Bool.random(using: &random) ? text.count : Int.random(in: start..<text.count, using: &random) + 1
      let piece = String(String.UnicodeScalarView(text[start..<max(start, end)]))
      return pick([piece, piece, piece.uppercased(), piece.lowercased()])
    }

    mutating func test(_ part: ValuePart) -> TrawlRules.Test {
      let isCased = Int.random(in: 0..<3, using: &random) == 0
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2: return .text(.equals(piece(part), isCased: isCased))
      case 3: return .text(.contains(piece(part), isCased: isCased))
      case 4: return .text(.startsWith(piece(part), isCased: isCased))
      case 5: return .text(.endsWith(piece(part), isCased: isCased))
      case 6:
        return .text(TextPattern([.text(piece(part)), .anyRun, .text(piece(part))], isCased: isCased))
      case 7: return Needle(piece(part), pick(Needle.Place.allCases), isCased: isCased).test
      case 8:
        return .regularExpression(
          RegularExpression(pick(["^[a-z]+$", "system", "Run", "^\\d+$", "MACHINE", "^$", "cmd", "ff"])))
      default: return .number(pick([.equal, .greater]), .integer(pick([1, 15, 999, 6700])))
      }
    }

    mutating func rule(_ number: Int) -> Rule {
      let items = (0..<2).map { _ in
        let part = pick(ValuePart.allCases)
        return Rule.Item(
          predicate: Predicate(.part(part, "v"), test(part)), searchIdentifier: "s", field: "v",
          modifiers: [], value: "")
      }
      let conditions: [Condition] = [
        .item(0), .any([.item(0), .item(1)]), .all([.item(0), .not(.item(1))]),
      ]
      return Rule(
        id: "\(number)", title: "\(number)", location: Location(file: "x"), logSource: RandomRules.given,
        items: items, condition: pick(conditions))
    }
  }

  @Test(arguments: 0..<6)
  func theEngineAgreesWithTheReferenceOnPartsOfValues(seed: Int) throws {
    var maker = Maker(random: SplitMix64(seed: UInt64(seed)))
    let rules = (0..<80).map { maker.rule($0) }
    let events = ValuePartTests.values.map {
      JSONValue.object([JSONValue.Member("v", .string($0))]).compactText
    }
    let expected = try events.map { try Reference.matches(rules, $0, given: RandomRules.given) }
    let found = try EngineUnderTest(rules, given: RandomRules.given).matches(events)
    for (index, event) in events.enumerated() where found[index] != expected[index] {
      let wrong = Set(found[index]).symmetricDifference(expected[index]).sorted().prefix(3)
      Issue.record("\(event): \(wrong.compactMap { Int($0) }.map { rules[$0].items.map(\.predicate) })")
    }
  }

  @Test func eachPartSaysSomethingOfSomeValue() {
    for part in ValuePart.allCases {
      #expect(Self.values.contains { !part.of($0).isEmpty && part.of($0) != $0 }, "\(part)")
    }
  }
}
