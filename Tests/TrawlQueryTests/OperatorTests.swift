import Testing
import TrawlKQL
import TrawlQuery
import TrawlRows

/// Tabular operators, by the pages of learn.microsoft.com that are named, with rows of our own.
struct OperatorTests {
  private static func row(_ device: String, _ port: Int64?, _ address: String = "", at hour: Int64 = 0)
    -> SampleRow
  {
    SampleRow([
      "DeviceName": .string(device), "RemotePort": port.map { .integer($0) } ?? .null(.int),
      "RemoteIP": .string(address),
      "Timestamp": .datetime(638_000_000_000_000_000 / KQLTime.day * KQLTime.day + hour * 36_000_000_000),
    ])
  }

  private let rows = [
    row("b", 443, "10.0.0.1", at: 0), row("a", nil, "10.0.0.2", at: 1), row("B", 80, "10.0.0.1", at: 1),
    row("a", 443, "10.0.0.3", at: 2), row("", 22, "10.0.0.1", at: 3),
  ]

  private func check(
    _ tail: String, _ expected: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    let found = lines(try result(of: "DeviceNetworkEvents\n\(tail)", rows, at: location))
    #expect(found == expected, "\(found)", sourceLocation: location)
  }

  @Test func `sort is descending with nulls last unless it says otherwise`() throws {
    try check("| project RemotePort | sort by RemotePort", ["RemotePort", "443", "443", "80", "22", "-"])
    try check(
      "| project RemotePort | order by RemotePort asc", ["RemotePort", "-", "22", "80", "443", "443"])
    try check(
      "| project RemotePort | sort by RemotePort desc nulls first",
      ["RemotePort", "-", "443", "443", "80", "22"])
    try check(
      "| project RemotePort | sort by RemotePort asc nulls last",
      ["RemotePort", "22", "80", "443", "443", "-"])
  }

  @Test func `text is sorted by its bytes, and the empty text is no null`() throws {
    try check(
      "| project DeviceName | sort by DeviceName asc", ["DeviceName", "", "B", "a", "a", "b"])
    try check("| project DeviceName | sort by DeviceName", ["DeviceName", "b", "a", "a", "B", ""])
  }

  @Test func `rows that compare equal stay in the order of the input`() throws {
    try check(
      "| sort by RemotePort | project DeviceName, RemotePort",
      ["DeviceName|RemotePort", "b|443", "a|443", "B|80", "|22", "a|-"])
    try check(
      "| sort by DeviceName asc, RemotePort | project DeviceName, RemotePort",
      ["DeviceName|RemotePort", "|22", "B|80", "a|443", "a|-", "b|443"])
  }

  @Test func `top is sort and take`() throws {
    try check("| top 2 by RemotePort | project DeviceName", ["DeviceName", "b", "a"])
    try check("| top 2 by RemotePort asc | project RemotePort", ["RemotePort", "-", "22"])
    try check("| top 0 by RemotePort | project RemotePort", ["RemotePort"])
    try check("| take 2 | project DeviceName", ["DeviceName", "b", "a"])
    try check("| sort by RemotePort asc nulls last | limit 1 | project RemotePort", ["RemotePort", "22"])
  }

  @Test func `a filter behind take looks at what take left`() throws {
    try check("| take 2 | where DeviceName == 'a' | project RemoteIP", ["RemoteIP", "10.0.0.2"])
    try check("| where DeviceName == 'a' | take 2 | project RemoteIP", ["RemoteIP", "10.0.0.2", "10.0.0.3"])
  }

  @Test func `distinct keeps the first of equal rows, with regard to case`() throws {
    try check("| distinct DeviceName", ["DeviceName", "b", "a", "B", ""])
    try check("| distinct DeviceName, RemotePort | count", ["Count", "5"])
    try check("| project RemoteIP | distinct *", ["RemoteIP", "10.0.0.1", "10.0.0.2", "10.0.0.3"])
  }

  @Test func `count gives one row, of no rows too`() throws {
    try check("| count", ["Count", "5"])
    try check("| where RemotePort == 1 | count as N", ["N", "0"])
  }

  @Test func `extend puts a column that it replaces last, as the page of the operator says`() throws {
    try check(
      "| project DeviceName, RemotePort | extend DeviceName = 'x', N = RemotePort + 1 | take 1",
      ["RemotePort|DeviceName|N", "443|x|444"])
  }

