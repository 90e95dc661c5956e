import Foundation
import Testing
import Trawl
import TrawlEvents
import TrawlMatcher
import TrawlRules
import TrawlTestSupport

/// Which records are of one source, of which the same values are decoded.
@Suite struct EVTXSelectionSourceTests {
  /// The channel and the event id are the values 1 and 2.
  private static let open = EVTXTemplate(
    5,
    .element(
      "Event", [Written.namespace],
      [
        .element(
          "System", [],
          [
            .element("EventID", [], [.substitution(2)]), .element("EventRecordID", [], [.optional(0)]),
            .element("Channel", [], [.substitution(1)]),
            .element("TimeCreated", [("SystemTime", [.substitution(4)])]),
          ]),
        .element("EventData", [], [Written.data("v", .optional(3)), Written.data("w", .optional(5))]),
      ]))

  private static func record(
    _ number: UInt64, _ channel: EVTXValue, _ id: EVTXValue, _ value: EVTXValue = .string("a"),
    time: UInt64 = 132_000_000_000_000_000, _ more: EVTXValue = .null
  ) -> EVTXRecord {
    Written.record(number, open, channel, id, value, .fileTime(time), more)
  }

  @Test func `events of one template are told apart by channel and event id`() throws {
    let file = EVTXFile(
      Self.record(1, .string("Security"), .uint16(4688)), Self.record(2, .string("System"), .uint16(4688)),
      Self.record(3, .string("Security"), .uint16(4689)), Self.record(4, .string("SECURITY"), .uint16(4688)))
    let detection = "{s: {EventID: 4688, v: a}, condition: s}"
    let found = try SecondPass(file, detection, service: "security")
    #expect(found.records == ["1", "4"] && found.selected == 4)
    let system = try SecondPass(file, "{s: {v: a}, condition: s}", service: "system")
    #expect(system.records == ["2"] && system.selected == 4)
  }

  @Test func `an event whose channel or id is no plain name or number is decoded whole`() throws {
    let file = EVTXFile(
      Self.record(1, .string("Sec"), .uint16(1)), Self.record(2, .null, .uint16(1)),
      Self.record(3, .string("Security"), .null), Self.record(4, .string("Security"), .string("1")),
      Self.record(5, .string("Security"), .uint32(1)), Self.record(6, .uint32(7), .uint16(1)),
      Self.record(7, .string(String(repeating: "x", count: 200)), .uint16(1)),
      Self.record(8, .string("Security"), .uint16(1)))
    let found = try SecondPass(file, "{s: {v: a}, condition: s}", service: "security")
    #expect(found.records == ["3", "4", "5", "8"] && found.selected == 1)
  }

  /// A body that has elements of System's names, and a record that has them before its template.
  @Test(arguments: ["Channel", "EventID", "System"])
  func `an event that names a channel or an id elsewhere too is found by what it is`(_ name: String) throws {
    let outer = EVTXTemplate(3, Written.event(.element("UserData", [], [.optional(1)])))
    let plain = EVTXValue.binXML(.element("X", [], [.element("v", [], ["a"])]))
    let inner = EVTXPart.element(
      name, [], name == "System" ? [.element("Channel", [], ["Application"])] : ["7"])
    let claiming = EVTXValue.binXML(.element("X", [], [.element("v", [], ["a"]), inner]))
    let direct = EVTXValue.binXML(inner, .element("v", [], ["a"]))
    var before = Written.record(4, outer, plain)
    before.parts.insert(.element("Event", [], [.element("System", [], [inner])]), at: 0)
    let file = EVTXFile(
      Written.record(1, outer, plain), Written.record(2, outer, claiming), Written.record(3, outer, direct),
      before)
    for service in ["security", "application"] {
      let found = try SecondPass(file, "{s: {v: a}, condition: s}", service: service)
      #expect(found.selected > 0)
    }
  }

  /// The channel of the template is not the first that such records name. Whichever comes first, nothing is learned from
  /// it about the others of its template.
  @Test(arguments: [false, true], ["Security", nil])
  func `an event that names another channel before its own is of no source that is known`(
    _ isFirst: Bool, _ fixed: String?
  ) throws {
    let channel = fixed.map { EVTXPart.text($0) } ?? .substitution(3)
    let system: [EVTXPart] = [
      .element("EventID", [], ["1"]), .element("EventRecordID", [], [.optional(0)]),
      .element("Channel", [], [channel]),
    ]
    let outer = EVTXTemplate(
      3,
      .element(
        "Event", [Written.namespace],
        [
          .optional(1), .element("System", [], system),
          .element("EventData", [], [Written.data("v", .optional(2))]),
        ]))
    let claim = EVTXValue.binXML(.element("System", [], [.element("Channel", [], ["Application"])]))
    func record(_ number: UInt64, claims: Bool) -> EVTXRecord {
      Written.record(number, outer, claims ? claim : .null, .string("a"), .string("Security"))
    }
    let file = EVTXFile(record(1, claims: isFirst), record(2, claims: !isFirst))
    let (plain, other) = isFirst ? ("2", "1") : ("1", "2")
    for (service, number) in [("security", plain), ("application", other)] {
      #expect(try SecondPass(file, "{s: {v: a}, condition: s}", service: service).records == [number])
    }
  }

