import Testing
import TrawlKQL
import TrawlQuery
import TrawlRows

/// Aggregates and their names, by the pages of learn.microsoft.com on `summarize` and its functions.
struct SummarizeTests {
  private static func row(
    _ device: String, _ size: Int64?, _ flag: Bool? = nil, _ more: KQLValue = .null(.dynamic)
  ) -> SampleRow {
    SampleRow([
      "DeviceName": .string(device), "RemotePort": size.map { .integer($0) } ?? .null(.int),
      "IsInitiatingProcessRemoteSession": flag.map { .bool($0) } ?? .null(.bool), "AdditionalFields": more,
      "Timestamp": .datetime((size ?? 0) * 600_000_000),
    ])
  }

  private let rows = [
    row("x", 2, true, .bag([KQLMember("a", .integer(1))])),
    row("y", 4, nil, .list([.integer(1), .integer(2)])),
    row("x", nil, true),
    row("x", 4, false, .bag([KQLMember("a", .integer(9)), KQLMember("b", .string("z"))])),
    row("", 4, nil, .list([.integer(2), .integer(3)])), row("x", 5), row("x", 5), row("y", 7), row("y", 9),
  ]

  private func check(
    _ tail: String, _ expected: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    let found = lines(try result(of: "DeviceNetworkEvents\n| summarize \(tail)", rows, at: location))
    #expect(found == expected, "\(found)", sourceLocation: location)
  }

  @Test func `groups come first, in the order of the input`() throws {
    try check("count() by DeviceName", ["DeviceName|count_", "x|5", "y|3", "|1"])
    try check("by DeviceName", ["DeviceName", "x", "y", ""])
    try check(
      "count() by DeviceName, Big = RemotePort > 4",
      ["DeviceName|Big|count_", "x|false|2", "y|false|1", "x|-|1", "|false|1", "x|true|2", "y|true|2"])
  }

  @Test func `bin groups numbers and times and keeps the column's name`() throws {
    try check("count() by bin(RemotePort, 4)", ["RemotePort|count_", "0|1", "4|6", "-|1", "8|1"])
    try check(
      "n = count() by bin(Timestamp, 5m)",
      [
        "Timestamp|n", "0001-01-01T00:00:00.0000000Z|5", "0001-01-01T00:05:00.0000000Z|4",
      ])
  }

  @Test func `counts`() throws {
    try check(
      "count(), countif(RemotePort > 4), dcount(RemotePort), dcountif(RemotePort, DeviceName == 'x'), count_distinct(DeviceName)",
      ["count_|countif_|dcount_RemotePort|dcountif_RemotePort|count_distinct_DeviceName", "9|4|5|3|3"])
  }

  @Test func `sums and means leave nulls out`() throws {
    try check(
      "sum(RemotePort), avg(RemotePort), min(RemotePort), max(RemotePort), sumif(RemotePort, DeviceName == 'y'), avgif(RemotePort, DeviceName == 'y')",
      [
        "sum_RemotePort|avg_RemotePort|min_RemotePort|max_RemotePort|sumif_RemotePort|avgif_RemotePort",
        "40|5.0|2|9|20|6.666666666666667",
      ])
    try check(
      "minif(RemotePort, DeviceName == 'y'), maxif(RemotePort, DeviceName == 'x'), max(DeviceName), avg(Timestamp - datetime(0001-01-01))",
      ["minif_RemotePort|maxif_RemotePort|max_DeviceName|avg_", "4|5|y|00:04:26.6666666"])
  }

  @Test func `spread is that of a sample, or of all values with p`() throws {
    // 2, 4, 4, 4, 5, 5, 7, 9: the mean is 5 and the squares add up to 32.
    try check(
      "variancep(RemotePort), stdevp(RemotePort), round(variance(RemotePort), 6), round(stdev(RemotePort), 6)",
      ["variancep_RemotePort|stdevp_RemotePort|Column1|Column2", "4.0|2.0|4.571429|2.13809"])
  }

  @Test func `a percentile is the nearest rank`() throws {
    try check(
      "percentile(RemotePort, 50), percentiles(RemotePort, 0, 12.5, 75, 100)",
      [
        "percentile_RemotePort_50|percentile_RemotePort_0|percentile_RemotePort_12_5|percentile_RemotePort_75|percentile_RemotePort_100",
        "4|2|2|5|9",
      ])
  }

  @Test func `sets are without duplicates, and lists and sets without nulls`() throws {
    try check(
      "make_set(RemotePort), make_list(RemotePort), make_list_with_nulls(RemotePort) by DeviceName | where DeviceName == 'x'",
      ["DeviceName|set_RemotePort|list_RemotePort|list_RemotePort1", "x|[2,4,5]|[2,4,5,5]|[2,null,4,5,5]"])
    try check(
      "make_set(RemotePort, 2), make_list_if(RemotePort, DeviceName == 'y'), make_set_if(DeviceName, RemotePort == 4)",
      ["set_RemotePort|list_RemotePort|set_DeviceName", "[2,4]|[4,7,9]|[\"y\",\"x\",\"\"]"])
  }