  @Test func `columns are left out, kept, renamed and put first by name and by pattern`() throws {
    let head = "| project DeviceName, RemotePort, RemoteIP | take 1"
    try check("\(head) | project-away Remote*", ["DeviceName", "b"])
    try check("\(head) | project-keep Remote*", ["RemotePort|RemoteIP", "443|10.0.0.1"])
    try check("\(head) | project-reorder RemoteIP", ["RemoteIP|DeviceName|RemotePort", "10.0.0.1|b|443"])
    try check(
      "\(head) | project-rename Port = RemotePort", ["DeviceName|Port|RemoteIP", "b|443|10.0.0.1"])
  }

  @Test func `render, as and serialize change nothing`() throws {
    try check(
      "| as T | project DeviceName | serialize | take 1 | render table", ["DeviceName", "b"])
  }

  @Test func `columns without names are numbered`() throws {
    try check("| take 1 | project strlen(DeviceName), 1 + 1", ["Column1|Column2", "1|2"])
  }

  @Test func `a union takes columns of all tables in the order of the input`() throws {
    let query = """
      union withsource=T DeviceNetworkEvents, (DeviceFileEvents | where FileName != 'x')
      | project T, DeviceName, RemotePort, FileName
      | sort by T asc
      """
    let events = [
      SampleRow(["DeviceName": .string("f"), "FileName": .string("a")], table: "DeviceFileEvents"),
      SampleRow(["DeviceName": .string("g"), "FileName": .string("x")], table: "DeviceFileEvents"),
      OperatorTests.row("n", 1),
    ]
    let found = lines(try result(of: query, events))
    #expect(
      found == ["T|DeviceName|RemotePort|FileName", "DeviceFileEvents|f|-|a", "DeviceNetworkEvents|n|1|"])
  }

  @Test func `a row is there twice for two sources that it fits`() throws {
    let query = """
      let T = DeviceNetworkEvents;
      union (T | where RemotePort > 50 | project A = 'high', RemotePort), (T | where RemotePort < 100 | project A = 'low', RemotePort)
      | summarize count() by A
      """
    #expect(lines(try result(of: query, rows)) == ["A|count_", "high|3", "low|2"])
  }

  @Test func `a query that has no table says why, and still says which events match`() throws {
    let documents = KQLLoader().load(
      "DeviceNetworkEvents | sort by RemotePort | evaluate bag_unpack(AdditionalFields)", file: "q.kql")
    let query = try #require(documents.queries.first)
    #expect(query.outcome == .filterExact && query.plan == nil)
    #expect(query.tableLimit?.diagnostic.reason == "evaluate")
  }

  @Test func `columns that nothing looks at are not carried along`() throws {
    let plan = try plan(
      of: "DeviceNetworkEvents | sort by Timestamp | project DeviceName | where DeviceName != ''")
    #expect(plan.sources[0].columns.map(\.name) == ["DeviceName", "Timestamp"])
  }

  @Test func `take has enough before the end, but not behind an operator that needs all rows`() throws {
    var early = TableBuilder(try plan(of: "DeviceNetworkEvents | project DeviceName | take 1"))
    #expect(!early.isSatisfied)
    try early.add([.string("a")])
    #expect(early.isSatisfied)
    var late = TableBuilder(
      try plan(of: "DeviceNetworkEvents | project DeviceName | sort by DeviceName | take 1"))
    try late.add([.string("a")])
    #expect(!late.isSatisfied)
  }

  @Test(arguments: [
    ("sort by RemotePort", "'sort'"), ("distinct RemoteIP | count", "'distinct'"),
    ("summarize count() by RemoteIP", "'summarize'"),
    ("summarize make_list(RemoteIP)", "'summarize'"), ("project RemoteIP", "the result"),
    ("top 9000 by RemoteIP", "'top'"),
  ])
  func `what takes more memory than allowed is an error that says where`(tail: String, holder: String) throws
  {
    let rows = (Int64(0)..<9000).map { (n: Int64) in OperatorTests.row("d", n, "10.0.0.\(n)") }
    let error = #expect(throws: QueryLimit.self) {
      try result(of: "DeviceNetworkEvents | \(tail)", rows, budget: MemoryBudget(limit: 1 << 18))
    }
    #expect(error?.message.contains(holder) == true)
  }

  @Test func `top holds no more rows than it gives`() throws {
    let rows = (Int64(0)..<9000).map { (n: Int64) in OperatorTests.row("d", n, "10.0.0.\(n)") }
    let table = try result(
      of: "DeviceNetworkEvents | top 2 by RemotePort | project RemotePort", rows,
      budget: MemoryBudget(limit: 1 << 14))
    #expect(lines(table) == ["RemotePort", "8999", "8998"])
  }
}
