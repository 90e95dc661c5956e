import Testing
import TrawlRules

@testable import TrawlCatalog

/// EQL: conditions, and the stages of sequences.
struct EQLTests {
  private func asked(_ condition: String) -> [String] {
    let reading = EQLReader.read("process where \(condition)")
    #expect(reading.problems.isEmpty, "\(condition): \(reading.problems)")
    return reading.asked
  }

  @Test(
    arguments: [
      ("a == \"x*\"", ["a eq x*"]), ("a != \"x\"", ["not a eq x"]), ("a : \"x*\"", ["a starts_with x"]),
      ("a : (\"*x\", \"y?z\")", ["a ends_with x", "a glob y?z"]),
      ("a in (\"*x\", 5)", ["a eq *x", "a eq 5"]),
      ("a in~ (\"x\")", ["a eq x"]), ("a not in (\"x\")", ["not a eq x"]),
      ("not a like \"*x*\"", ["not a match x"]),
      ("a like~ (\"x\", \"*\")", ["a eq x", "a exists"]), ("a regex \"x.*\"", ["a regex x.*"]),
      ("a regex~ (\"x.*\", \"y\")", ["a regex x.*", "a regex y"]), ("a == null", ["a null"]),
      ("a != null", ["not a null"]), ("a == true", ["a eq true"]), ("?a.b : \"x\"", ["a.b eq x"]),
      ("a.`0`.b == \"x\"", ["a.0.b eq x"]), ("a >= 5 and a < 10", ["a gte 5", "a lt 10"]),
      ("5 > a", ["a lt 5"]),
      ("a == -1", ["a eq -1"]), ("a.b and not c", ["a.b eq true", "not c eq true"]),
    ])
  func `an operator asks of a field`(condition: String, expected: [String]) {
    #expect(asked(condition) == expected)
  }

  @Test(
    arguments: [
      (#"a == "C:\\Windows\\\"x\"""#, #"a eq C:\Windows\"x""#),
      (#"a : """C:\Win"dows\*""""#, #"a starts_with C:\Win"dows\"#),
      ("a == \"x\\ny\"", "a eq x\ny"), (#"a == ?"C:\x""#, #"a eq C:\x"#), (#"a == """x"""""#, #"a eq x""#),
    ])
  func `strings are escaped or raw`(condition: String, expected: String) {
    #expect(asked(condition).prefix(1) == [expected])
  }

  @Test(
    arguments: [
      ("stringContains(a, \"x\")", ["a match x"]), ("startsWith~(a, \"x\")", ["a starts_with x"]),
      ("not endswith(a, \"x\", \"y\")", ["not a ends_with x", "not a ends_with y"]),
      ("cidrMatch(a, \"10.0.0.0/8\", \"::1/128\")", ["a cidr 10.0.0.0/8", "a cidr ::1/128"]),
      ("wildcard(a, \"*x\")", ["a ends_with x"]), ("match(a, \"x.\")", ["a regex x."]), ("length(a) > 5", []),
      ("startsWith(a, b)", []), ("a == b", []), ("substring(a, 0, 2) == \"x\"", []), ("a + 1 > 5", []),
      ("concat(a, \"x\") : \"y\"", []), ("stringContains(substring(a, 1), \"x\")", []),
    ])
  func `functions with literals ask, and calculations are left out`(condition: String, expected: [String]) {
    #expect(asked(condition) == expected)
  }

  @Test func `nots count through parentheses`() {
    #expect(asked("not (a == 1 or not (b != 2 and c == 3))") == ["not a eq 1", "not b eq 2", "c eq 3"])
  }

  @Test func `comments ask nothing, and fields of scope are left out`() {
    #expect(
      asked("a == 1 // and b == 2\n/* and c == 3 */ and event.type == \"x\" and data_stream.x == 1") == [
        "a eq 1"
      ])
  }

  @Test func `an event is a stage with the name of its category`() {
    let reading = EQLReader.read("any where a == 1 | head 5")
    #expect(reading.names == ["any"])
    #expect(reading.stages[0].text == "any where a == 1")
    #expect(EQLReader.read("\"my-category\" where true").names == ["my-category"])
  }

  @Test func `a sequence has a stage for its head and one for each event`() {
    let reading = EQLReader.read(
      """
      sequence by host.id with maxspan=1m
        [process where a == 1] by user.id with runs=3
        ![file where b == 2 and x != 5]
        [network where c : ("[", "]")]
      until [any where d == 4]
      """)
    #expect(reading.problems.isEmpty)
    #expect(reading.names == ["sequence", "process", "file", "network", "any"])
    #expect(reading.stages[0].text == "sequence by host.id with maxspan=1m")
    #expect(reading.stages[1].text == "[process where a == 1] by user.id with runs=3")
    #expect(reading.stages.map(\.polarity) == [.matched, .matched, .excluded, .matched, .excluded])
    #expect(reading.asked == ["a eq 1", "not b eq 2", "x eq 5", "c eq [", "c eq ]", "not d eq 4"])
  }

  @Test(
    arguments: [
      "", "process", "process where", "process where a ==", "process where (a == 1", "process where a == 1)",
      "process where \"x\"", "process where length(a)", "process where a == \"x", "process where a # b",
      "process where (a == 1) == true", "process where a == 1 | filter b", "sequence [process where a == 1",
      "sequence [process a == 1]", "sequence until process", "process where a == 1 /* x",
      "sequence [process where a == 1] huh [process where b == 2]",
    ])
  func `what is not understood is told`(query: String) {
    #expect(!EQLReader.read(query).problems.isEmpty)
  }

  @Test func `a mistake in one event keeps the others`() {
    let reading = EQLReader.read("sequence [process where a == 1 and )] [file where b == 2]")
    #expect(reading.problems.count == 1)
    #expect(reading.asked == ["a eq 1", "b eq 2"])
  }
}
