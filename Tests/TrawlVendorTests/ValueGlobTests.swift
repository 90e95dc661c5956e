import Testing
import TrawlRules

@testable import TrawlCatalog

struct ValueGlobTests {
  @Test(
    arguments: [
      ("cmd.exe", "eq", "cmd.exe"), ("*\\cmd.exe", "ends_with", "\\cmd.exe"),
      ("/tmp/*", "starts_with", "/tmp/"),
      ("*whoami*", "match", "whoami"), ("**x**", "match", "x"), ("*", "exists", ""), ("**", "exists", ""),
      ("", "eq", ""), ("a*b", "glob", "a*b"), ("*a?b*", "glob", "*a?b*"), ("?", "glob", "?"),
      ("a[b]*c", "glob", "a[[]b]*c"),
    ])
  func `stars at the ends make the kind, and one inside a glob`(text: String, kind: String, value: String) {
    let reading = ValueGlob(text, anyText: "*", anyCharacter: "?").reading
    #expect(reading.kind.rawValue == kind)
    #expect(reading.value == value)
  }

  @Test func `literal wildcards stand in brackets in a glob, and as they are in plain kinds`() {
    #expect(ValueGlob(escaped: "a\\*b*c").reading.value == "a[*]b*c")
    #expect(ValueGlob(escaped: "a\\*b\\?*").reading == (.startsWith, "a*b?"))
    #expect(ValueGlob(literal: "*a*").reading == (.equals, "*a*"))
  }

  @Test func `LIKE of ES|QL takes a backslash before other characters as it is`() {
    #expect(ValueGlob(escaped: "C:\\\\Windows\\x*").reading == (.startsWith, "C:\\Windows\\x"))
  }
}
