import Testing

/// What `now()` is in hunting queries, and which files stand for addresses.
@Suite struct QueryOptionTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    func row(_ time: String, _ ip: String) -> String {
      "{\"Type\":\"DeviceNetworkEvents\",\"Timestamp\":\"\(time)\",\"RemoteIP\":\"\(ip)\"}\n"
    }
    try workspace.write(
      "log.json",
      row("2024-03-01T00:00:00Z", "1.1.1.1") + row("2024-03-09T12:00:00Z", "2.2.2.2")
        + row("2024-03-05T00:00:00Z", "3.3.3.3"))
    try workspace.write("recent.kql", "DeviceNetworkEvents | where Timestamp > ago(5d)")
    try workspace.write("window.kql", "DeviceNetworkEvents | where Timestamp between (ago(30d) .. ago(5d))")
    try workspace.write(
      "list.kql",
      """
      let Bad = externaldata(IP: string)["https://example.org/?a=b"] with (format="txt") | where IP !startswith "#";
      DeviceNetworkEvents | where RemoteIP in (Bad)
      """)
    try workspace.write("list.txt", "# bad\n3.3.3.3\n")
  }

  private func records(_ options: String) throws -> [Int] {
    try workspace.shell("trawl scan -q log.json -r \(options)").records()
  }

  @Test func boundsAreLiftedOrAskedAgainstTheTimeThatIsGiven() throws {
    #expect(try records("recent.kql") == [1, 2, 3])
    #expect(try records("recent.kql --kql-time strict --kql-now 2024-03-06") == [2, 3])
    #expect(try records("recent.kql --kql-time strict --kql-now newest") == [2, 3])
    #expect(try records("window.kql --kql-now 2024-03-08") == [1])
    #expect(try records("window.kql --kql-now newest") == [1])
  }

  @Test func theNewestEventIsNamed() throws {
    let run = try workspace.trawl("scan", "-r", "window.kql", "--kql-now", "newest", "log.json")
    #expect(run.error.contains("now() is 2024-03-09T12:00:00.0000000Z, the time of the newest event"))
    let other = try workspace.trawl("scan", "-r", "recent.kql", "--kql-now", "newest", "log.json")
    #expect(!other.error.contains("newest event"), "no query needs it, so no pass is made")
  }

  @Test func newestNeedsLogsThatCanBeReadTwice() throws {
    let run = try workspace.shell("trawl scan -r window.kql --kql-now newest - < log.json")
    #expect(run.status == 3)
    #expect(run.error.contains("reads the logs twice"))
    let check = try workspace.trawl("check", "-r", "window.kql", "--kql-now", "newest")
    #expect(check.output.contains("KQL301"))
  }

  @Test func aFileStandsForAnAddress() throws {
    #expect(try records("list.kql --kql-external 'https://example.org/?a=b=list.txt'") == [3])
    let run = try workspace.trawl("check", "-r", "list.kql")
    #expect(run.output.contains("--kql-external 'https://example.org/?a=b=FILE'"))
  }

  @Test func aTableStandsForTheProfilesOfFiles() throws {
    let hash = String(repeating: "0f", count: 20)
    try workspace.write(
      "files.json", "{\"Type\":\"DeviceFileEvents\",\"SHA1\":\"\(hash)\",\"FileName\":\"a\"}\n")
    try workspace.write(
      "rare.kql",
      "DeviceFileEvents | invoke FileProfile(SHA1, 1000) | where GlobalPrevalence < 50 | project FileName, GlobalPrevalence"
    )
    let scan = "trawl scan -q -r rare.kql files.json"
    #expect(
      try workspace.shell(scan).error.contains("Supply --kql-fileprofile FILE or run with --kql-partial"))
    // The second table has the place of the first, which the cache must not take for the same.
    for (prevalence, found) in [(7, [1]), (70, [])] {
      try workspace.write("profiles.csv", "SHA1,GlobalPrevalence\n\(hash),\(prevalence)\n")
      #expect(try workspace.shell(scan + " --kql-fileprofile profiles.csv").records() == found)
    }
    try workspace.write("profiles.csv", "SHA1,GlobalPrevalence\n\(hash),7\n")
    let query = "trawl query -q rare.kql files.json --format csv --kql-fileprofile"
    #expect(try workspace.shell("\(query) profiles.csv").output == "FileName,GlobalPrevalence\r\na,7\r\n")
    let refused = try workspace.shell("\(query) files.json")
    #expect(refused.status == 0, "a log has hashes and no profiles: all is null")
    let explained = try workspace.shell(
      "trawl explain rare.kql --event files.json:1 --kql-fileprofile profiles.csv")
    #expect(explained.output.contains("Adds what is known of the file with that hash"))
    #expect(explained.output.contains("✓ GlobalPrevalence is less than 50"), "\(explained.output)")
    try workspace.write("profiles.csv", "SHA1,GlobalPrevalence\n\(hash),seven\n")
    let wrong = try workspace.shell("\(query) profiles.csv")
    #expect(wrong.status == 3 && wrong.error.contains("profiles.csv: row 1: GlobalPrevalence is int"))
  }

  @Test func whatIsNotUnderstoodIsRefused() throws {
    for (options, message) in [
      ("--kql-now soon", "--kql-now: 'soon' is no time"), ("--kql-external x", "is no address and file"),
      ("--kql-external a=none.txt", "none.txt: "), ("--kql-time never", "--kql-time"),
    ] {
      let run = try workspace.shell("trawl scan -r recent.kql log.json \(options)")
      #expect(run.status == 3, "\(options)")
      #expect(run.error.contains(message), "\(run.error)")
    }
  }
}
