import Testing

@testable import TrawlCatalog

/// ES|QL: commands, and the conditions of `WHERE`.
struct ESQLTests {
  private func asked(_ condition: String) -> [String] {
    let reading = ESQLReader.read("from x | where \(condition)")
    #expect(reading.problems.isEmpty, "\(condition): \(reading.problems)")
    return reading.asked
  }

  @Test(
    arguments: [
      ("a == \"x\" AND b != 5", ["a eq x", "not b eq 5"]), ("a IN (\"x\", \"y\")", ["a eq x", "a eq y"]),
      ("a NOT IN (\"x\")", ["not a eq x"]), ("not a in (\"x\")", ["not a eq x"]),
      ("a LIKE \"*x*\"", ["a match x"]),
      ("a like (\"x*\", \"*y\")", ["a starts_with x", "a ends_with y"]), ("a RLIKE \"x.*\"", ["a regex x.*"]),
      ("a IS NULL or b is not null", ["a null", "not b null"]), ("a : \"x\"", ["a match x"]),
      ("`a-b`.c == 1", ["a-b.c eq 1"]),
      ("a::ip == \"1.1.1.1\"::ip", ["a eq 1.1.1.1"]),
      ("@timestamp > now() - 5 minutes and a == 1", ["a eq 1"]),
      ("TO_LOWER(a) == \"x\"", ["a eq x"]),
      ("starts_with(a, \"x\") or ENDS_WITH(a, \"y\")", ["a starts_with x", "a ends_with y"]),
      ("cidr_match(to_ip(a), \"10.0.0.0/8\")", ["a cidr 10.0.0.0/8"]), ("length(a) > 5", []), ("a > b", []),
      ("match(a, \"x\", {\"fuzziness\": 1}) and b == 1", ["a match x", "b eq 1"]),
      ("case(a == 1, 2, 3) == 2", []),
      ("KQL(\"\"\"a:\"b c\" and not d:*\"\"\")", ["a eq b c", "not d exists"]),
      ("not kql(\"a:b\")", ["not a eq b"]),
      ("a == true and b", ["a eq true", "b eq true"]), ("a in [1, 2]", []),
    ])
  func `an operator asks of a field`(condition: String, expected: [String]) {
    #expect(asked(condition) == expected)
  }

  @Test(
    arguments: [
      (#"a like "C:\\\\Windows\\\\*""#, #"a starts_with C:\Windows\"#),
      (#"a like """C:\\x\**""""#, #"a starts_with C:\x*"#),
      (#"a == "C:\\x""#, #"a eq C:\x"#), (#"a == """C:\x""""#, #"a eq C:\x"#),
      (#"a rlike "x\\.y""#, #"a regex x\.y"#),
    ])
  func `LIKE takes its escapes off after the string has`(condition: String, expected: String) {
    #expect(asked(condition) == [expected])
  }

  @Test func `each command is a stage`() {
    let reading = ESQLReader.read(
      "// head\nFROM logs-a-*, \"b\" METADATA _id | where a == \"|\" /* | */ and (b == 1) | keep a.* | limit 5"
    )
    #expect(reading.problems.isEmpty)
    #expect(reading.names == ["from", "where", "keep", "limit"])
    #expect(reading.asked == ["a eq |", "b eq 1"])
    #expect(ESQLReader.sources("FROM logs-a-*, \"b\" METADATA _id | limit 1") == ["logs-a-*", "b"])
  }

  @Test(
    arguments: [
      "eval x = a + 1, y = 2", "stats x = count(*), y = max(a) by z", "stats count(*) by x = a, y = b, z",
      "grok a \"%{IP:x} %{WORD:y:int}\"", "dissect a \"%{x} %{+y->}\"", "rename a as x, b as y",
      "rename x = a, y = b",
      "inline stats x = count(*), y = sum(a) by z", "enrich p on a with x = b, y = c",
      "grok a \"(?<x>.)(?<y>.)\"",
    ])
  func `fields that a command makes are left out behind it`(command: String) {
    let reading = ESQLReader.read("from i | where x == 0 | \(command) | where x > 1 and y == 2 and z == 3")
    #expect(reading.problems.isEmpty, "\(reading.problems)")
    #expect(reading.asked == ["x eq 0", "z eq 3"])
  }

  @Test func `a column without a name is no indicator`() {
    #expect(ESQLReader.read("from i | stats count(*) by a | where `count(*)` > 5").asked.isEmpty)
  }

  @Test(
    arguments: [
      "", "from i |", "from i | frob", "from i | where", "from i | where a ==", "from i | where (a == 1",
      "from i | where a == \"x", "from i | where length(a)", "from i | where kql(\"a:(\")",
      "from i | where a is 5",
      "from i /* x", "from i | where a == 1 b",
    ])
  func `what is not understood is told`(query: String) {
    #expect(!ESQLReader.read(query).problems.isEmpty)
  }

  @Test func `a mistake in one command keeps the others`() {
    #expect(ESQLReader.read("from i | where a == 1 and ) | where b == 2").asked == ["a eq 1", "b eq 2"])
  }
}
