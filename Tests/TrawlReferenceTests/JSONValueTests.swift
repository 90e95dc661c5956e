import Testing
import TrawlTestSupport

@Suite struct JSONValueTests {
  @Test func aNumberKeepsItsSpelling() throws {
    #expect(
      try JSONValue(parsing: "[1.0, 1e3, -0]") == .array([.number("1.0"), .number("1e3"), .number("-0")]))
  }

  @Test func ofARepeatedNameTheLastIsKept() throws {
    #expect(
      try JSONValue(parsing: #"{"a":1,"b":2,"\u0061":3}"#)
        == .object([JSONValue.Member("b", .number("2")), JSONValue.Member("a", .number("3"))]))
  }

  @Test func escapesStandForCharacters() throws {
    #expect(
      try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#)
        == .string("\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}"))
  }

  @Test(arguments: [#""\ud83d""#, #""\ude00""#])
  func halfASurrogatePairIsTheReplacementCharacter(_ text: String) throws {
    #expect(try JSONValue(parsing: text) == .string("\u{FFFD}"))
  }

  @Test func halfAPairBeforeAnotherEscapeLeavesThatOneAlone() throws {
    #expect(try JSONValue(parsing: #""\ud83d\u0041""#) == .string("\u{FFFD}A"))
  }

  @Test(arguments: [
    "", "{", "[1,]", #"{"a":1,}"#, #"{"a" 1}"#, "01", "1.", ".5", "+1", "1e", "nul", "True", #""a"#, "\"\n\"",
    #""\x41""#, #""\u12g4""#, "{} {}", "[1 2]", "'a'", "NaN",
  ])
  func whatIsNotJSONIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test func theCompactTextOfAValueIsThatValue() throws {
    var random = RandomRules(seed: 9)
    for _ in 0..<300 {
      let text = random.event(for: [random.rule()])
      let value = try JSONValue(parsing: text)
      #expect(try JSONValue(parsing: value.compactText) == value)
    }
  }
}
