import Testing
import TrawlKQL
import TrawlTestSupport

/// Tables that are known when a query is loaded: datatables, and local files that stand for addresses.
struct ExternalDataTests {
  private static let address = "https://example.org/list.txt"

  private func query(_ columns: String, _ options: String, _ steps: String = "") -> String {
    """
    let Bad = externaldata(\(columns))[h@"\(Self.address)"] with (\(options))\(steps);
    DeviceNetworkEvents
    | where RemoteIP in (Bad)
    """
  }

  private func loaded(_ query: String, _ text: String) throws -> KQLQuery {
    try loadedQuery(query, options: KQLOptions(externals: [Self.address: text]))
  }

  private func finds(_ query: KQLQuery, _ ip: String) throws -> Bool {
    try QueryEngine(query).matches(table: "DeviceNetworkEvents", ["RemoteIP": .string(ip)])
  }

  @Test("without a file for its address the message says how to give one")
  func missing() throws {
    let diagnostic = try onlySkipped(query("IP: string", "format='txt'"))
    #expect(diagnostic.diagnostic.reason == "externaldata")
    #expect(diagnostic.text.contains("--kql-external 'https://example.org/list.txt=FILE'"))
  }

  @Test(
    "lines, delimited values and JSON are read as the options say",
    arguments: [
      ("IP: string", "format='txt'", "1.1.1.1\r\n2.2.2.2\n", "1.1.1.1", true),
      ("IP: string", "format='txt', ignoreFirstRecord=True", "1.1.1.1\n2.2.2.2", "1.1.1.1", false),
      (
        "IP: string", "ignoreFirstRecord=true, format=\"csv\"", "ip,x\n\"2.2.2.2\",\"a\n,b\"\n3.3.3.3,",
        "2.2.2.2", true
      ),
      ("IP: string", "format='csv'", "ip,x\n\"2.2.2.2\",\"a\n,b\"\n3.3.3.3,", "3.3.3.3", true),
      ("IP: string, X: string", "format='tsv'", "9.9.9.9\ta", "9.9.9.9", true),
      ("Other: string, IP: string", "format='csv'", "x,9.9.9.9", "9.9.9.9", false),
      ("IP: string", "format='multijson'", "[{\"IP\":\"4.4.4.4\"},{\"X\":1}]", "4.4.4.4", true),
      ("IP: string", "format='json'", "{\"IP\":\"4.4.4.4\"}\n{\"IP\":\"5.5.5.5\"}", "5.5.5.5", true),
    ])
  func formats(columns: String, options: String, text: String, ip: String, isFound: Bool) throws {
    #expect(try finds(loaded(query(columns, options), text), ip) == isFound)
  }

  @Test("a file that is not in its format refuses the query")
  func unreadable() throws {
    let options = KQLOptions(externals: [Self.address: "no json"])
    #expect(try onlySkipped(query("IP: string", "format='json'"), options: options).text.contains("KQL304"))
  }

  @Test("operators that keep rows apart are computed at load")
  func steps() throws {
    let steps = """

      | where Line matches regex @"\\d+\\." and not(Line startswith "#")
      | extend IP = tostring(split(Line, " ")[0]), Kind = extract(@" (\\w+)$", 1, Line)
      | where Kind != "ok"
      | project-away Line
      | distinct IP
      """
    let query = try loaded(
      query("Line: string", "format='txt'", steps),
      "# 7.7.7.7 bad\n1.1.1.1 bad\n1.1.1.1 bad\n2.2.2.2 ok\nnone")
    #expect(query.outcome == .full)
    guard case .text(_, .equals, let texts, .any, true) = query.filters[0].predicate else {
      return #expect(Bool(false), "\(query.filters)")
    }
    #expect(texts == ["1.1.1.1"])
  }

  @Test("so are those of datatables, also for toscalar")
  func datatables() throws {
    let text = """
      let T = datatable(Name: string, Size: long) ["a.exe", 3, "b.exe", 5, "c.exe", long(null)];
      let Largest = toscalar(T | where Size > 3 | project Size * 2);
      DeviceFileEvents
      | where FileName in ((T | where Size >= 3 | take 1 | project strcat("x", Name))) and FileSize == Largest
      """
    let row: [String: JSONValue] = ["FileName": .string("xa.exe"), "FileSize": .number("10")]
    #expect(try QueryEngine(loadedQuery(text)).matches(table: "DeviceFileEvents", row))
    let other = row.merging(["FileSize": .number("6")]) { $1 }
    #expect(try !QueryEngine(loadedQuery(text)).matches(table: "DeviceFileEvents", other))
  }

  @Test("a list that is read from events needs their table, and has its rows then")
  func events() throws {
    let text = "DeviceEvents\n| where FileName in ((DeviceFileEvents | project FileName))"
    let query = try loadedQuery(text)
    let plan = try #require(query.needs.first)
    #expect(query.needs.count == 1 && query.readsTwice)
    #expect(plan.sources.map(\.table) == ["DeviceFileEvents"])
    var options = KQLOptions()
    options.tables = [KQLTable(plan: plan, rows: [[.string("a.exe")], [.null(.string)]])]
    let known = try #require(KQLLoader(options: options).load(text, file: "q.kql").queries.first)
    #expect(known.needs.isEmpty && known.readsTwice)
    #expect(try QueryEngine(known).matches(table: "DeviceEvents", ["FileName": .string("a.exe")]))
    #expect(try !QueryEngine(known).matches(table: "DeviceEvents", ["FileName": .string("A.exe")]))
    options.tables[0].failure = "too large"
    let skipped = try #require(KQLLoader(options: options).load(text, file: "q.kql").skipped.first)
    #expect(skipped.diagnostic.code == 419 && skipped.diagnostic.text.contains("too large"))
  }

  @Test("a long list is no literal of the database and finds the same")
  func longList() throws {
    let values = (0..<5000).map { "\($0).exe" }
    for op in ["in", "in~", "!in"] {
      let text = "DeviceEvents | where FileName \(op) (\(values.map { "'\($0)'" }.joined(separator: ",")))"
      let query = try loadedQuery(text)
      #expect(query.rules().first?.items.count == 1)
      let engine = try QueryEngine(query)
      for (name, isIn) in [("4999.exe", true), ("5000.exe", false), ("4999.EXE", op == "in~"), ("", false)] {
        let matches = try engine.matches(table: "DeviceEvents", ["FileName": .string(name)])
        #expect(matches == (isIn != (op == "!in")), "\(name) \(op)")
      }
    }
  }
}
