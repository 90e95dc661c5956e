import Testing
import TrawlKQL

/// What is said of queries that do not load (KQL reference, 5.3).
struct MessageTests {
  @Test func aBadEscapeShowsHowToWriteIt() {
    let text = """
      # RMM
      ```kql
      DeviceEvents
      ```
      ```kql
      DeviceEvents
      | where FolderPath contains "\\Windows\\System32"
      ```
      """
    let documents = KQLLoader().load(text, file: "hunt/rmm.md")
    #expect(
      documents.skipped.map(\.diagnostic.text) == [
        #"""
        hunt/rmm.md block 2 line 7:29: KQL104 '\W' is not a KQL escape in a "..." string
           | where FolderPath contains "\Windows\System32"
                                       ^ write @"\Windows\System32" or "\\Windows\\System32"; Kusto rejects this query too. Skipped.
        """#
      ])
  }

  @Test func anUnknownColumnNamesTheNearest() throws {
    let skipped = try onlySkipped("DeviceProcessEvents\n| where 1 == 1\n| where ProcessCommandline has 'x'")
    #expect(
      skipped.text == """
        q.kql:3:9: KQL202 DeviceProcessEvents has no column 'ProcessCommandline' (names are case-sensitive). Did you mean 'ProcessCommandLine'?
           | where ProcessCommandline has 'x'
                   ^ write ProcessCommandLine
        """)
  }

  @Test func fileProfileNamesWhatItNeeds() throws {
    let filters = Array(repeating: "| where FileName == 'x'", count: 4).joined(separator: "\n")
    let text = "DeviceFileEvents\n\(filters)\n| invoke FileProfile(SHA1, 1000)\n| where GlobalPrevalence < 50"
    #expect(
      try onlySkipped(text).text == """
        q.kql:6:3: KQL412 'invoke FileProfile' needs Microsoft's cloud prevalence data. Supply --kql-fileprofile FILE or run with --kql-partial (lines 1-5 as a filter). Skipped.
           | invoke FileProfile(SHA1, 1000)
             ^
        """)
  }

  @Test func aQueryIsUsedAsFarAsItIsUnderstoodIfTheUserWishes() throws {
    let text = """
      DeviceFileEvents
      | where FileName == 'x'
      | invoke FileProfile(SHA1, 1000)
      | where GlobalPrevalence < 50
      """
    let partial = KQLLoader(
      options: {
        var options = KQLOptions()
        options.isPartial = true
        return options
      }())
    let query = try #require(partial.load(text, file: "q.kql").queries.first)
    #expect(query.outcome == .prefilter)
    #expect(query.rules().map(\.title) == ["q (prefilter)"])
    let engine = try QueryEngine(query)
    #expect(try engine.matches(table: "DeviceFileEvents", ["FileName": .string("x")]))
    #expect(try !engine.matches(table: "DeviceFileEvents", ["FileName": .string("y")]))
    // Where nothing is asked before, all events would match.
    let bare = "DeviceFileEvents\n| invoke FileProfile(SHA1, 1000)\n| where GlobalPrevalence < 50"
    #expect(partial.load(bare, file: "q.kql").queries.isEmpty)
    // A table that can be made is exact.
    let counted = """
      DeviceFileEvents
      | where FileName == 'x'
      | summarize arg_max(Timestamp, *) by DeviceName
      | where FolderPath == 'y'
      """
    let table = try #require(partial.load(counted, file: "q.kql").queries.first)
    #expect(table.outcome == .full && table.eventLimit != nil && table.rules().isEmpty)
  }

  @Test func aWindowAsksForATime() throws {
    let text = "DeviceProcessEvents\n| where Timestamp between (ago(30d)..ago(2d))"
    #expect(
      try onlySkipped(text).text == """
        q.kql:2:3: KQL301 compares two time windows (ago(30d)..ago(2d)); pass --kql-now newest or an ISO time. Skipped.
           | where Timestamp between (ago(30d)..ago(2d))
             ^
        """)
  }

  @Test func anOperatorThatDoesNotExistShowsTheOneThatDoes() throws {
    let skipped = try onlySkipped(
      "DeviceProcessEvents\n| where 1 == 1\n\n|where FileName !has_any ('x', 'y')")
    #expect(
      skipped.text == """
        q.kql:4:17: KQL115 '!has_any' does not exist in KQL; use not(FileName has_any (...)).
           |where FileName !has_any ('x', 'y')
                           ^ use not(FileName has_any (...))
        """)
  }

  @Test(
    "each mistake has its code and place",
    arguments: [
      ("DeviceProcessEvents | where FileName = 'x'", 108, 38),
      ("DeviceProcessEvents | whre FileName == 'x'", 109, 23),
      ("| where FileName == 'x'", 110, 1), ("DeviceProcessEvents | where (FileName == 'x'", 111, 29),
      ("DeviceProcessEvents | where FileName == 'x')", 111, 44),
      ("DeviceProcessEvents | where 1 < ProcessId < 5", 113, 43),
      ("DeviceProcessEvents | where not FileName has 'x'", 114, 29), ("DeviceProcessEvent | take 1", 201, 1),
      ("let x = 5\nDeviceProcessEvents", 107, 1), ("let x = 5;", 116, 1), ("DeviceProcessEvents |", 109, 22),
      ("DeviceProcessEvents | where toLower(FileName) == 'x'", 203, 29),
      ("DeviceProcessEvents | where strlen() > 1", 204, 29),
      ("DeviceProcessEvents | where count() > 1", 205, 29),
      ("DeviceProcessEvents | where ProcessId has '1'", 501, 29),
      ("DeviceProcessEvents | where FileName.x == 'y'", 502, 29),
      ("DeviceProcessEvents | where strlen(FileName)", 503, 29),
      ("DeviceProcessEvents | where Timestamp > 5", 504, 29),
      ("DeviceProcessEvents | where FileName matches regex '('", 601, 52),
      ("DeviceProcessEvents | where FileName matches regex 'a(?=b)'", 601, 52),
      ("DeviceProcessEvents | where FileName matches regex '[a&&b]'", 602, 52),
      ("DeviceProcessEvents | where FileName matches regex FolderPath", 603, 52),
      ("DeviceProcessEvents | project FileName | where FolderPath == 'x'", 202, 48),
      ("SigninLogs | where UserPrincipalName == 'x'", 414, 1), ("search 'x'", 414, 1),
      ("DeviceProcessEvents | where FileName in 'x'", 106, 41),
    ])
  func codes(text: String, code: Int, column: Int) throws {
    let skipped = try onlySkipped(text)
    #expect(skipped.code == code, "\(skipped.text)")
    #expect(skipped.diagnostic.location.column == column, "\(skipped.text)")
    #expect(skipped.diagnostic.message.hasPrefix("KQL\(code) "))
  }

  @Test func aLiteralOfTheWrongTypeIsReadAsTheColumnsAndSaidSo() throws {
    let documents = KQLLoader().load("DeviceNetworkEvents | where RemotePort == '3389'", file: "q.kql")
    #expect(documents.queries.count == 1)
    #expect(documents.diagnostics.map(\.code) == [505])
    let twice = KQLLoader().load(
      "union DeviceNetworkEvents, DeviceEvents | where RemotePort == '1'", file: "q.kql")
    #expect(twice.diagnostics.count == 1)
    #expect(documents.diagnostics.allSatisfy { $0.diagnostic.severity == .warning })
  }

  @Test func whatGrowsWithoutBoundIsRefused() throws {
    let doubling = (1...40).map { "let f\($0) = strcat(f\($0 - 1), f\($0 - 1));" }.joined(separator: "\n")
    let text = "let f0 = 'x';\n\(doubling)\nDeviceEvents | where ActionType == f40"
    #expect(KQLLoader().load(text, file: "q.kql").queries.isEmpty)
    let unions = (1...40).map { "let t\($0) = union t\($0 - 1), t\($0 - 1);" }.joined(separator: "\n")
    #expect(try onlySkipped("let t0 = DeviceEvents;\n\(unions)\nt40").code == 112)
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(try onlySkipped("DeviceEvents | where \(deep) == 1").code == 112)
    let long = Array(repeating: "1", count: 5000).joined(separator: "+")
    #expect(try onlySkipped("DeviceEvents | where \(long) == 1").code == 112)
  }
}
