import Testing

@testable import TrawlCatalog

/// The search expression of SPL: the first command, `| search` and `where` of `tstats`.
struct SPLSearchTests {
  private func asked(_ search: String) -> [String] {
    let reading = SPLReader.read(search, SPLMacros())
    #expect(reading.problems.isEmpty, "\(search)")
    return reading.asked
  }

  @Test(
    arguments: [
      ("EventCode=4688 user!=bob", ["EventCode eq 4688", "not user eq bob"]),
      ("a = 1 b>= 2 c<3 d>4 e<=5", ["a eq 1", "b gte 2", "c lt 3", "d gt 4", "e lte 5"]),
      ("process=*\\\\Temp\\\\*", ["process match \\Temp\\"]),
      ("process=\"*a b*\" x=\"say \\\"hi\\\"\"", ["process match a b", "x eq say \"hi\""]),
      ("a=b*c", ["a glob b*c"]), ("field=*", ["field exists"]), ("NOT field=*", ["not field exists"]),
      ("\"field name\"=x", ["field name eq x"]), ("target{}.id=x", ["target{}.id eq x"]),
      ("url=\"*?a=b*\"", ["url match ?a=b"]), ("a=*\\\"x\\\":true* b=1", ["a match \"x\":true", "b eq 1"]),
    ])
  func `a field is compared with a value, quoted or not`(search: String, expected: [String]) {
    #expect(asked(search) == expected)
  }

  @Test(
    arguments: [
      ("a IN (\"x\", y*,*z)", ["a eq x", "a starts_with y", "a ends_with z"]),
      ("a IN(x)", ["a eq x"]), ("a=( \"b\",\"c\" )", ["a eq b", "a eq c"]),
      ("a=(b OR c)", ["a eq b", "a eq c"]),
      ("NOT a IN (x y)", ["not a eq x", "not a eq y"]), ("a NOT IN (x)", ["not a eq x"]),
      ("a!=(x, y)", ["not a eq x", "not a eq y"]),
      ("a IN (\"*p*\",\"\"*t*\"\", \"z\")", ["a match p", "a eq", "a match t", "a eq", "a eq z"]),
    ])
  func `a list gives each of its values, a doubled quote an empty one`(search: String, expected: [String]) {
    #expect(asked(search) == expected)
  }

  @Test(
    arguments: [
      ("NOT (a=1 OR NOT b=2)", ["not a eq 1", "b eq 2"]), ("NOT a=1 b=2", ["not a eq 1", "b eq 2"]),
      ("NOT(a!=1)", ["a eq 1"]), ("a=1 AND (b=2 or (NOT c=3))", ["a eq 1", "b eq 2", "not c eq 3"]),
    ])
  func `an odd number of nots negates`(search: String, expected: [String]) {
    #expect(asked(search) == expected)
  }

  @Test func `free text is asked of any field`() {
    #expect(
      asked("mimikatz \"a b\" *x* TERM(10.0.0.1) a*b") == [
        "match mimikatz", "match a b", "match x", "match 10.0.0.1", "glob a*b",
      ])
  }

  @Test func `fields that say where to look are no indicators`() {
    #expect(asked("index=main sourcetype=x host=h Channel=c eventtype=e earliest=-1d a=1") == ["a eq 1"])
    #expect(asked("eventType=system.idp Web.index=x") == ["eventType eq system.idp"])
  }

  @Test func `a parameter has no text yet`() {
    #expect(asked("a=$b$ c=1") == ["c eq 1"])
  }

  @Test(
    arguments: [
      "(a=1", "a=1)", "a=", "a IN (x", "NOT =5", "a=\"x", "| where a==", "| where (a=1", "| frobnicate x",
      "| regex",
      "| where a=1 b", "| where foo(a)", "`nobody`", "`open",
    ])
  func `what is not understood is told`(search: String) {
    #expect(!SPLReader.read(search, SPLMacros()).problems.isEmpty)
  }

  @Test func `what stands before a mistake is kept, and so are the commands behind it`() {
    let reading = SPLReader.read("a=1 (b=2 | search c=3", SPLMacros())
    #expect(reading.problems.count == 1)
    #expect(reading.asked == ["a eq 1", "b eq 2", "c eq 3"])
  }
}
