import Testing
import TrawlKQL
import TrawlRules
import TrawlTestSupport

/// Queries as rules.
struct LoweringTests {
  @Test("a query is a rule of its table, its language, its name and its title")
  func ruleOfAQuery() throws {
    let rules = try loadedQuery(seedQuery).rules()
    let rule = try #require(rules.first)
    #expect(rules.count == 1)
    #expect(rule.logSource == LogSource(category: "deviceprocessevents"))
    #expect(rule.language == .kql && rule.id == "q.kql" && rule.title == "q")
    #expect(rule.items.map(\.field) == ["FileName", "FileName", "FileName", "ProcessCommandLine"])
    #expect(rule.items.map(\.modifiers) == [["has"], ["has"], ["has"], ["contains"]])
  }

  @Test("a union is a rule for each table, and filters of one table are one rule")
  func unions() throws {
    let text = """
      union DeviceProcessEvents, DeviceFileEvents
      | where FileName =~ "a.exe"
      """
    let query = try loadedQuery(text)
    #expect(
      query.rules().map(\.logSource.category) == ["deviceprocessevents", "devicefileevents"])
    #expect(Set(query.rules().map(\.id)).count == 1)
  }

  @Test("what no test of single values asks is computed, and the rest keeps its form in bits")
  func computed() throws {
    let query = try loadedQuery(
      "DeviceEvents\n| where FileName has \"cmd\" and not(strlen(FileName) > LogonId) and FolderPath == FileName"
    )
    let items = query.rules()[0].items
    #expect(items.map(\.predicate.subject) == [.field("FileName"), .row, .field("FolderPath")])
    #expect(items[1].value == "strlen(FileName) > LogonId")
    guard case .row(let condition) = items[1].predicate.test else { return #expect(Bool(false)) }
    // `not` of null is null: the row must be false of it, not merely not true.
    #expect(!condition.isWanted)
    #expect(condition.columns.map(\.name) == ["FileName", "LogonId"])
  }

  @Test("patterns that ASCII folds as Unicode does are those of Sigma, so that both share one")
  func sharedPatterns() throws {
    let sigma = TextPattern.contains("enc")
    #expect(Needle("enc", .contains).test == .text(sigma))
    #expect(Needle("enc", .contains, isCased: true).test == .text(.contains("enc", isCased: true)))
    // U+212A and U+0130 have lower-case forms in ASCII.
    #expect(Needle("ink", .contains).test == .needle(Needle("ink", .contains)))
    #expect(Needle("&&", .term).test == .text(.contains("&&")))
    #expect(Needle("-enc", .termStart).test == .text(.contains("-enc")))
    #expect(Needle("-enc", .term).test == .needle(Needle("-enc", .term)))
  }

  @Test(
    "an expression that matches nothing is found where there is nothing",
    arguments: [
      ("a*", true), ("a+", false), ("(a|)b?", true), ("(a|b)", false), ("a{0,2}", true), ("a{2}", false),
      ("^$", true),
      ("^.+$", false), ("(?i)x?|y", true), ("\\\\d*", true), ("[ab]", false), ("(?:a?)+", true),
      ("a+?", false),
      ("\\\\x41?", true), ("\\\\p{L}", false), ("(?P<name>a)?", true),
    ])
  func emptyMatches(pattern: String, expected: Bool) throws {
    #expect(
      try matches("DeviceEvents\n| where FolderPath matches regex \"\(pattern)\"", [:], table: "DeviceEvents")
        == expected)
  }
}
