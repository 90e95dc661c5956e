import Testing
import TrawlRules

/// SEMANTICS 13: base64, base64offset and the kinds of UTF-16. Expected texts by Python's base64 and by pySigma.
struct EncodingTests {
  @Test(
    "base64 encodes the value",
    arguments: [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("ü", "w7w="), (#"a\*"#, "YSo=")])
  func base64(value: String, encoded: String) throws {
    #expect(try pattern(of: "f|base64|contains: '\(value)'") == .contains(encoded))
  }

  @Test(
    "base64offset keeps what does not depend on neighbours",
    arguments: [
      ("foobar", ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]), ("ab", ["YW", "Fi", "hY"]),
      ("http://", ["aHR0cDovL", "h0dHA6Ly", "odHRwOi8v"]),
    ])
  func base64offset(value: String, encoded: [String]) throws {
    let rule = try itemRule("f|base64offset|contains: '\(value)'")
    #expect(rule.items.map(\.predicate.test) == encoded.map { .text(.contains($0)) })
    #expect(rule.condition == .any([.item(0), .item(1), .item(2)]))
    #expect(rule.items.allSatisfy { $0.value == value })
  }

  @Test("wide is utf16le, before base64offset or alone", arguments: ["wide", "utf16le"])
  func wide(name: String) throws {
    let tests = try tests(of: "f|\(name)|base64offset|contains: foo")
    #expect(tests == ["ZgBvAG8A", "YAbwBvA", "mAG8Abw"].map { .text(.contains($0)) })
    #expect(try elements(of: "f|\(name): 'a*b'") == [.text("a\0"), .anyRun, .text("b\0")])
  }

  @Test("utf16be puts the high byte first, utf16 the byte order mark FF FE before low bytes")
  func byteOrders() throws {
    #expect(try pattern(of: "f|utf16be|base64: a") == .equals("AGE="))
    #expect(try pattern(of: "f|utf16|base64: a") == .equals("//5hAA=="))
    #expect(try pattern(of: "f|utf16le|base64: ü") == .equals("/AA="))
  }

  @Test("every value of base64offset under all is an any of its own")
  func allOfOffsets() throws {
    let rule = try itemRule("f|base64offset|contains|all: [abc, def]")
    #expect(
      rule.condition == .all([.any([.item(0), .item(1), .item(2)]), .any([.item(3), .item(4), .item(5)])]))
  }

  @Test(
    "what cannot be encoded is refused",
    arguments: [
      "f|base64: 'a*'", "f|base64offset|contains: a", "f|wide: ü", "f|utf16: a",
      "f|base64|base64|base64|base64|base64: a",
    ])
  func refusals(item: String) throws {
    let reason = try itemError(item).reason
    #expect(reason == "value cannot be encoded" || reason == "modifiers do not go together")
  }
}
