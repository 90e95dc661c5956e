import Foundation
import Testing

@Suite struct CompileTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    try workspace.write("log.json", Workspace.event() + "\n" + Workspace.event("nothing") + "\n")
  }

  private var environment: [String: String] { ["XDG_CACHE_HOME": workspace.path("cache")] }

  private func trawl(_ arguments: String...) throws -> Workspace.Run {
    try workspace.run(arguments, environment: environment)
  }

  private func cached() -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: workspace.path("cache/trawl"))
    return (names ?? []).filter { $0.hasSuffix(".trawl") }
  }

  @Test func compiledRulesFindTheSame() throws {
    let compile = try trawl("compile", "-r", "rules", "-o", "rules.trawl")
    #expect(compile.status == 0)
    #expect(compile.error.hasPrefix("1 rule compiled to rules.trawl, "))
    let run = try trawl("scan", "-r", "rules.trawl", "log.json")
    #expect(run.output == (try trawl("scan", "-r", "rules", "--no-cache", "log.json").output))
    #expect(try run.records() == [1])
    #expect(!run.error.contains("warning"))
  }

  @Test func rulesCompiledElsewhereAreSaidToTakeLonger() throws {
    _ = try trawl("compile", "-r", "rules", "-o", "rules.trawl")
    let run = try workspace.run(
      ["scan", "-r", "rules.trawl", "log.json"], environment: ["XDG_CACHE_HOME": workspace.path("other")])
    #expect(try run.records() == [1])
    #expect(run.error.contains("rules.trawl: it was not compiled by you on this machine"))
  }

  @Test func damagedRulesEndWithThree() throws {
    _ = try trawl("compile", "-r", "rules", "-o", "rules.trawl")
    let whole = try Data(contentsOf: workspace.folder.appending(path: "rules.trawl"))
    try workspace.write("half.trawl", whole.prefix(whole.count / 2))
    let run = try trawl("scan", "-r", "half.trawl", "log.json")
    #expect(run.status == 3)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("half.trawl cannot be used: it is cut off: "))
  }

  @Test func optionsThatWereDecidedOnCompilingAreRefused() throws {
    _ = try trawl("compile", "-r", "rules", "-o", "rules.trawl")
    try workspace.write("x", "a: b\n")
    for option in [["--no-route", "audit4688"], ["--placeholders", "x"], ["--scan-plan", "fields"]] {
      let run = try workspace.run(
        ["scan", "-r", "rules.trawl"] + option + ["log.json"], environment: environment)
      #expect(run.status == 3)
      #expect(run.error.contains("\(option[0]) is to be given to trawl compile"))
    }
    let mixed = try trawl("scan", "-r", "rules.trawl", "-r", "rules", "log.json")
    #expect(mixed.status == 3)
    #expect(mixed.error.contains("cannot be joined with others"))
    #expect(try trawl("check", "-r", "rules.trawl").status == 3)
    #expect(try trawl("compile", "-r", "rules.trawl", "-o", "y.trawl").status == 3)
  }

  @Test func compiledRulesCanBeSelectedAndGivenALogSource() throws {
    _ = try trawl("compile", "-r", "rules", "-o", "rules.trawl")
    let none = try trawl("scan", "-r", "rules.trawl", "--level", "low", "log.json")
    #expect(none.status == 3)
    #expect(none.error.contains("no rule fits the selection"))
    try workspace.write("plain.json", "{\"CommandLine\":\"evil\"}\n")
    let given = ["--logsource", "product=windows,category=process_creation", "plain.json"]
    let run = try workspace.run(["scan", "-r", "rules.trawl"] + given, environment: environment)
    #expect(
      run.output
        == (try workspace.run(["scan", "-r", "rules", "--no-cache"] + given, environment: [:]).output))
  }

  @Test func aScanKeepsItsRulesUnlessToldNotTo() throws {
    let first = try trawl("scan", "-r", "rules", "-v", "--no-cache", "log.json")
    #expect(first.error.contains("rules: compiled\n"))
    #expect(cached().isEmpty)
    let second = try trawl("scan", "-r", "rules", "-v", "log.json")
    #expect(second.error.contains("rules: compiled, and kept for the next time\n"))
    #expect(cached().count == 1)
    let third = try trawl("scan", "-r", "rules", "-v", "log.json")
    #expect(third.error.contains("rules: compiled before, from "))
    #expect(third.output == second.output && third.output == first.output)
  }

  @Test func aScanWithoutACacheFolderGoesOn() throws {
    try workspace.write("cache", "a file")
    let run = try trawl("scan", "-r", "rules", "log.json")
    #expect(run.status == 0)
    #expect(!run.error.contains("warning"))
  }

  @Test func strictCompilingWritesNothing() throws {
    try workspace.write("rules/bad.yml", Workspace.rule.replacing("|contains", with: "|containz"))
    let run = try trawl("compile", "-r", "rules", "-o", "rules.trawl", "--strict")
    #expect(run.status == 2)
    #expect(!FileManager.default.fileExists(atPath: workspace.path("rules.trawl")))
    #expect(try trawl("compile", "-r", "rules", "-o", "rules.trawl").status == 0)
    let scan = try trawl("scan", "-r", "rules.trawl", "--strict", "log.json")
    #expect(scan.status == 2)
    #expect(scan.error.contains("unknown modifier 'containz'"))
  }
}
