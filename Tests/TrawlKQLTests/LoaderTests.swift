import Testing
import TrawlKQL

/// Files of queries (KQL reference, 1.7).
struct LoaderTests {
  private func load(_ text: String, _ file: String = "hunt/a.md") -> KQLDocuments {
    KQLLoader().load(text, file: file)
  }

  @Test func markdownGivesBlocksWithTitlesTagsAndLines() {
    let documents = load(
      """
      # Reverse shells

      Technique T1059.001 and [T1105](https://attack.mitre.org/techniques/T1105/), not XT1001 or T10599.

      ## Defender XDR
      ```KQL
      DeviceProcessEvents
      | where FileName == "cmd.exe"
      ```
      ## Sentinel
      ```
      DeviceNetworkEvents
      | where RemotePort == 4444
      | project RemoteIP
      ```
      """)
    #expect(documents.queries.map(\.id) == ["hunt/a.md#1", "hunt/a.md#2"])
    #expect(documents.queries.map(\.title) == ["Reverse shells (Defender XDR)", "Reverse shells (Sentinel)"])
    #expect(documents.queries.map(\.outcome) == [.full, .full])
    #expect(documents.queries[0].tags == ["attack.t1059.001", "attack.t1105"])
    #expect(documents.queries.map(\.location.line) == [7, 12])
  }

  @Test func fencesOfOtherLanguagesAreCountedAndNotRead() {
    let documents = load(
      "```json\n{\"a\": \"x | where y\"}\n```\n```powershell\n$x | where { $_ }\n```\n```\nplain\n```")
    #expect(documents.queries.isEmpty && documents.skipped.isEmpty)
    #expect(documents.otherBlocks == 3)
  }

  @Test func fencesMayBeGluedOrMissing() {
    let glued = load(
      "```kqlDeviceEvents\n| where ActionType == 'x'```\ntext\n```c#\nDeviceEvents\n| where ActionType == 'y'"
    )
    #expect(glued.queries.count == 2)
    #expect(glued.queries[0].location.line == 1 && glued.queries[1].location.line == 5)
    let reopened = load("```kql\nDeviceEvents\n```kql\nDeviceInfo\n```")
    #expect(reopened.queries.map { $0.filters[0].table } == ["DeviceEvents", "DeviceInfo"])
  }

  @Test func twinsThatDifferInTheTimeColumnAreOne() {
    let twins = load(
      "```kql\nDeviceEvents | sort by Timestamp\n```\n```kql\nDeviceEvents  // Sentinel\n| sort by TimeGenerated\n```"
    )
    #expect(twins.queries.count == 1 && twins.duplicates == 1)
    let others = load(
      "```kql\nDeviceEvents | sort by Timestamp\n```\n```kql\nDeviceEvents | sort by DeviceId\n```")
    #expect(others.queries.count == 2 && others.duplicates == 0)
  }

  @Test func aBlockWithSeveralQueriesIsCutAtBlankLinesOnlyWhereItCannotBeReadWhole() {
    let whole = load("let x = 'y';\n\nDeviceEvents\n\n| where ActionType == x\n", "a.kql")
    #expect(whole.queries.map(\.id) == ["a.kql"])
    let several = load(
      "DeviceEvents\n| where ActionType == 'x'\n\nDeviceInfo\n| where OSPlatform == 'y'\n", "a.kql")
    #expect(several.queries.map(\.id) == ["a.kql#1", "a.kql#2"])
    let noted = load(
      "Some notes, with words.\n\nDeviceEvents\n| where ActionType == 'x'\n\n// only a comment\n", "a.kql")
    #expect(noted.queries.count == 1 && noted.skipped.count == 1)
  }

  @Test func aQueryIsNeverCutInTheMiddle() {
    for rest in [
      "| where FileName !has_any ('x')", "and FileName = 'x'", ") | where x", "// note\n| where =",
    ] {
      let documents = load("DeviceEvents\n| where ActionType == 'x'\n\n\(rest)\n", "a.kql")
      #expect(documents.queries.isEmpty, "\(rest)")
      #expect(documents.skipped.count == 1, "\(rest)")
    }
  }

  @Test func theTextBetweenQueryAndReferencesIsRead() {
    let text =
      "Author: someone, 2024\nQuery:\nDeviceEvents\n| where ActionType == 'x'\nReferences:\nhttps://example.org\n"
    let documents = load(text, "a.txt")
    #expect(documents.queries.count == 1 && documents.skipped.isEmpty)
    #expect(documents.queries.first?.location.line == 3)
    #expect(documents.queries.first?.title == "a")
  }

  @Test func theQueryOfAYAMLRuleKeepsItsPlace() {
    let source = KQLSource(
      text: "DeviceEvents\n| where NoColumn == 'x'", file: "rule.yaml", line: 12, indentation: 4, id: "ABC",
      title: "Rule")
    let documents = KQLLoader().load(source)
    #expect(documents.skipped.map(\.id) == ["ABC"])
    #expect(documents.skipped.map(\.title) == ["Rule"])
    #expect(documents.skipped.first?.diagnostic.diagnostic.location.description == "rule.yaml:13:13")
    #expect(documents.skipped.first?.diagnostic.text.hasSuffix("\n           ^") == true)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let documents = KQLLoader().load([0xFF, 0xFE, 0x41], file: "a.kql")
    #expect(documents.skipped.map(\.diagnostic.code) == [100])
    let marked = KQLLoader().load([0xEF, 0xBB, 0xBF] + Array("DeviceEvents".utf8), file: "a.kql")
    #expect(marked.queries.count == 1)
  }

  @Test func aKQLFileWithFencesIsMarkdown() {
    #expect(load("Notes\n```kusto\nDeviceEvents\n```\n", "a.kql").queries.count == 1)
    #expect(load("print x = ```\nDeviceEvents\n```", "a.kql").skipped.map(\.diagnostic.code) == [414])
  }

  @Test func theSummaryCountsOutcomesAndReasons() {
    var all = load("DeviceEvents", "a.kql")
    #expect(all.summary == "1 query: 1 full, 0 filter-exact, 0 skipped")
    for text in [
      "DeviceEvents | take 1", "DeviceEvents | count", "DeviceEvents | mv-expand AdditionalFields",
    ] {
      all.append(load(text, "b.kql"))
    }
    all.append(load("DeviceInfo | count", "c.kql"))
    all.append(load("DeviceEvents | evaluate bag_unpack(AdditionalFields)", "d.kql"))
    #expect(
      all.summary == "6 queries: 4 full (2 as tables only), 1 filter-exact, 1 skipped (mv-expand 1)")
  }
}
