import Testing
import TrawlKQL
import TrawlRows
import TrawlTestSupport

/// Conditions on the time of the run (KQL reference, 3.7).
struct TimeTests {
  private let noon = KQLTime.datetime(2024, 3, 10, hour: 12)

  private func matches(_ query: KQLQuery, at time: String) throws -> Bool {
    let reference = try KQLPredicateReference(table: "DeviceEvents", row: ["Timestamp": .string(time)])
    let isMatch = try reference.truth(query.filters[0].predicate) == true
    let found = try QueryEngine(query).matches(table: "DeviceEvents", ["Timestamp": .string(time)])
    #expect(found == isMatch, "by the engine \(found)")
    return isMatch
  }

  @Test(
    "lower bounds that are relative are lifted",
    arguments: [
      "Timestamp > ago(7d)", "(Timestamp > ago(7d) and DeviceId == '')", "TimeGenerated >= ago(1h)",
      "ago(7d) <= Timestamp", "ingestion_time() > ago(1h)",
      "Timestamp between (ago(7d) .. now())", "Timestamp > now() - 7d", "Timestamp > ago(2 * 1d)",
      "Timestamp > now(-1d)",
      "bin(Timestamp, 1d) >= startofday(ago(7d))", "Timestamp > ago(7d) and Timestamp <= now()",
      "startofday(Timestamp) > ago(1d)",
    ])
  func lifted(condition: String) throws {
    let query = try loadedQuery("DeviceEvents\n| where \(condition)\n| where ActionType != 'x'")
    #expect(query.isTimeLifted)
    #expect(try matches(query, at: "2001-01-01T00:00:00Z"))
  }

  @Test(
    "windows and other conditions on the time of the run are not lifted",
    arguments: [
      ("Timestamp between (ago(30d) .. ago(2d))", 301), ("Timestamp > ago(30d) and Timestamp < ago(2d)", 301),
      ("Timestamp < ago(2d)", 302), ("not(Timestamp > ago(7d))", 302),
      ("Timestamp > ago(7d) or ActionType == 'x'", 302),
      ("ProcessCreationTime > ago(7d)", 302), ("iff(Timestamp > ago(7d), true, false)", 302),
    ])
  func windows(condition: String, code: Int) throws {
    #expect(try onlySkipped("DeviceEvents\n| where \(condition)").code == code)
    let query = try loadedQuery("DeviceEvents\n| where \(condition)", options: KQLOptions(now: noon))
    #expect(!query.isTimeLifted)
  }

  @Test func withAReferenceTimeAWindowIsEvaluated() throws {
    let text = "DeviceEvents | where Timestamp > ago(30d) | where Timestamp < ago(2d)"
    let query = try loadedQuery(text, options: KQLOptions(now: noon))
    #expect(try matches(query, at: "2024-03-01T00:00:00Z"))
    #expect(try !matches(query, at: "2024-03-09T00:00:00Z"))
    #expect(try !matches(query, at: "2024-01-01T00:00:00Z"))
  }

  @Test func strictModeLiftsNothing() throws {
    let text = "DeviceEvents | where Timestamp > ago(7d)"
    #expect(try onlySkipped(text, options: KQLOptions(time: .strict)).code == 302)
    let query = try loadedQuery(text, options: KQLOptions(time: .strict, now: noon))
    #expect(try matches(query, at: "2024-03-09T00:00:00Z"))
    #expect(try !matches(query, at: "2024-03-01T00:00:00Z"))
  }

  @Test func absoluteTimesAreAlwaysApplied() throws {
    let query = try loadedQuery("DeviceEvents | where Timestamp between (datetime(2024-01-01) .. 2d)")
    #expect(!query.isTimeLifted)
    #expect(try matches(query, at: "2024-01-03T00:00:00Z"))
    #expect(try !matches(query, at: "2024-01-03T00:00:00.0000001Z"))
  }

  @Test func timesThatOnlyShapeTheResultNeedNoReference() throws {
    #expect(
      try loadedQuery("DeviceEvents | extend Age = now() - Timestamp | sort by Age").outcome == .full)
  }
}
