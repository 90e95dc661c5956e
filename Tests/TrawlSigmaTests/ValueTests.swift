import Testing
import TrawlRules

/// SEMANTICS 2 to 5 and 7: what a value of a rule stands for.
struct ValueTests {
  @Test(
    "backslashes take the meaning of wildcards and of themselves away",
    arguments: [
      (#"a\b"#, [.text(#"a\b"#)]),
      (#"a\\b"#, [.text(#"a\b"#)]),
      (#"\\\\host"#, [.text(#"\\host"#)]),
      (#"\\host"#, [.text(#"\host"#)]),
      (#"a\*b"#, [.text("a*b")]),
      (#"a\?b"#, [.text("a?b")]),
      (#"a\\*b"#, [.text(#"a\"#), .anyRun, .text("b")]),
      (#"a\\\*b"#, [.text(#"a\*b"#)]),
      (#"a\"#, [.text(#"a\"#)]),
      (#"a\\"#, [.text(#"a\"#)]),
      (#"\a\\\b"#, [.text(#"\a\\b"#)]),
    ] as [(String, [TextPattern.Element])])
  func escapes(value: String, expected: [TextPattern.Element]) throws {
    #expect(try elements(of: "f: '\(value)'") == expected)
  }

  @Test("wildcards are any run and any one character")
  func wildcards() throws {
    #expect(try elements(of: "f: 'a*b?c'") == [.text("a"), .anyRun, .text("b"), .anyOne, .text("c")])
    #expect(try elements(of: "f: '*'") == [.anyRun])
    #expect(try elements(of: "f: '**a'") == [.anyRun, .text("a")])
  }

  @Test("a wildcard within startswith, endswith and contains keeps its meaning over the whole value")
  func wildcardsWithinAnchors() throws {
    #expect(
      try elements(of: "f|endswith: 'pass*.txt'") == [.anyRun, .text("pass"), .anyRun, .text(".txt")])
    #expect(try elements(of: "f|startswith: 'a?b'") == [.text("a"), .anyOne, .text("b"), .anyRun])
    #expect(try elements(of: "f|contains: 'a*b'") == [.anyRun, .text("a"), .anyRun, .text("b"), .anyRun])
  }

  @Test("contains, startswith, endswith and equality differ in their free ends")
  func anchors() throws {
    #expect(try pattern(of: "f: x") == .equals("x"))
    #expect(try pattern(of: "f|contains: x") == .contains("x"))
    #expect(try pattern(of: "f|startswith: x") == .startsWith("x"))
    #expect(try pattern(of: "f|endswith: x") == .endsWith("x"))
  }

  @Test("values compare without regard to case unless cased")
  func caseMatters() throws {
    #expect(try pattern(of: "f: x").isCased == false)
    #expect(try pattern(of: "f|cased: x") == .equals("x", isCased: true))
    #expect(try pattern(of: "f|contains|cased: x") == .contains("x", isCased: true))
    #expect(try pattern(of: "f|cased|endswith: x") == .endsWith("x", isCased: true))
  }

  @Test(
    "an integer equals its decimal text, however YAML spells it",
    arguments: [
      ("4688", "4688"), ("'4688'", "4688"), ("'04688'", "04688"), ("0x10", "16"), ("010", "8"), ("08", "08"),
      ("0b11", "3"), ("1_000", "1000"), ("+5", "5"), ("-5", "-5"), ("-0", "0"), ("1:30", "90"),
      ("0o17", "0o17"),
      ("99999999999999999999", "99999999999999999999"), ("1.0", "1"), ("1e3", "1e3"), ("1.0e+3", "1000"),
    ])
  func integers(spelling: String, text: String) throws {
    #expect(try pattern(of: "f: \(spelling)") == .equals(text))
  }

  @Test("a number with a fraction compares as a number, in quotes as text")
  func reals() throws {
    #expect(try tests(of: "f: 1.5") == [.number(.equal, .real(1.5))])
    #expect(try pattern(of: "f: '1.50'") == .equals("1.50"))
  }

  @Test(
    "booleans are the texts true and false",
    arguments: [("true", "true"), ("True", "true"), ("no", "false"), ("ON", "true"), ("'yes'", "yes")])
  func booleans(spelling: String, text: String) throws {
    #expect(try pattern(of: "f: \(spelling)") == .equals(text))
  }

  @Test("a spelling that YAML reads as something else gets a warning")
  func surprises() {
    #expect(warnings(ruleText("s: {f: [0x10, yes, 010]}\ncondition: s")).count == 3)
    #expect(warnings(ruleText("s: {f: [16, true, '010']}\ncondition: s")).isEmpty)
  }

  @Test(
    "null, ~ and nothing are null; the empty text is the empty text", arguments: ["null", "~", "", "NULL"])
  func nullAndEmpty(spelling: String) throws {
    #expect(try tests(of: "f: \(spelling)") == [.null])
    #expect(try itemRule("f: \(spelling)").items[0].value == "null")
    #expect(try elements(of: "f: ''").isEmpty)
    #expect(try tests(of: "f: 'null'") == [.text(.equals("null"))])
  }

  @Test("null is one of a list of values, and can be negated")
  func nullInList() throws {
    #expect(try tests(of: "f: [a, null]") == [.text(.equals("a")), .null])
    #expect(try itemRule("f|neq: null").condition == .not(.item(0)))
  }

  @Test("null with a modifier that needs a text is refused")
  func nullWithModifier() throws {
    #expect(try itemError("f|contains: null").reason == "value does not suit modifier")
  }

  @Test("an item tells what the rule wrote")
  func items() throws {
    let item = try itemRule(#"Some Field|contains|all: '\a*'"#).items[0]
    #expect(item.searchIdentifier == "s" && item.field == "Some Field")
    #expect(item.modifiers == ["contains", "all"] && item.value == #"\a*"#)
    #expect(item.predicate.subject == .field("SomeField"))
  }
}
