import Testing
import TrawlKQL
import TrawlRules

/// What a query's outline says, stage by stage.
@Suite struct OutlineTests {
  private func outline(_ text: String) throws -> RuleOutline { try loadedQuery(text).outline }

  /// Field, kind and value of each question, with `not` before those that are negated.
  private func questions(_ condition: String) throws -> [String] {
    let stages = try outline("DeviceProcessEvents\n| where \(condition)").stages
    return stages.flatMap(\.predicates).map { question in
      "\(question.isNegated ? "not " : "")\(question.field ?? "*") \(question.kind.rawValue) \(question.value)"
    }
  }

  @Test func theSeedQueryHasAStageForItsTableAndEachWhere() throws {
    let stages = try outline(seedQuery).stages
    #expect(stages.map(\.name) == ["table", "where", "where"])
    #expect(stages[0].text == "DeviceProcessEvents")
    #expect(stages[2].text == "where ProcessCommandLine contains \"\(seedPhrase)\"")
    #expect(
      stages[1].predicates.map(\.value) == ["cmd.exe", "powershell.exe", "PowerShell_ISE.exe"])
    #expect(stages[1].predicates.allSatisfy { $0.field == "FileName" && $0.kind.rawValue == "has" })
    #expect(
      stages[2].predicates == [
        RuleOutline.Question(field: "ProcessCommandLine", kind: .contains, value: seedPhrase)
      ])
  }

  @Test(arguments: [
    ("FileName == 'a'", ["FileName eq a"]), ("FileName =~ 'a'", ["FileName eq a"]),
    ("FileName in~ ('a', 'b')", ["FileName eq a", "FileName eq b"]),
    ("FileName != 'a'", ["not FileName eq a"]), ("FileName !in ('a')", ["not FileName eq a"]),
    ("FileName startswith 'a'", ["FileName starts_with a"]),
    ("FileName !endswith 'a'", ["not FileName ends_with a"]),
    ("FileName matches regex 'a+'", ["FileName regex a+"]),
    ("FileName has_all ('a', 'b')", ["FileName has a", "FileName has b"]),
    ("ProcessId > 4", ["ProcessId gt 4"]),
    ("ProcessId between (1 .. 9)", ["ProcessId gte 1", "ProcessId lte 9"]),
    ("isempty(FileName)", ["FileName null "]), ("isnotempty(FileName)", ["not FileName null "]),
    ("* has 'a'", ["* has a"]), ("tolower(FileName) == 'a'", ["FileName eq a"]),
    ("FileName == FolderPath", ["FileName fieldref FolderPath"]),
  ]) func anOperatorIsOfItsKind(_ condition: String, _ expected: [String]) throws {
    #expect(try questions(condition) == expected)
  }

  @Test func aQuestionUnderTwoNotsIsNotNegated() throws {
    #expect(
      try questions("not(FileName !has 'a' or not(FolderPath has 'b'))") == [
        "FileName has a", "FolderPath has b",
      ])
    #expect(try questions("not(FileName has 'a')") == ["not FileName has a"])
  }

  @Test func whatLetBindsStandsForItsValues() throws {
    let query = """
      let Tools = dynamic(["a.exe", "b.exe"]);
      let More = datatable(Name: string)["c.exe"];
      DeviceProcessEvents
      | extend Name = FileName
      | where Name in (Tools) or Name in (More)
      """
    let stages = try outline(query).stages
    #expect(stages.map(\.name) == ["let", "let", "table", "table", "extend", "where"])
    #expect(stages.last?.predicates.map(\.value) == ["a.exe", "b.exe", "c.exe"])
    #expect(stages.last?.predicates.map(\.field) == ["FileName", "FileName", "FileName"])
  }

  @Test func ofSeveralQueriesEachHasItsOwnOutline() throws {
    let text = """
      let A = 'x';
      DeviceProcessEvents | where FileName == A;
      DeviceFileEvents | where FolderPath has A
      """
    let queries = KQLLoader().load(text, file: "q.kql").queries
    #expect(
      queries.map { $0.outline.stages.map(\.text).joined(separator: " / ") } == [
        "let A = 'x' / DeviceProcessEvents / where FileName == A",
        "let A = 'x' / DeviceFileEvents / where FolderPath has A",
      ])
  }
}
