import Foundation
import Testing

@Suite struct CheckTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write("bad/modifier.yml", Workspace.rule.replacing("|contains", with: "|containz"))
    try workspace.write("bad/expression.yml", Workspace.rule.replacing("contains: evil", with: "re: '(evil'"))
    try workspace.write(
      "bad/source.yml", Workspace.rule.replacing("process_creation", with: "process_cremation"))
    try workspace.write("bad/yaml.yml", "title: [\n")
    try workspace.write("bad/latin.yml", Data("title: caf".utf8) + Data([0xE9, 0x0A]))
  }

  @Test func everyMistakeIsShownInItsPlace() throws {
    let run = try workspace.trawl("check", "-r", "bad", "-r", "rules")
    #expect(run.status == 0)
    #expect(
      run.output.contains(
        """
        bad/modifier.yml:9:17: error: unknown modifier 'containz' [Evil Command]
            9 |     CommandLine|containz: evil
              |                 ^
              = write contains
        """))
    #expect(
      run.output.contains(
        """
            9 |     CommandLine|re: '(evil'
              |                      ^~~~~
        """))
    #expect(run.output.contains("bad/source.yml:6:1: warning: the log source"))
    #expect(run.output.contains("bad/yaml.yml"))
    #expect(run.output.contains("bad/latin.yml:1:11: error: the file is not UTF-8 here"))
    #expect(run.output.contains("Loaded    2 rules"))
    #expect(run.output.contains("Refused   4 rules"))
  }

  @Test func quietShowsTheMistakesOnly() throws {
    let run = try workspace.trawl("check", "-q", "-r", "rules")
    #expect(run.output.isEmpty)
    #expect(run.error.isEmpty)
  }

  @Test func whatIsWrongAlikeIsSaidOnce() throws {
    for number in 1...5 {
      try workspace.write("many/\(number).yml", Workspace.rule.replacing("|contains", with: "|containz"))
    }
    let run = try workspace.trawl("check", "-r", "many")
    #expect(run.output.components(separatedBy: "unknown modifier 'containz'").count == 2)
    #expect(run.output.contains("likewise in 4 other places"))
    #expect(run.output.contains("        many/5.yml:9:17\n"))
  }

  @Test func mistakesComeAsJSONLinesToo() throws {
    struct Mistake: Decodable {
      var severity: String
      var file: String
      var line: Int
      var column: Int
      var reason: String
      var message: String
    }
    let run = try workspace.trawl("check", "-r", "bad", "--format", "jsonl")
    let mistakes = try run.lines.map { try JSONDecoder().decode(Mistake.self, from: Data($0.utf8)) }
    // The sixth: two of the rules have the same id.
    #expect(mistakes.count == 6)
    #expect(mistakes.contains { $0.reason == "unknown modifier" && $0.line == 9 && $0.column == 17 })
  }

  @Test func theCompileReportIsShownWhenAskedFor() throws {
    let run = try workspace.trawl("check", "-v", "-r", "rules")
    #expect(run.output.contains("1  rules\n"))
    #expect(run.output.contains("patterns in the database"))
    #expect(try !workspace.trawl("check", "-r", "rules").output.contains("patterns in the database"))
  }

  @Test func correlationsAndFiltersAreCountedApart() throws {
    try workspace.write(
      "other/correlation.yml",
      """
      title: Many
      correlation:
        type: event_count
        rules: [evil]
        group-by: [Computer]
        timespan: 5m
        condition: {gte: 10}
      """)
    try workspace.write(
      "other/filter.yml",
      """
      title: Not Here
      logsource: {category: process_creation, product: windows}
      filter:
        rules: [evil]
        selection: {Computer: ws1}
        condition: not selection
      """)
    let run = try workspace.trawl("check", "-r", "other", "-r", "rules")
    #expect(run.output.contains("1 correlation rule: recognised, not evaluated"))
    #expect(run.output.contains("1 filter: recognised, not applied"))
    #expect(run.output.contains("Refused   none"))
  }
}
