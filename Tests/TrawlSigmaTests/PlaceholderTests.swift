import Testing
import TrawlRules
import TrawlSigma

/// SEMANTICS 16: placeholders.
struct PlaceholderTests {
  @Test("a placeholder stands for each of its values")
  func expansion() throws {
    let placeholders = ["admins": ["root", "adm*"], "%host%": ["h"]]
    #expect(
      try tests(of: "f|expand: '%admins%'", placeholders: placeholders)
        == [.text(.equals("root")), .text(.startsWith("adm"))])
    #expect(
      try tests(of: #"f|contains|expand: '%host%\%admins%.x'"#, placeholders: placeholders)
        == [
          .text(.contains(#"h\root.x"#)),
          .text(TextPattern([.anyRun, .text(#"h\adm"#), .anyRun, .text(".x"), .anyRun])),
        ])
  }

  @Test("each value under all is an any of its placeholders' values")
  func all() throws {
    let rule = try itemRule("f|contains|all|expand: ['%a%', x]", placeholders: ["a": ["1", "2"]])
    #expect(rule.condition == .all([.any([.item(0), .item(1)]), .item(2)]))
    #expect(rule.items.map(\.value) == ["%a%", "%a%", "x"])
  }

  @Test("placeholders can hold numbers and networks")
  func otherValues() throws {
    #expect(
      try tests(of: "f|gt|expand: '%n%'", placeholders: ["n": ["5"]]) == [.number(.greater, .integer(5))])
    let ten = Network(address: [10, 0, 0, 0], prefixLength: 8)
    #expect(try tests(of: "f|cidr|expand: '%n%'", placeholders: ["n": ["10.0.0.0/8"]]) == [.network(ten)])
  }

  @Test("a rule with an unresolved placeholder is refused, and the placeholder is named")
  func unresolved() throws {
    let error = try itemError("f|expand: 'a%known_cdcs%'")
    #expect(error.reason == "unresolved placeholder" && error.message.contains("%known_cdcs%"))
    #expect(error.location == Location(file: "a.yml", line: 6, column: 19))
  }

  @Test("without expand percent signs are text, and single ones always")
  func text() throws {
    #expect(try pattern(of: "f: '%a%'") == .equals("%a%"))
    #expect(try pattern(of: "f|expand: '100%'") == .equals("100%"))
    #expect(try pattern(of: "f|expand: '%%'") == .equals("%%"))
  }

  @Test("placeholders that multiply beyond all measure are refused")
  func explosion() {
    let values = (0..<100).map { "v\($0)" }
    let parser = SigmaParser(placeholders: ["a": values])
    let documents = parser.parse(ruleText("s: {f|expand: '%a%%a%%a%'}\ncondition: s"), file: "a.yml")
    #expect(documents.diagnostics.map(\.reason) == ["too many placeholder values"])
  }

  @Test("a file of placeholders maps names to a value or a list")
  func file() {
    let text = "admins: [root, 'adm*']\n'%host%': h\nport: 22\n"
    let (values, diagnostics) = SigmaPlaceholders.parse(text, file: "p.yml")
    #expect(values == ["admins": ["root", "adm*"], "host": ["h"], "port": ["22"]] && diagnostics.isEmpty)
  }

  @Test(
    "mistakes in a file of placeholders are reported",
    arguments: ["- a", "a:", "a: {b: c}", "a: [[b]]", "a: [", "a: []"])
  func badFile(text: String) {
    #expect(SigmaPlaceholders.parse(text, file: "p.yml").diagnostics.count == 1)
  }
}
