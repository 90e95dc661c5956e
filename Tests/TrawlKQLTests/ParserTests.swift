import Testing
import TrawlKQL
import TrawlRows
import TrawlRules
import TrawlTestSupport

/// Grammar (KQL reference, section 2).
struct ParserTests {
  @Test("and binds tighter than or, comparisons tighter than both, text operators tightest")
  func precedence() throws {
    func column(_ name: String, _ text: String) -> KQLPredicate {
      .text(.column(name, .string), .equals, [text], .any, isCased: true)
    }
    let (a, b, c) = (column("FileName", "a"), column("FolderPath", "b"), column("SHA1", "c"))
    #expect(
      try predicate("FileName == 'a' or FolderPath == 'b' and SHA1 == 'c'") == .any([a, .all([b, c])]))
    #expect(
      try predicate("(FileName == 'a' or FolderPath == 'b') and SHA1 == 'c'") == .all([.any([a, b]), c]))
    #expect(
      try predicate("ProcessId + 2 * 3 > 7")
        == .compare(
          .call(.add, [.column("ProcessId", .long), .constant(.integer(6))]), .greater, .constant(.integer(7))
        ))
  }

  @Test(
    "every operator of published queries is read",
    arguments: [
      "| filter FileName == 'x' | limit 5", "| sort by Timestamp desc nulls last, FileName asc",
      "| order by FileName",
      "| top 5 by Timestamp desc", "| distinct FileName, FolderPath", "| distinct *",
      "| project FileName, X = FolderPath",
      "| project-away Sha*, FileName", "| project-keep File*", "| project-reorder Timestamp, *",
      "| project-rename Name = FileName", "| extend A = 1, B = tolower(FileName)",
      "| extend (A, B) = pack_array(1, 2)",
      "| summarize count() by FileName",
      "| summarize N = dcount(DeviceId), make_set(FileName, 100) by bin(Timestamp, 1h)",
      "| summarize arg_max(Timestamp, *) by DeviceId", "| summarize by FileName",
      "| render timechart with (title='x|y')",
      "| serialize N = row_number()", "| as Found", "| parse FolderPath with * ':' Path:string '|' Rest",
      "| parse-kv FolderPath as (a: string, b: long) with (pair_delimiter=';', kv_delimiter='=')",
      "| evaluate bag_unpack(AdditionalFields)",
      "| lookup kind=leftouter (DeviceInfo | project DeviceId, OSPlatform) on DeviceId",
      "| join kind=leftouter hint.strategy=broadcast (DeviceInfo) on $left.DeviceId == $right.DeviceId",
      "| union (DeviceFileEvents | where FileName == 'x'), DeviceEvents",
      "| union isfuzzy=true withsource=Source DeviceFile*",
      "| where FileName in ((datatable(x: string)['a', 'b']))", "| where * has 'x'", "| sample 3",
      "| summarize hint.shufflekey=DeviceId count() by DeviceId", "| where FileName between ('a' .. 'b')",
    ])
  func operators(tail: String) throws {
    let query = try loadedQuery("DeviceProcessEvents\n\(tail)")
    #expect(query.filters.contains { $0.table == "DeviceProcessEvents" })
  }

  @Test(
    "operators that are read and not run are skipped by their name",
    arguments: [
      ("| mv-expand AdditionalFields", "mv-expand"),
      ("| mv-apply x = AdditionalFields to typeof(string) on (where x == '1')", "mv-apply"),
      (
        "| make-series n = count() default = 0 on Timestamp from ago(1d) to now() step 1h by DeviceId",
        "make-series"
      ),
      ("| join (DeviceFileEvents | mv-expand AdditionalFields) on DeviceId", "mv-expand"),
      ("| join kind=leftanti (EmailEvents) on DeviceId", "other table"),
      ("| parse-where FolderPath with 'x' y", "parse-where"),
      ("| scan with (step a: FileName == 'x';)", "scan"),
      ("| partition by DeviceId (top 1 by Timestamp)", "partition"),
      ("| evaluate ipv4_lookup(DeviceInfo, FileName, PublicIP)", "evaluate ipv4_lookup"),
      ("| invoke FileProfile() | where GlobalPrevalence < 9", "FileProfile"),
      ("| where DeviceId in ((DeviceInfo | mv-expand x = Vendor | project x))", "mv-expand"),
      ("| where FileName == toscalar(EmailEvents | take 1)", "other table"),
      (
        "| where FileName in (externaldata(x: string)['https://example.org/x.txt'] with (format='txt'))",
        "externaldata"
      ),
      ("| where FileName in (_GetWatchlist('x'))", "watchlist"), ("| facet by FileName", "facet"),
    ])
  func skipped(tail: String, reason: String) throws {
    let skipped = try onlySkipped("DeviceProcessEvents\n\(tail)")
    #expect(skipped.diagnostic.reason == reason, "\(skipped.text)")
    #expect(skipped.diagnostic.location.line == 2)
  }

  @Test(
    "operators that need all rows make tables, and no events",
    arguments: [
      ("| count", "count"), ("| summarize count()", "summarize without by"),
      ("| take 5 | where FileName == 'x'", "where after take"),
      ("| summarize arg_max(Timestamp, *) by FileName | where ProcessId > 5", "where after arg_max"),
      ("| summarize n = count() by FileName, DeviceId | project n | where n > 5", "where after summarize"),
    ])
  func tablesOnly(tail: String, reason: String) throws {
    let query = try loadedQuery("DeviceProcessEvents\n\(tail)")
    #expect(query.outcome == .full && query.plan != nil)
    #expect(query.eventLimit?.diagnostic.reason == reason)
    #expect(query.eventLimit?.diagnostic.location.line == 2)
    #expect(query.rules().isEmpty && query.planRules().count == 1)
  }

  @Test("let binds values, lists, tables and functions")
  func bindings() throws {
    let text = """
      let Name = "cmd.exe"; let ['odd name'] = dynamic(["a.exe", "b.exe"]);
      let Table = datatable(Program: string, Note: string) ["c.exe", "x", "d.exe", "y"];
      let Prefix = strcat("C:", @"\\Users");
      let Rows = (DeviceProcessEvents | where FolderPath startswith Prefix);
      let Test = (value: string, other: string = "z") { value == Name or value == other };
      let Listed = (T: (*), list: dynamic) { T | where FileName in~ (list) };
      Rows
      | where Test(FileName) or FileName in (['odd name']) or FileName in~ (Table)
      | invoke Listed(dynamic(["CMD.EXE", "C.exe"]))
      """
    let query = try loadedQuery(text)
    let row = { (name: String) -> [String: JSONValue] in
      ["FileName": .string(name), "FolderPath": .string("C:\\Users\\x")]
    }
    for (name, expected) in [
      ("cmd.exe", true), ("c.exe", true), ("a.exe", false), ("d.exe", false), ("z", false),
    ] {
      let reference = try KQLPredicateReference(table: "DeviceProcessEvents", row: row(name))
      #expect(try reference.truth(query.filters[0].predicate) == expected, "\(name)")
    }
  }

  @Test("a condition on a column that extend or project made is a condition on the event")
  func substitution() throws {
    let text = """
      DeviceProcessEvents
      | extend Name = tolower(FileName), IsShort = strlen(FileName) < 8
      | project Name, IsShort, Line = ProcessCommandLine
      | where IsShort and Name == "cmd.exe"
      | summarize count() by Line
      | where Line has "whoami"
      """
    #expect(try loadedQuery(text).tail == ["extend", "project", "summarize"])
    let hit: [String: JSONValue] = [
      "FileName": .string("CMD.exe"), "ProcessCommandLine": .string("whoami /all"),
    ]
    let reference = try KQLPredicateReference(table: "DeviceProcessEvents", row: hit)
    #expect(try reference.truth(try loadedQuery(text).filters[0].predicate) == true)
  }

  @Test("each table of a union has its own predicate")
  func unions() throws {
    let text = """
      union (DeviceProcessEvents | where FileName == "x" | extend Path = FolderPath), DeviceNetworkEvents, SigninLogs
      | where RemotePort == 4444 or Path has "temp"
      """
    let documents = KQLLoader().load(text, file: "q.kql")
    let query = try #require(documents.queries.first)
    #expect(query.filters.map(\.table) == ["DeviceProcessEvents", "DeviceNetworkEvents"])
    #expect(documents.diagnostics.map(\.code) == [414])
    let row: [String: JSONValue] = ["RemotePort": .number("4444")]
    let network = try KQLPredicateReference(table: "DeviceNetworkEvents", row: row)
    #expect(try network.truth(query.filters[1].predicate) == true)
  }
}
