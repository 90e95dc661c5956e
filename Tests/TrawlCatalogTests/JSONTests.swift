import Testing
import TrawlTestSupport

@testable import TrawlCatalog

struct JSONTests {
  private func read(_ text: String) throws -> JSON { try JSON(Array(text.utf8)[...]) }

  private func text(_ value: JSON) -> String { String(decoding: value.bytes().dropLast(), as: UTF8.self) }

  @Test(arguments: [
    "</script><!--", "\u{202E}gnp.exe\u{200B}", "\u{0}\u{1B}[2J\r\n\t", "\"\\\u{7F}\u{85}",
    "\u{E0041}\u{1F600}ä", "\u{2028}\u{2029}\u{FEFF}", "",
  ])
  func `hostile text comes back as it was, and its bytes show nothing hidden`(_ hostile: String) throws {
    let value = JSON.object(["x": hostile.json])
    let written = text(value)
    #expect(try read(written) == value)
    #expect(try JSONValue(parsing: written)["x"] == .string(hostile))
    for scalar in written.unicodeScalars {
      #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
      #expect(!scalar.properties.isBidiControl && !(0x2028...0x2029).contains(scalar.value))
      #expect(!(0x200B...0x200D).contains(scalar.value) && !(0xE0000...0xE007F).contains(scalar.value))
    }
  }

  @Test func `members stand in the order of their names, those without a value not at all`() {
    let value = JSON.object(["b": 1.json, "a": nil, "B": .array([.null, .bool(true)])])
    #expect(text(value) == "{\"B\":[null,true],\"b\":1}")
  }

  @Test func `lines are as deep as asked for`() {
    let value = JSON.object(["a": .array([.object(["x": 1.json]), 2.json]), "b": .array([])])
    #expect(
      String(decoding: value.bytes(lines: 2), as: UTF8.self)
        == "{\n\"a\":[\n{\"x\":1},\n2\n],\n\"b\":[]\n}\n")
  }

  @Test func `escapes and surrogates are read, half a surrogate is no character`() throws {
    let text = #"["\u0041\ud83d\ude00", "\ud83dx", "\ud83d\u0041", "\/\b\f"]"#
    #expect(try read(text).texts == ["A\u{1F600}", "\u{FFFD}x", "\u{FFFD}A", "/\u{8}\u{c}"])
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "[1 2]", "1.5", "1e3", "-", "nul", "\"a", "\"\\x\"",
    "\"\\u12\"",
    "[] []", "\"\u{1}\"", "99999999999999999999", "{a:1}",
  ])
  func `what is no JSON of a catalogue is refused with its place`(_ text: String) {
    #expect(throws: JSONProblem.self) { try read(text) }
  }

  @Test func `nesting has a bound`() throws {
    let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    #expect(try read(deep).elements?.count == 1)
    #expect(throws: JSONProblem.self) { try read(String(repeating: "[", count: 100_000)) }
  }
}
