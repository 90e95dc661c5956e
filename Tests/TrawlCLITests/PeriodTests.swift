import Testing

/// Events of a period.
@Suite struct PeriodTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace.withRule()
    func event(_ time: String) -> String {
      Workspace.event().replacing("2026-01-02 03:04:05.678", with: time) + "\n"
    }
    try workspace.write(
      "log.json",
      event("2026-01-01 23:59:59.999") + event("2026-01-02 00:00:00.000") + event("2026-01-02T12:00:00+02:00")
        + event("2026-01-03 00:00:00.000") + event("yesterday"))
  }

  private func records(_ options: String) throws -> [Int] {
    try workspace.shell("trawl scan -q -r rules log.json \(options)").records()
  }

  @Test func itsBeginningBelongsToItAndItsEndDoesNot() throws {
    #expect(try records("") == [1, 2, 3, 4, 5])
    #expect(try records("--from 2026-01-02") == [2, 3, 4, 5])
    #expect(try records("--to 2026-01-02") == [1, 5])
    #expect(try records("--from 2026-01-02 --to 2026-01-03") == [2, 3, 5])
    #expect(try records("--from 2026-01-02T10:00:00Z --to 2026-01-02T10:00:00.001Z") == [3, 5])
    #expect(try records("--from 2026-01-02T10:00:00.001Z --to 2026-01-02T11:00") == [5])
  }

  @Test func whatIsLeftOutAndWhatBearsNoTimeIsCounted() throws {
    let run = try workspace.trawl("scan", "-r", "rules", "--from", "2026-01-02", "log.json")
    #expect(run.error.contains("1 event before --from or not before --to"))
    #expect(run.error.contains("1 event without a time that is understood: looked at all the same"))
  }

  @Test func whatIsNoTimeIsRefused() throws {
    for (options, message) in [
      ("--from soon", "--from takes a date and time such as 2026-03-01T08:00:00Z, not 'soon'"),
      ("--to 2026-13-01", "--to takes a date and time"),
      ("--from 2026-01-02 --to 2026-01-02", "--from is not before --to"),
    ] {
      let run = try workspace.shell("trawl scan -r rules log.json \(options)")
      #expect(run.status == 3)
      #expect(run.error.contains(message), "\(run.error)")
    }
  }
}