  @Test func `a set of lists is one of their elements, and bags are joined`() throws {
    try check(
      "make_set(AdditionalFields) by DeviceName | where DeviceName != 'x' | summarize make_set(set_AdditionalFields)",
      ["set_set_AdditionalFields", "[1,2,3]"])
    try check("make_bag(AdditionalFields)", ["bag_AdditionalFields", "{\"a\":1,\"b\":\"z\"}"])
  }

  @Test func `arg_max gives the row of the greatest value under the names of its columns`() throws {
    try check(
      "arg_max(RemotePort, Timestamp) by DeviceName",
      [
        "DeviceName|RemotePort|Timestamp", "x|5|0001-01-01T00:05:00.0000000Z",
        "y|9|0001-01-01T00:09:00.0000000Z", "|4|0001-01-01T00:04:00.0000000Z",
      ])
    try check(
      "(least, flag) = arg_min(RemotePort, IsInitiatingProcessRemoteSession) by DeviceName | where DeviceName == 'x'",
      ["DeviceName|least|flag", "x|2|true"])
  }

  @Test func `arg_max with a star gives all other columns`() throws {
    let table = try result(
      of:
        "DeviceNetworkEvents | project DeviceName, RemotePort, N = 1 | summarize arg_max(RemotePort, *) by DeviceName",
      rows)
    #expect(lines(table) == ["DeviceName|RemotePort|N", "x|5|1", "y|9|1", "|4|1"])
  }

  @Test func `arg_max of nulls alone gives the first row`() throws {
    let rows = [SummarizeTests.row("a", nil, true), SummarizeTests.row("b", nil)]
    let table = try result(of: "DeviceNetworkEvents | summarize arg_max(RemotePort, DeviceName)", rows)
    #expect(lines(table) == ["RemotePort|DeviceName", "-|a"])
  }

  @Test func `take_any of one column prefers what is not empty`() throws {
    let rows = [SummarizeTests.row("", nil), SummarizeTests.row("b", 3)]
    let table = try result(
      of:
        "DeviceNetworkEvents | summarize take_any(DeviceName), N = take_any(RemotePort), take_anyif(DeviceName, RemotePort > 9)",
      rows)
    #expect(lines(table) == ["DeviceName|N|DeviceName1", "b|3|"])
  }

  @Test func `aggregates may stand in expressions`() throws {
    try check(
      "Share = round(100.0 * countif(RemotePort > 4) / count(), 1), N = array_length(make_set(RemotePort)) by DeviceName | where N > 1",
      ["DeviceName|Share|N", "x|40.0|3", "y|66.7|3"])
  }

  @Test func `names that are taken get numbers, as on the page of summarize`() throws {
    try check(
      "make_set(DeviceName), make_set(DeviceName) | project set_DeviceName1",
      ["set_DeviceName1", "[\"x\",\"y\",\"\"]"])
  }

  @Test func `without rows there are no groups, and one row without groups`() throws {
    let query = "DeviceNetworkEvents | where RemotePort == 1 | summarize "
    #expect(lines(try result(of: query + "count() by DeviceName", rows)) == ["DeviceName|count_"])
    let aggregates =
      "count(), dcount(DeviceName), sum(RemotePort), max(RemotePort), make_list(DeviceName), avg(RemotePort), arg_max(RemotePort, DeviceName)"
    #expect(
      lines(try result(of: query + aggregates, rows)) == [
        "count_|dcount_DeviceName|sum_RemotePort|max_RemotePort|list_DeviceName|avg_RemotePort|RemotePort|DeviceName",
        "0|0|0|-|[]|nan|-|",
      ])
  }

  @Test func `a threshold on counts, sorted and projected`() throws {
    let query = """
      DeviceNetworkEvents
      | summarize Hits = count(), Ports = make_set(RemotePort) by DeviceName
      | where Hits > 1
      | extend Kinds = array_length(Ports)
      | sort by Hits asc
      | project-away Ports
      """
    #expect(lines(try result(of: query, rows)) == ["DeviceName|Hits|Kinds", "y|3|3", "x|5|3"])
  }

  @Test func `tables are summarized again and again`() throws {
    try check(
      "n = count() by DeviceName | summarize devices = count(), make_set(DeviceName) by n > 2",
      ["Column1|devices|set_DeviceName", "true|2|[\"x\",\"y\"]", "false|1|[\"\"]"])
  }

  @Test func `a column that differs within a group cannot stand outside of an aggregate`() throws {
    let documents = KQLLoader().load(
      "DeviceNetworkEvents | summarize strcat(DeviceName, count()) by RemoteIP", file: "q.kql")
    #expect(documents.queries.first?.plan == nil)
    #expect(documents.queries.first?.tableLimit?.code == 206)
  }
}
