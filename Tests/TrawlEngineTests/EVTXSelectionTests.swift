import Foundation
import Testing
import Trawl
import TrawlEvents
import TrawlMatcher
import TrawlRules
import TrawlSigma
import TrawlTestSupport

/// Of records whose source came up before, only the values that rules ask for are decoded: what is found is the same.
@Suite struct EVTXSelectionTests {
  private static let channelless = EVTXTemplate(
    2,
    .element(
      "Event", [Written.namespace],
      [
        .element("System", [], [.element("EventRecordID", [], [.optional(0)])]),
        .element("EventData", [], [Written.data("v", .substitution(1))]),
      ]))
  private static let template = Written.template(
    1, Written.data("v", .substitution(1)), Written.data("w", .optional(2)))
  private static let values = EVTXFile(
    Written.record(1, template, .uint32(4711), .string("one")),
    Written.record(2, template, .string("4711"), .string("two")),
    Written.record(3, template, .string("zwei\u{1F600}"), .uint8(2)),
    Written.record(4, template, .string("mimi"), .string("katz")),
    Written.record(5, channelless, .uint32(4711)))

  @Test(arguments: [
    ("{s: {v: 4711}}", ["1", "2"]), ("{s: {v|endswith: '\u{1F600}'}}", ["3"]), ("{s: {w|gt: 1}}", ["3"]),
    ("{s: {w|re: '^t.o$'}}", ["2"]), ("{s: {w|contains: a}}", ["4"]),
  ])
  func `a field is found however its value is encoded`(_ items: String, _ records: [String]) throws {
    let found = try SecondPass(Self.values, "{\(items.dropFirst().dropLast()), condition: s}")
    #expect(found.records == records && found.selected == 4 && found.again == 0)
  }

  @Test func `a keyword in a text has its record decoded again`() throws {
    let found = try SecondPass(Self.values, "{k: [two, zwei], condition: k}")
    #expect(found.records == ["2", "3"] && found.selected == 4 && found.again == 2)
  }

  /// Texts that lie side by side are looked at together, which may let through what is no hit.
  @Test func `a keyword is not found across two values`() throws {
    let found = try SecondPass(Self.values, "{k: [mimikatz], condition: k}")
    #expect(found.records == [] && found.selected == 4 && found.again == 1)
  }

  @Test(arguments: ["'4711'", "'*71*'", "{'|re': 'a'}"])
  func `a keyword that may be part of a number has all values decoded`(_ keyword: String) throws {
    let found = try SecondPass(Self.values, "{k: [\(keyword)], condition: k}")
    #expect(found.selected == 0)
    #expect(found.records == (keyword.contains("71") ? ["1", "2"] : ["1", "2", "3", "4"]))
  }

  @Test func `an event without a channel is decoded whole`() throws {
    let given = LogSource(product: "linux")
    let found = try SecondPass(
      Self.values, "{k: ['4711'], condition: k}", product: "linux", given: given)
    // Of the others, nothing is asked.
    #expect(found.records == ["5"] && found.selected == 4)
  }

  @Test(arguments: [
    (EVTXValue.string("a mimikatz b"), "mimikatz"),
    (.array([.string("a"), .string("mimikatz")]), "mimikatz"),
    (.boolean(true), "true"), (.binXML(Written.data("z", "mimikatz")), "mimikatz"),
    (.binXML("mimikatz"), "mimikatz"), (.string("\u{DC}BER"), "\u{FC}ber"),
    (
      .binXML(
        .instance(EVTXInstance(Written.template(9, Written.data("z", .optional(0))), [.string("mimi")]))),
      "mimi"
    ),
  ])
  func `a keyword is found in a value that no rule names`(_ value: EVTXValue, _ keyword: String) throws {
    let template = Written.template(1, Written.data("u", .optional(1)), Written.data("v", .optional(2)))
    let file = EVTXFile(
      Written.record(1, template, value, .string("x")), Written.record(2, template, .null, .string("y")))
    let found = try SecondPass(file, "{k: ['\(keyword)'], s: {v: z}, condition: k or s}")
    #expect(found.records == ["1"] && found.selected == 2 && found.again == 1)
  }

