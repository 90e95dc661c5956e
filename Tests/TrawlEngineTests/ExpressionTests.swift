import Testing
import TrawlCompiler
import TrawlMatcher
import TrawlRules

@Suite struct ExpressionTests {
  private func engine(_ patterns: [String]) throws -> EngineUnderTest {
    let rules = patterns.map { pattern in
      Rule(
        id: pattern, title: "Rule \(pattern)", location: Location(file: "rules/a.yml", line: 7),
        logSource: LogSource(product: "corpus"),
        items: [
          Rule.Item(
            predicate: Predicate(.field("f"), .regularExpression(RegularExpression(pattern))),
            searchIdentifier: "s",
            field: "f", modifiers: ["re"], value: pattern)
        ], condition: .item(0))
    }
    return try EngineUnderTest(rules, given: LogSource(product: "corpus"))
  }

  @Test(arguments: [
    (#"(?<!un)safe"#, "safe", "unsafe"), (#"(?=.*\d)pass"#, "pass 1", "pass"), (#"(\w)\1\1"#, "aaa", "aab"),
    (#"(?>a+)b"#, "aab", "aa"), (#"^(?!.*\.exe$)"#, "a.dll", "a.exe"), (#"(?<=\\)cmd"#, #"\\cmd"#, "cmd"),
    (#"(a(?1)?b)$"#, "aabb", "ba"), (#"^\S+$"#, "x\\n", "x y"), (#"\w{3}"#, "abc", "äöü"),
  ])
  func lookAroundAndBackReferencesWork(_ pattern: String, _ hit: String, _ miss: String) throws {
    let engine = try engine([pattern])
    #expect(engine.diagnostics.isEmpty)
    #expect(try engine.matches(#"{"f":"\#(hit)"}"#) == [pattern])
    #expect(try engine.matches(#"{"f":"\#(miss)"}"#) == [])
    #expect(engine.ruleset.surrenderCount == 0)
  }

  /// Only the exponential search of a backtracking matcher can say no here.
  private let victim = String(repeating: "a", count: 60) + "!"

  @Test func aValueOnWhichPCREGivesUpIsCounted() throws {
    let engine = try engine([#"^(?=a)(a+)+\1$"#])
    #expect(try engine.matches([#"{"f":"\#(victim)"}"#], memoCapacity: 0, passes: 1) == [[]])
    #expect(engine.ruleset.surrenderCount == 1)
    _ = try engine.matches([#"{"f":"\#(victim)"}"#, #"{"f":"\#(victim)x"}"#], memoCapacity: 0, passes: 1)
    #expect(engine.ruleset.surrenderCount == 3)
  }

  @Test func whereHyperscanCanAnswerNothingIsGivenUp() throws {
    let engine = try engine(["^(a+)+$", "(a+)+!$"])
    let found = try engine.matches([#"{"f":"\#(victim)"}"#, #"{"f":"\#(victim.dropLast())"}"#])
    #expect(found == [["(a+)+!$"], ["^(a+)+$"]])
    #expect(engine.ruleset.surrenderCount == 0)
  }

  @Test(arguments: ["(", "a{2,1}", "[z-a]", "*", #"\"#, "(?<n>a)(?<n>b)", #"(?<=a+)b"#])
  func anExpressionThatDoesNotCompileIsRefusedAndTheOtherRulesAreNot(_ pattern: String) throws {
    let engine = try engine(["abc", pattern, "xyz"])
    #expect(engine.diagnostics.count == 1)
    let diagnostic = try #require(engine.diagnostics.first)
    #expect(diagnostic.severity == .error && diagnostic.reason == "regular expression")
    #expect(diagnostic.location.file == "rules/a.yml" && diagnostic.ruleTitle == "Rule \(pattern)")
    #expect(diagnostic.excerpt?.contains(pattern) == true)
    #expect(try engine.matches(#"{"f":"abc xyz"}"#) == ["abc", "xyz"])
  }

  @Test func theLineEndOfAnExpressionIsThatOfTheSemantics() throws {
    let engine = try engine(["a$", #"a\Z"#, #"a\z"#])
    let events = [#"{"f":"a"}"#, #"{"f":"a\n"}"#, #"{"f":"a\nb"}"#, #"{"f":"a\r\n"}"#]
    #expect(try engine.matches(events) == [["a$", #"a\Z"#, #"a\z"#], ["a$", #"a\Z"#], [], []])
  }
}
