import Testing
import TrawlCompiler
import TrawlKQL
import TrawlRules
import TrawlTestSupport

/// What a query is told that asks of Windows events what they do not have.
struct RouteLimitTests {
  private func diagnostics(_ query: String) throws -> [Diagnostic] {
    try RulesetCompiler.compile(try loadedQuery(query).rules()).diagnostics
  }

  @Test func columnsThatNoEventFillsAreNamedOnceForAllRoutes() throws {
    let found = try diagnostics(
      "DeviceNetworkEvents\n| where DeviceId != \"\" or InitiatingProcessSHA1 =~ \"a\" or RemotePort == 1")
    #expect(found.count == 1)
    let message = try #require(found.first).message
    #expect(message.contains("never fill DeviceId, InitiatingProcessSHA1"))
    #expect(message.contains("sysmon_network_in"))
    #expect(message.contains("security_network_blocked"))
    #expect(!message.contains("RemotePort"))
  }

  @Test func anActionThatARouteNeverHasCostsNoWarning() throws {
    let found = try diagnostics(
      "DeviceEvents\n| where ActionType == \"DnsQueryResponse\" and RemoteUrl == \"\" and AccountName == \"\""
    )
    #expect(found.map(\.reason) == ["empty columns"])
    #expect(try #require(found.first).message.contains("route sysmon_dns)"))
  }

  @Test func whatCannotBeAskedIsSaidAndTheEventsAreNotRead() throws {
    let query =
      "DeviceEvents\n| where ActionType == \"DnsQueryResponse\" and AdditionalFields startswith \"a\""
    let found = try diagnostics(query)
    #expect(found.map(\.reason) == ["not asked of Windows events"])
    #expect(try #require(found.first).message.contains("AdditionalFields"))
    let engine = try QueryEngine(loadedQuery(query))
    let event = #"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":22,"QueryName":"abc"}"#
    #expect(try engine.matches([event]) == [false])
    #expect(
      try engine.matches(
        table: "DeviceEvents",
        ["ActionType": .string("DnsQueryResponse"), "AdditionalFields": .string("abc")]))
  }

  @Test func columnsThatAreWrittenAnewCompare() throws {
    let query = "DeviceNetworkEvents\n| where LocalIPType == RemoteIPType"
    #expect(try diagnostics(query).isEmpty)
    func event(_ destination: String) -> String {
      #"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"Initiated":"true","#
        + #""SourceIp":"10.0.0.1","DestinationIp":"\#(destination)"}"#
    }
    let engine = try QueryEngine(loadedQuery(query))
    #expect(try engine.matches([event("192.168.1.1"), event("8.8.8.8")]) == [true, false])
  }
}