  /// Of what is never read as text it is not known whether it may be passed over.
  @Test(arguments: [EVTXValue.ansi(Array("mimikatz".utf8)), .real32(1.5), .handle(7), .array([.uint8(1)])])
  func `a record with a value of a rare type is decoded whole`(_ value: EVTXValue) throws {
    let template = Written.template(1, Written.data("u", .optional(1)), Written.data("v", .optional(2)))
    let file = EVTXFile(
      Written.record(1, template, .null, .string("x")),
      Written.record(2, template, value, .string("mimikatz")))
    let found = try SecondPass(file, "{k: [mimikatz], condition: k}")
    #expect(found.records == ["2"] && found.selected == 1 && found.again == 0)
  }

  @Test(arguments: ["trawl", "mimikatz", "second text"])
  func `a keyword is found in the fixed texts of a template`(_ keyword: String) throws {
    let template = Written.template(
      1, Written.data("u", "mimikatz"), Written.data("x", "second text"), Written.data("v", .optional(1)))
    let file = EVTXFile(Written.record(1, template, .string("a")), Written.record(2, template, .string("b")))
    let found = try SecondPass(file, "{k: ['\(keyword)'], s: {v: z}, condition: k or s}")
    #expect(found.records == ["1", "2"] && found.selected == 2 && found.again == 2)
    let together = try SecondPass(file, "{k: ['mimikatz*second'], condition: k}")
    #expect(together.records == [])
  }

  @Test func `the fields of what must not hold are decoded`() throws {
    let file = EVTXFile(
      Written.record(1, Self.template, .string("a"), .string("b")),
      Written.record(2, Self.template, .string("a"), .string("c")),
      Written.record(3, Self.template, .string("a"), .null))
    let found = try SecondPass(file, "{s: {v: a}, f: {w: b}, condition: s and not f}")
    #expect(found.records == ["2", "3"] && found.selected == 3)
  }

  @Test(arguments: [
    ("n: {w: null}", ["3", "4"]), ("n: {w|exists: false}", ["4"]), ("n: {w|exists: true}", ["1", "2", "3"]),
    ("n: {w: ''}", ["2"]), ("n: {w|fieldref: v}", ["5"]),
  ])
  func `fields that are null, empty, absent or compared are told apart`(
    _ item: String, _ records: [String]
  ) throws {
    let without = Written.template(3, Written.data("v", .substitution(1)))
    let file = EVTXFile(
      Written.record(1, Self.template, .string("a"), .string("b")),
      Written.record(2, Self.template, .string("a"), .string("")),
      Written.record(3, Self.template, .string("a"), .null), Written.record(4, without, .string("a")),
      Written.record(5, Self.template, .string("A"), .string("a")))
    let found = try SecondPass(file, "{s: {v: a}, \(item), condition: s and n}")
    let all = item.contains("true") ? records + ["5"] : records
    #expect(found.records == all && found.selected == 5)
  }

  @Test func `a field deep in UserData is decoded`() throws {
    let inner = EVTXTemplate(
      4,
      .element(
        "Logged", [("k", [.substitution(1)])],
        [.element("Path", [], [.substitution(0)]), .element("Other", [], [.substitution(1)])]))
    let outer = EVTXTemplate(3, Written.event(.element("UserData", [], [.optional(1)])))
    let records = ["\\evil", "\\good", "\\evil"].enumerated().map { place, path in
      Written.record(
        UInt64(place + 1), outer,
        .binXML(.instance(EVTXInstance(inner, [.string("C:" + path), .string("two")]))))
    }
    let found = try SecondPass(
      EVTXFile([records]), "{s: {Path|endswith: evil}, k: [nothing], condition: s or k}")
    // The rule that holds may be decided by any value.
    #expect(found.records == ["1", "3"] && found.selected == 3 && found.again == 2)
    #expect(try SecondPass(EVTXFile([records]), "{s: {Logged_k: two}, condition: s}").records.count == 3)
  }

