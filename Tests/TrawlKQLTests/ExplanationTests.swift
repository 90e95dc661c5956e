import Testing
import TrawlKQL
import TrawlRules

/// Queries in words.
struct ExplanationTests {
  private func stages(_ text: String) throws -> [Explanation.Stage] {
    try loadedQuery(text).explanation().stages
  }

  private func words(_ condition: String) throws -> [String] {
    let stages = try stages("DeviceNetworkEvents\n| where \(condition)")
    return stages.flatMap(\.terms).map(\.words)
  }

  @Test(arguments: [
    ("RemoteUrl has_any ('a', 'b')", "RemoteUrl has one of these as a whole term, in any case: 'a', 'b'"),
    ("RemoteUrl has '-enc'", "RemoteUrl has '-enc' where a term ends, in any case"),
    ("RemoteUrl has 'enc/'", "RemoteUrl has 'enc/' where a term begins, in any case"),
    (
      "RemoteUrl has '://'",
      "RemoteUrl has '://' anywhere, for it has no letter or digit at its ends, in any case"
    ),
    ("RemoteUrl == 'a'", "RemoteUrl is 'a'; case matters"),
    ("RemoteUrl !~ 'a'", "RemoteUrl is not 'a', in any case; an empty value passes too"),
    ("RemoteUrl contains_cs 'a'", "RemoteUrl contains 'a'; case matters"),
    ("RemotePort in (80, 443)", "RemotePort is one of these: 80, 443"),
    ("RemotePort == 80", "RemotePort is 80"), ("RemotePort >= 80", "RemotePort is at least 80"),
    ("LocalPort == RemotePort", "LocalPort is RemotePort"),
    ("Timestamp < datetime(2026-01-01)", "Timestamp is before 2026-01-01T00:00:00.0000000Z"),
    ("RemotePort between (1 .. 9)", "RemotePort lies between 1 and 9, both included"),
    ("isempty(RemoteUrl)", "RemoteUrl is empty or absent"),
    ("ipv4_is_private(RemoteIP)", "RemoteIP is an IPv4 address of a private network"),
    (
      "RemoteUrl matches regex 'a.c'",
      "RemoteUrl matches the regular expression 'a.c' somewhere; case matters"
    ),
  ]) func `a condition is put into words`(_ condition: String, _ expected: String) throws {
    #expect(try words(condition) == [expected])
  }

  @Test func `or and not have their conditions below them`() throws {
    let terms = try stages("DeviceNetworkEvents | where not(RemoteUrl has 'a' or RemotePort == 1)").flatMap(
      \.terms)
    #expect(terms.map(\.joint) == [.not])
    #expect(terms[0].parts.map(\.joint) == [.any])
    #expect(
      terms[0].parts[0].parts.map(\.words) == [
        "RemoteUrl has 'a' as a whole term, in any case", "RemotePort is 1",
      ])
  }

  @Test func `a let is shown where it is used`() throws {
    let stages = try stages(
      "let Urls = dynamic(['a', 'b']);\nDeviceNetworkEvents | where RemoteUrl in~ (Urls)")
    #expect(stages[0].sentence == "Urls stands for a list of 2: 'a', 'b'.")
    #expect(stages.last?.terms.map(\.words) == ["RemoteUrl is one of these, in any case: Urls ('a', 'b')"])
  }

  @Test func `a long list is cut`() throws {
    let values = (1...20).map { "'v\($0)'" }.joined(separator: ", ")
    let text = try #require(try words("RemoteUrl in (\(values))").first)
    #expect(text.hasSuffix("'v12', 8 more"))
  }

  @Test func `a time filter that is lifted says so`() throws {
    let query = try loadedQuery("DeviceNetworkEvents | where Timestamp > ago(7d) and RemotePort == 1")
    let explanation = query.explanation()
    let terms = explanation.stages.flatMap(\.terms)
    #expect(terms.map(\.words) == ["Timestamp is after ago(7d)", "RemotePort is 1"])
    #expect(terms[0].remark?.contains("time filter lifted") == true && terms[0].conditions.isEmpty)
    #expect(terms[1].remark == nil && terms[1].conditions[0] != nil)
    #expect(explanation.outcome.remarks.contains { $0.contains("Time filter lifted") })
  }

  @Test(arguments: [
    (
      "summarize N = count(), make_set(RemoteUrl) by DeviceName",
      "Makes one row for each DeviceName: how many rows (N); the different RemoteUrl."
    ),
    (
      "sort by DeviceName asc, Timestamp",
      "Sorts by DeviceName, the least first, then Timestamp, the greatest first."
    ),
    ("top 5 by RemotePort", "Leaves the first 5 rows by RemotePort, the greatest first."),
    ("project DeviceName, P = RemotePort", "Leaves these columns: DeviceName, P = RemotePort."),
    ("project-rename Host = DeviceName", "Renames columns: DeviceName to Host."),
    ("extend A = 1", "Adds columns: A = 1."), ("take 3", "Leaves 3 rows, whichever come."),
    ("distinct DeviceName", "Leaves one row for each combination of DeviceName."),
    (
      "join kind=leftouter (DeviceInfo) on DeviceId",
      "Adds the columns of the rows of DeviceInfo that have the same DeviceId; rows without any stay."
    ),
  ]) func `an operator is put into a sentence`(_ step: String, _ sentence: String) throws {
    #expect(try stages("DeviceNetworkEvents\n| \(step)").last { $0.depth == 0 }?.sentence == sentence)
  }

  @Test func `every table that Trawl has rows of is said to hold something`() {
    for table in KQLSyntax.tables {
      #expect(TableMeanings.standard.sentence(of: table) != nil, "\(table)")
    }
  }
}
