import Foundation
import Testing
import Trawl
import TrawlEvents
import TrawlMatcher
import TrawlRules
import TrawlSigma
import TrawlTestSupport

/// Values that stay encoded until they are asked for are found all the same, by fields and by keywords.
@Suite struct EVTXEncodedTests {
  private static let channelless = EVTXTemplate(
    2,
    .element(
      "Event", [Written.namespace],
      [
        .element("System", [], [.element("EventRecordID", [], [.optional(0)])]),
        .element("EventData", [], [Written.data("v", .substitution(1))]),
      ]))

  /// The numbers of the records in which a rule finds something, and whether values may stay encoded for it.
  private func scan(
    _ detection: String, product: String = "windows", given: LogSource? = nil
  ) throws -> (records: [String], takesEncodedValues: Bool) {
    let rule = """
      title: A rule
      logsource: {product: \(product)}
      detection:
        \(detection)
      """
    let template = Written.template(1, Written.data("v", .substitution(1)), Written.data("w", .optional(2)))
    let file = EVTXFile(
      Written.record(1, template, .uint32(4711), .string("one")),
      Written.record(2, template, .string("4711"), .string("two")),
      Written.record(3, template, .string("zwei\u{1F600}"), .uint8(2)),
      Written.record(4, template, .string("mimi"), .string("katz")),
      Written.record(5, Self.channelless, .uint32(4711)))
    let folder = try TemporaryFolder()
    try Data(file.bytes).write(to: folder.url.appending(path: "a.evtx"))
    let ruleset = try EngineUnderTest(SigmaParser().parse(rule, file: "rule").rules, given: given).ruleset
    let scanned = try ScannedText(ruleset, [folder.url.path + "/a.evtx"], threads: 1, chunkSize: 1 << 18)
    #expect(scanned.summary.problems == [:] && scanned.summary.events == 5)
    return (
      scanned.findings.map { String($0.split(separator: ":")[1]) }, ruleset.takesEncodedValues
    )
  }

  @Test func aFieldIsFoundHoweverItsValueIsEncoded() throws {
    let found = try scan("{s: {v: 4711}, condition: s}")
    #expect(found.records == ["1", "2"] && found.takesEncodedValues)
    #expect(try scan("{s: {v|endswith: '\u{1F600}'}, condition: s}").records == ["3"])
    #expect(try scan("{s: {w|gt: 1}, condition: s}").records == ["3"])
  }

  @Test func aKeywordIsFoundInTextThatIsWrittenForIt() throws {
    let found = try scan("{k: [two, zwei], condition: k}")
    #expect(found.records == ["2", "3"] && found.takesEncodedValues)
    #expect(try scan("{k: [mimikatz], condition: k}").records == [])
  }

  @Test func aKeywordThatMayBePartOfANumberKeepsAllValuesText() throws {
    let found = try scan("{k: ['4711'], condition: k}")
    #expect(found.records == ["1", "2"] && !found.takesEncodedValues)
    #expect(try !scan("{k: ['*71*'], condition: k}").takesEncodedValues)
    #expect(try !scan("{k: {'|re': 'a'}, condition: k}").takesEncodedValues)
  }

  @Test func anEventWithoutAChannelIsTextForKeywordsOfAnyProduct() throws {
    let found = try scan("{k: ['4711'], condition: k}", product: "linux", given: LogSource(product: "linux"))
    #expect(found.records == ["5"] && found.takesEncodedValues)
  }
}