  /// What was walked twice must not stand for what was not walked.
  @Test func `a fragment where none was before is walked`() throws {
    let parts = [1, 1, 2].map { EVTXPart.element("EventData", [], [.optional($0)]) }
    let template = EVTXTemplate(1, Written.event(parts[0], parts[1], parts[2]))
    func body(_ name: String) -> EVTXValue { .binXML(Written.data(name, "a")) }
    let file = EVTXFile(
      Written.record(1, template, body("z"), .string("a")), Written.record(2, template, body("z"), body("v")))
    #expect(try SecondPass(file, "{s: {v: a}, condition: s}").records == ["2"])
  }

  @Test func `sources beyond a thousand are decoded whole`() throws {
    let chunks = (0..<5).map { chunk in
      (0..<240).map { place in
        let id = UInt16(chunk * 240 + place)
        return Self.record(
          UInt64(id) + 1, .string("Security"), .uint16(id), .string(id % 100 == 0 ? "b" : "a"))
      }
    }
    let found = try SecondPass(EVTXFile(chunks), "{s: {v: b}, condition: s}", service: "security")
    #expect(found.selected == 1024)
    #expect(found.records.count == 12)
  }

  /// In one pass the sources of a chunk are known when the next is decoded.
  @Test(arguments: [1, 2]) func `workers find the same that are told of sources at other times`(
    _ threads: Int
  ) throws {
    let chunks = (0..<12).map { chunk in
      (0..<20).map { place in
        let number = UInt64(chunk * 20 + place + 1)
        return Self.record(
          number, .string(place % 3 == 0 ? "System" : "Security"), .uint16(UInt16(place % 5)),
          .string(place % 4 == 0 ? "b" : "a"), .string(place % 7 == 0 ? "mimikatz" : "x"))
      }
    }
    let folder = try TemporaryFolder()
    let file = EVTXFile(chunks)
    for name in ["a", "b"] { try Data(file.bytes).write(to: folder.url.appending(path: "\(name).evtx")) }
    let ruleset = try SecondPass.ruleset("{s: {v: b}, k: [mimikatz], condition: s or k}")
    let paths = ["a", "b"].map { folder.url.path + "/\($0).evtx" }
    let scanned = try ScannedText(ruleset, paths, threads: threads, chunkSize: 1 << 16)
    let expected = try SelectingWorker.whole(file.bytes, ruleset)
    let lines = ["a", "b"].flatMap { name in
      expected.events.filter { !$0.rules.isEmpty }.map {
        "\(name).evtx:\($0.number):\($0.offset + EVTXFile.headerSize) \($0.rules[0])"
      }
    }
    #expect(scanned.findings == lines && lines.count > 150)
    #expect(scanned.summary.events == 480 && scanned.summary.problems == [:])
  }

  @Test func `why a rule holds and what the event has is told of all its values`() throws {
    let file = EVTXFile(
      Self.record(1, .string("Security"), .uint16(1), .string("ab"), .string("two")),
      Self.record(2, .string("Security"), .uint16(1), .string("x"), .uint8(7)),
      Self.record(3, .string("Security"), .uint16(1), .uint32(7), .sid(authority: 5, [18])))
    // The other rule, of another channel, has it that `w` is a field.
    let rules = """
      title: A
      id: a
      logsource: {product: windows, service: security}
      detection: {s: {v: [ab, 7]}, t: {v|contains: b}, condition: s or t}
      ---
      title: B
      id: b
      logsource: {product: windows, service: system}
      detection: {s: {w: two}, condition: s}
      """
    let ruleset = try SecondPass.ruleset(rules: rules)
    let whole = try SelectingWorker.whole(file.bytes, ruleset, withEvidence: true)
    var worker = try SelectingWorker(ruleset, withEvidence: true)
    for pass in 0..<3 {
      #expect(worker.match(file.bytes) == whole)
      #expect(worker.selected == (pass == 0 ? 0 : 3) && worker.again == (pass == 0 ? 0 : 2))
    }
    #expect(whole.found == ["1 a", "3 a"] && whole.events[2].evidence.contains { $0.contains("S-1-5-18") })
  }

  @Test func `a period is asked of what is decoded in part`() throws {
    let day: UInt64 = 864_000_000_000
    let start: UInt64 = 132_000_000_000_000_000
    let records = (0..<10).map {
      Self.record(
        UInt64($0 + 1), .string("Security"), .uint16(1), .string("a"), time: start + UInt64($0) * day)
    }
    let file = EVTXFile([records])
    let ruleset = try SecondPass.ruleset("{s: {v: a}, condition: s}")
    // 2019-04-17 and the days behind it.
    let period = Period(
      from: DateText("2019-04-20T00:00:00Z".utf8), to: DateText("2019-04-24T00:00:00Z".utf8))
    let whole = try SelectingWorker.whole(file.bytes, ruleset, period: period)
    var worker = try SelectingWorker(ruleset, period: period)
    for pass in 0..<2 {
      #expect(worker.match(file.bytes) == whole)
      #expect(worker.selected == (pass == 0 ? 0 : 10))
    }
    #expect(whole.found.count == 4 && whole.counts[2] == 6)
  }
}
