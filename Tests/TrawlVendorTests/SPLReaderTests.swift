import Testing
import TrawlRules

@testable import TrawlCatalog

/// Commands of SPL, their stages, and what they do to fields.
struct SPLReaderTests {
  private let macros = SPLMacros([
    "process_x": .init(text: "(Processes.process_name=x.exe OR Processes.original_file_name=X.EXE)"),
    "nested": .init(text: "`process_x` y=1"),
    "loop": .init(text: "`loop`"),
    "says": .init(arguments: ["what", "who"], text: "word=$what$ by_whom=$who$"),
  ])

  private func read(_ search: String) -> QueryReading {
    let reading = SPLReader.read(search, macros)
    #expect(reading.problems.isEmpty, "\(search)")
    return reading
  }

  @Test func `each command is a stage, and empty ones are none`() {
    let reading = read("a=1 | stats count by a | `x_filter` | search b=2 | where c=\"3\"")
    #expect(reading.names == ["search", "stats", "search", "where"])
    #expect(reading.stages.map(\.text) == ["a=1", "stats count by a", "search b=2", "where c=\"3\""])
    #expect(reading.stages.map(\.predicates.count) == [1, 0, 1, 1])
  }

  @Test func `the where of tstats is a search up to by`() {
    let reading = read(
      "| tstats count min(_time) as first from datamodel=Endpoint.Processes where `process_x` Processes.user=a "
        + "by Processes.dest first=x | search first>5 Processes.user=b")
    #expect(
      reading.asked == [
        "Processes.process_name eq x.exe", "Processes.original_file_name eq X.EXE", "Processes.user eq a",
        "Processes.user eq b",
      ])
  }

  @Test func `macros are put in with their arguments, those within others too`() {
    #expect(read("`nested`").asked.count == 3)
    #expect(read("`says(\"a, b\", me)`").asked == ["word eq a, b", "by_whom eq me"])
    #expect(read("| `drop_dm_object_name(Processes)`").stages.map(\.text) == ["rename Processes.* as *"])
  }

  @Test func `a macro that holds itself, or is not known, is told`() {
    #expect(SPLReader.read("`loop` a=1", macros).problems.count == 1)
    let unknown = SPLReader.read("`nobody` a=1", macros)
    #expect(unknown.problems == ["the macro 'nobody' is not in the collection; what it asks is left out"])
    #expect(unknown.asked == ["a eq 1"])
  }

  @Test func `a backquote in a text is no macro, and comments go`() {
    #expect(
      read("a=1 ```not b=2``` c=3 | eval d=split(process,\"`\") | search e=\"`x`\"").asked == [
        "a eq 1", "c eq 3", "e eq `x`",
      ])
  }

  @Test func `a renamed field keeps the name that the events have`() {
    #expect(
      read("a=1 | rename b as c, \"d e\" as f | search c=2 f=3 | rename c as g | where g=\"4\"").asked == [
        "a eq 1", "b eq 2", "d e eq 3", "b eq 4",
      ])
  }

  @Test func `fields that a command makes are left out`() {
    let made = [
      "eval x=if(a=\"b\",1,0), y=2", "stats count values(a) as x dc(b) AS y by z",
      "rex field=a \"(?<x>.)(?P<y>.)\"",
      "lookup t a as b OUTPUT c as x d as y", "lookup t a OUTPUTNEW x, y",
      "eventstats avg(a) as x sum(b) as y",
      "rename count as n | eval x=1, y=2",
    ]
    for command in made {
      #expect(read("a=1 | \(command) | search x=1 y=2 z=3").asked == ["a eq 1", "z eq 3"], "\(command)")
    }
    #expect(read("a=1 | stats count by b | where count > 5 AND b=\"c\"").asked == ["a eq 1", "b eq c"])
  }

  @Test func `a comparison in eval makes no field`() {
    #expect(read("a=1 | eval x=a=b | search a=2").asked == ["a eq 1", "a eq 2"])
  }

  @Test(
    arguments: [
      ("a like \"%x%\"", ["a match x"]), ("a LIKE \"_x%\"", ["a glob ?x*"]),
      ("NOT like(a, \"x%\")", ["not a starts_with x"]),
      ("match(a, \"(?i)[\\-|\\/]s\")", ["a regex (?i)[\\-|\\/]s"]),
      ("match(a, \"\\\\\\\\x\")", ["a regex \\\\x"]),
      ("cidrmatch(\"10.0.0.0/8\", ip)", ["ip cidr 10.0.0.0/8"]),
      ("a=1 OR b!=\"x\"", ["a eq 1", "not b eq x"]),
      ("isnull(a) AND isnotnull(b)", ["a null", "not b null"]), ("a IN (\"x\", 2)", ["a eq x", "a eq 2"]),
      ("in(a, \"x\")", ["a eq x"]), ("lower(a)=\"x\"", ["a eq x"]), ("'b c'=\"x\"", ["b c eq x"]),
      ("5 < a", ["a gt 5"]),
      ("a=b", []), ("len(a) > 5", []), ("a > b * 2", []), ("if(a=\"x\",1,0)=1", []),
      ("a=\"x*\"", ["a eq x*"]),
      ("searchmatch(\"a=1 NOT b=2*\")", ["a eq 1", "not b starts_with 2"]), ("a<.5", ["a lt .5"]),
      ("true()", []),
    ])
  func `where is read as an expression`(condition: String, expected: [String]) {
    #expect(read("| where \(condition)").asked == expected)
  }

  @Test(
    arguments: [
      ("regex a=\"^x\\\"y$\"", ["a regex ^x\"y$"]), ("regex a!=\"x\"", ["not a regex x"]),
      ("regex \"x|y\"", ["regex x|y"]),
      ("regex a = x[0-9]", ["a regex x[0-9]"]),
    ])
  func `regex asks of a field or of the whole event`(command: String, expected: [String]) {
    #expect(read("| \(command)").asked == expected)
  }

  @Test func `a subsearch has stages of its own, negated with it`() {
    let reading = read(
      "a=1 NOT [search b=2 | fields c] | join d [| tstats count where e=3 by f] | append [search g=4]")
    #expect(reading.names == ["search", "search", "fields", "join", "tstats", "append", "search"])
    #expect(reading.asked == ["a eq 1", "not b eq 2", "e eq 3", "g eq 4"])
    #expect(
      reading.stages.map(\.polarity) == [
        .matched, .excluded, .excluded, .matched, .matched, .matched, .matched,
      ])
  }

  @Test func `the search inside of map is read with its macros`() {
    #expect(
      read("a=1 | map search=\"search `nested` b=$c$ d=\\\"e f\\\"\"").asked == [
        "a eq 1", "Processes.process_name eq x.exe", "Processes.original_file_name eq X.EXE", "y eq 1",
        "d eq e f",
      ])
  }
}
