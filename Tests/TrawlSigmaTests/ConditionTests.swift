import Testing
import TrawlRules
import TrawlSigma

/// SEMANTICS 19 and 20: conditions.
struct ConditionTests {
  /// Of a rule with search identifiers of one item each; items count in the order in which the condition names them.
  private func condition(_ text: String, names: [String] = ["a", "b", "c"]) throws -> Condition {
    try loadedRule(conditionText(text, names: names)).condition
  }

  private func conditionText(_ text: String, names: [String]) -> String {
    ruleText((names.map { "\($0): {f: \($0)}" } + ["condition: \(text)"]).joined(separator: "\n"))
  }

  private func error(_ text: String, names: [String] = ["a", "b", "selection"]) throws -> Diagnostic {
    try onlyError(conditionText(text, names: names))
  }

  @Test("not binds tightest, then and, then or")
  func precedence() throws {
    #expect(
      try condition("a or not b and c") == .any([.item(0), .all([.not(.item(1)), .item(2)])]))
    #expect(try condition("(a or b) and c") == .all([.any([.item(0), .item(1)]), .item(2)]))
    #expect(try condition("not (a or b)") == .not(.any([.item(0), .item(1)])))
    #expect(try condition("not not a") == .item(0))
    #expect(try condition("(a)and(not(b))") == .all([.item(0), .not(.item(1))]))
  }

  @Test("a search identifier named twice has its items once")
  func sharing() throws {
    let rule = try loadedRule(conditionText("a and b or a and c", names: ["a", "b", "c"]))
    #expect(rule.items.count == 3)
    #expect(rule.condition == .any([.all([.item(0), .item(1)]), .all([.item(0), .item(2)])]))
  }

  @Test("1 of and any of are or, all of is and")
  func quantifiers() throws {
    let three: [Condition] = [.item(0), .item(1), .item(2)]
    #expect(try condition("1 of them") == .any(three))
    #expect(try condition("any of them") == .any(three))
    #expect(try condition("all of them") == .all(three))
    #expect(try condition("not 1  of them") == .not(.any(three)))
    #expect(try condition("1 of a") == .item(0))
  }

  @Test(
    "patterns have stars anywhere",
    arguments: [
      ("sel_*", ["sel_a", "sel_b"]), ("*_a", ["sel_a", "flt_a"]), ("s*_*", ["sel_a", "sel_b"]),
      ("*", ["sel_a", "sel_b", "flt_a"]),
      ("*l*a", ["sel_a", "flt_a"]), ("_*", ["_x"]), ("_x", ["_x"]),
    ])
  func patterns(pattern: String, expected: [String]) throws {
    let rule = try loadedRule(conditionText("1 of \(pattern)", names: ["sel_a", "sel_b", "flt_a", "_x"]))
    #expect(rule.items.map(\.searchIdentifier) == expected)
  }

  @Test("names that begin with an underscore are left out of them")
  func underscores() throws {
    let rule = try loadedRule(conditionText("1 of them", names: ["a", "_b"]))
    #expect(rule.items.map(\.searchIdentifier) == ["a"])
  }

  @Test("words end at blanks and parentheses, not within names")
  func names() throws {
    let names = ["and-y", "not_me", "order", "x.of"]
    #expect(
      try condition("and-y and not not_me or (order and x.of)", names: names)
        == .any([.all([.item(0), .not(.item(1))]), .all([.item(2), .item(3)])]))
  }

  @Test("a list of conditions is or")
  func lists() throws {
    #expect(try condition("[a and b, c]") == .any([.all([.item(0), .item(1)]), .item(2)]))
    #expect(try loadedRule(conditionText("[a, b]", names: ["a", "b"])).metadata.conditions == ["a", "b"])
  }

  @Test("timeframe beside a condition is no search identifier")
  func timeframe() throws {
    let rule = try loadedRule(ruleText("a: {f: x}\ntimeframe: 5m\ncondition: all of them"))
    #expect(rule.items.count == 1 && rule.condition == .item(0))
  }

  @Test("a search identifier that no condition names gets a warning")
  func unused() {
    #expect(warnings(conditionText("a", names: ["a", "b"])) == ["unused search identifier"])
  }

  @Test(
    "mistakes are named with their column and what to write",
    arguments: [
      ("a and selektion", 22, "unknown search identifier", "write selection"),
      ("a AND b", 18, "operator not in lower case", "write and"),
      ("NOT a", 16, "operator not in lower case", "write not"),
      ("a | count() by b > 5", 18, "aggregation in condition", nil),
      ("a and (b", 22, "unbalanced parentheses", "add a ')'"),
      ("a or b)", 22, "unbalanced parentheses", nil),
      ("a b", 18, "missing operator", nil),
      ("a and", 16, "condition ends early", nil),
      ("and a", 16, "misplaced operator", nil),
      ("2 of sel*", 16, "unknown quantifier", "write 1 of, any of or all of"),
      ("ALL of them", 16, "unknown quantifier", "write all"),
      ("1 of filter_*", 21, "pattern without match", nil),
      ("1 of selektion*", 21, "pattern without match", "write selection"),
      ("1 of", 16, "nothing behind of", nil),
      ("them", 16, "unknown search identifier", "write 1 of them or all of them"),
      ("a or sel*", 21, "unknown search identifier", "write 1 of sel* or all of sel*"),
      ("()", 17, "unbalanced parentheses", nil),
      ("''", 16, "empty condition", nil),
    ] as [(String, Int, String, String?)])
  func mistakes(text: String, column: Int, reason: String, advice: String?) throws {
    let error = try error(text)
    #expect(error.reason == reason)
    #expect(error.location == Location(file: "a.yml", line: 8, column: column))
    if let advice { #expect(error.advice == advice) }
  }

  @Test("an aggregation is refused with a word on correlation rules")
  func aggregation() throws {
    #expect(try error("a | count() by x > 5").advice?.contains("correlation rule") == true)
  }

  @Test("a mistake in a condition over several lines has its line")
  func foldedCondition() throws {
    let error = try error(">\n        a and\n          (b or oops)\n")
    #expect(error.location == Location(file: "a.yml", line: 10, column: 21))
  }

  @Test("all unknown search identifiers are reported")
  func severalMistakes() {
    let documents = SigmaParser().parse(conditionText("x and y or 1 of z*", names: ["a"]), file: "a.yml")
    #expect(documents.diagnostics.count == 3)
  }

  @Test("a hundred thousand parentheses or nots are no danger")
  func depth() throws {
    let parentheses = String(repeating: "(", count: 100_000) + "a" + String(repeating: ")", count: 100_000)
    #expect(try error(parentheses).reason == "condition nested too deeply")
    #expect(try condition(String(repeating: "not ", count: 100_001) + "a") == .not(.item(0)))
    let hundred = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
    #expect(try condition(hundred) == .item(0))
  }

  @Test("a condition that names thousands of search identifiers over and over is refused")
  func repetition() throws {
    let names = (0..<1_000).map { "n\($0)" }
    let text = Array(repeating: "1 of n*", count: 2_000).joined(separator: " or ")
    #expect(try error(text, names: names).reason == "condition too large")
  }
}
