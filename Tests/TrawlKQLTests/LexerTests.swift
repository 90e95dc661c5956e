import Testing
import TrawlKQL
import TrawlRows
import TrawlTestSupport

/// Literals and comments (KQL reference, section 2).
struct LexerTests {
  /// The value that a literal is read as.
  private func value(_ literal: String) throws -> KQLValue {
    let statements = try KQLSyntax.statements(of: "print x = \(literal)")
    guard case .query(let query) = statements.first, case .source(let step) = query.kind,
      case .print(let columns) = step.kind, case .literal(let value) = columns[0].value.kind
    else { throw Missing() }
    return value
  }

  private struct Missing: Error {}

  @Test(
    "strings of every form",
    arguments: [
      (#""a\"b\\c\td""#, "a\"b\\c\td"), (#"'it''s'"#, "its"), (#"'a\'b'"#, "a'b"),
      (#"@"C:\Windows\"# + "\"", "C:\\Windows\\"),
      (#"@"say ""x""""#, "say \"x\""), (#"@'it''s'"#, "it's"), (#"h"secret""#, "secret"), (#"H@'\x'"#, "\\x"),
      ("```two\nlines \\n```", "two\nlines \\n"), ("~~~a\"b~~~", "a\"b"), ("h```x```", "x"),
      (#""a" 'b'  @"c""#, "abc"), ("\"a\" // note\n \"b\"", "ab"), (#""\u0041\x42\103""#, "ABC"),
      (#""\U0001F600""#, "\u{1F600}"), (#""\377\0""#, "\u{FF}\u{0}"), (#""// no comment""#, "// no comment"),
      (#""\a\b\f\v\r\n""#, "\u{07}\u{08}\u{0C}\u{0B}\r\n"),
    ])
  func strings(literal: String, expected: String) throws {
    guard case .string(let text) = try value(literal) else { throw Missing() }
    #expect(Array(text.utf8) == Array(expected.utf8))
  }

  @Test(
    "numbers, timespans and typed literals",
    arguments: [
      ("42", KQLValue.integer(42)), ("0x1F", .integer(31)), ("1.5", .real(1.5)), ("1e3", .real(1000)),
      ("2.5e-1", .real(0.25)), ("7d", .timespan(7 * 864_000_000_000)), ("15m", .timespan(9_000_000_000)),
      ("1.5h", .timespan(54_000_000_000)), ("100ms", .timespan(1_000_000)), ("3ticks", .timespan(3)),
      ("timespan(2)", .timespan(2 * 864_000_000_000)), ("timespan(15 seconds)", .timespan(150_000_000)),
      ("time(0.12:34:56.7)", .timespan(452_967_000_000)), ("time(-1.00:00:00)", .timespan(-864_000_000_000)),
      ("datetime(null)", .null(.datetime)), ("int(7)", .integer(7)), ("long(0x10)", .integer(16)),
      ("real(2)", .real(2)), ("bool(true)", .bool(true)), ("true", .bool(true)),
      ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", .guid("74be27de-1e4e-49d9-b579-fe0b331d3642")),
      (
        "dynamic([1, -2, \"x\", null, true])",
        .list([.integer(1), .integer(-2), .string("x"), .null(.dynamic), .bool(true)])
      ),
      (
        "dynamic({\"a\": {\"b\": [1.5]}})",
        .bag([KQLMember("a", .bag([KQLMember("b", .list([.real(1.5)]))]))])
      ),
      ("dynamic(null)", .null(.dynamic)),
    ])
  func literals(literal: String, expected: KQLValue) throws {
    #expect(try value(literal) == expected)
  }

  @Test(
    "dates and times, UTC unless they say otherwise",
    arguments: [
      ("2024-02-29", 638_447_616_000_000_000 as Int64), ("2024-02-29T00:00:00Z", 638_447_616_000_000_000),
      ("2024-02-29 01:30", 638_447_670_000_000_000), ("2024-02-29T01:00:00+01:00", 638_447_616_000_000_000),
      ("2024-02-29 00:00:00.0000001", 638_447_616_000_000_001),
      ("Thu, 29 Feb 2024 00:00:00 GMT", 638_447_616_000_000_000),
      ("Thursday, 29-Feb-24 00:00:00 UTC", 638_447_616_000_000_000), ("0001-01-01", 0),
      ("2024", 638_396_640_000_000_000),
    ])
  func dates(text: String, ticks: Int64) throws {
    #expect(try value("datetime(\(text))") == .datetime(ticks))
  }

  @Test(
    "a datetime's text is the instant again",
    arguments: ["2024-02-29T23:59:59.1234567Z", "1601-01-01T00:00:00.0000000Z"])
  func datesAgain(text: String) throws {
    let ticks = try #require(KQLTime.datetime(parsing: text))
    #expect(KQLValue.datetime(ticks).text == text)
  }

  @Test(
    "what is no literal is refused with its place",
    arguments: [
      ("\"C:\\Windows\"", 104), ("\"open", 102), ("'a\nb'", 102), ("99999999999999999999", 105),
      ("1.5x", 105),
      ("datetime(2023-02-29)", 105), ("datetime(soon)", 105), ("timespan(soon)", 105), ("guid(1)", 105),
      ("“x”", 101),
      ("\"\\u12\"", 104), ("```open", 102),
    ])
  func mistakes(literal: String, code: Int) throws {
    let skipped = try onlySkipped("print x = 1, y = \(literal)")
    #expect(skipped.code == code)
    #expect(skipped.diagnostic.location.description.hasPrefix("q.kql:1:18"))
  }

  @Test("blanks of Unicode and comments stand anywhere")
  func blanks() throws {
    let text = "\u{FEFF}DeviceEvents // a table\n\u{A0}|\u{200B} where // a filter\n ActionType == 'x' // end"
    #expect(try loadedQuery(text).filters.count == 1)
  }
}