  /// Of records of the same values as others, what rules do not look at is told of each.
  @Test func `a record whose values came up before is found as the others are`() throws {
    let rules = """
      title: A field
      id: a
      logsource: {product: windows}
      detection: {s: {v: a}, condition: s}
      ---
      title: A keyword
      id: b
      logsource: {product: windows}
      detection: {k: [mimikatz], condition: k}
      """
    let first = EVTXFile(
      Written.record(1, Self.template, .string("a"), .string("b")),
      Written.record(2, Self.template, .string("c"), .string("d")))
    let second = EVTXFile(
      Written.record(11, Self.template, .string("a"), .string("other")),
      Written.record(12, Self.template, .string("c"), .string("mimikatz")),
      Written.record(13, Self.template, .string("c"), .string("e")),
      Written.record(14, Self.template, .uint32(5), .string("e")))
    let ruleset = try SecondPass.ruleset(rules: rules)
    var worker = try SelectingWorker(ruleset)
    for _ in 0..<2 { _ = worker.match(first.bytes) }
    let found = try SelectingWorker.whole(second.bytes, ruleset)
    #expect(worker.match(second.bytes) == found && worker.known == 3 && worker.again == 1)
    #expect(found.found == ["11 a", "12 b"])
  }

  @Test func `time and computer are those of the record, not of one with the same values`() throws {
    let system: [EVTXPart] = [
      .element("EventID", [], ["4688"]), .element("EventRecordID", [], [.optional(0)]),
      .element("TimeCreated", [("SystemTime", [.optional(1)])]), .element("Channel", [], ["Security"]),
      .element("Computer", [], [.optional(2)]),
    ]
    let body = EVTXPart.element("EventData", [], [Written.data("v", .optional(3))])
    let template = EVTXTemplate(
      5, .element("Event", [Written.namespace], [.element("System", [], system), body]))
    let ruleset = try SecondPass.ruleset("{s: {v: a}, condition: s}")
    var worker = try SelectingWorker(ruleset)
    for pass in 0..<4 {
      let time = 132_000_000_000_000_000 + UInt64(pass) * 10_000_000
      let file = EVTXFile(
        Written.record(UInt64(pass), template, .fileTime(time), .string("host\(pass)"), .string("a")))
      let whole = try SelectingWorker.whole(file.bytes, ruleset)
      #expect(worker.match(file.bytes) == whole && worker.known == (pass < 2 ? 0 : 1))
      #expect(whole.events[0].marks[1] == "host\(pass)")
    }
  }

  @Test func `what was found of records is forgotten when routes are`() throws {
    let ruleset = try SecondPass.ruleset("{s: {v: a}, condition: s}")
    let file = EVTXFile(Written.record(1, Self.template, .string("a"), .string("b")))
    let whole = try SelectingWorker.whole(file.bytes, ruleset)
    var worker = try SelectingWorker(ruleset)
    for _ in 0..<3 { #expect(worker.match(file.bytes) == whole) }
    #expect(worker.known == 1)
    // More channels than there are routes for.
    let template = EVTXTemplate(
      6,
      .element(
        "Event", [Written.namespace],
        [
          .element(
            "System", [],
            [
              .element("EventRecordID", [], [.optional(0)]), .element("EventID", [], ["1"]),
              .element("Channel", [], [.substitution(1)]),
            ])
        ]))
    for part in 0..<25 {
      let records = (0..<100).map {
        Written.record(UInt64($0), template, .string("Channel \(100 * part + $0)"))
      }
      _ = worker.match(EVTXFile([records]).bytes)
    }
    for pass in 0..<3 {
      #expect(worker.match(file.bytes) == whole)
      if pass < 1 { #expect(worker.known == 0) }
    }
    #expect(worker.known == 1)
  }

  @Test func `elements in a value that no rule names are looked at in a record without a body`() throws {
    let system: [EVTXPart] = [
      .element("EventID", [], ["4688"]), .element("EventRecordID", [], [.optional(0)]),
      .element("Channel", [], ["Security"]),
    ]
    let template = EVTXTemplate(
      7,
      .element(
        "Event", [Written.namespace],
        [.element("System", [], system), .element("w", [], [.optional(2)]), .optional(1)]))
    let file = EVTXFile(Written.record(1, template, .null, .string("b")))
    let other = EVTXFile(Written.record(2, template, .null, .binXML(Written.data("v", "a"))))
    let ruleset = try SecondPass.ruleset("{s: {v: a}, condition: s}")
    var worker = try SelectingWorker(ruleset)
    for _ in 0..<3 { _ = worker.match(file.bytes) }
    #expect(worker.known == 1)
    let whole = try SelectingWorker.whole(other.bytes, ruleset)
    #expect(worker.match(other.bytes) == whole && whole.found == ["2 a"])
  }
}
