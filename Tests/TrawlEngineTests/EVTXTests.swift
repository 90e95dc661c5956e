import Testing
import TrawlTestSupport

@Suite struct EVTXValueTests {
  static let guid: [UInt8] = [
    0x10, 0x92, 0xCE, 0x0C, 0xAE, 0x69, 0xD9, 0x11, 0xBE, 0xD3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30,
  ]

  static let printed: [(value: EVTXValue, text: String)] = [
    (.string("Grüße, \u{1F600}!"), "Grüße, \u{1F600}!"), (.string(""), ""),
    (.units([0x61, 0xD83D, 0x62]), "a\u{FFFD}b"), (.units([0xDE00, 0xD83D]), "\u{FFFD}\u{FFFD}"),
    (EVTXValue(type: 0x01, [0x61, 0x00, 0x62]), "a"),
    (.ansi([0x41, 0x80, 0xE4, 0x93, 0xFF]), "A\u{20AC}\u{E4}\u{201C}\u{FF}"),
    (.int8(.min), "-128"), (.int8(.max), "127"), (.uint8(.max), "255"),
    (.int16(.min), "-32768"), (.int16(-1), "-1"), (.uint16(.max), "65535"),
    (.int32(.min), "-2147483648"), (.int32(.max), "2147483647"), (.uint32(.max), "4294967295"),
    (.int64(.min), "-9223372036854775808"), (.int64(.max), "9223372036854775807"),
    (.uint64(.max), "18446744073709551615"), (.uint64(0), "0"), (.uint64(10), "10"),
    (.real32(1.5), "1.5"), (.real64(-0.25), "-0.25"), (.real64(0.1), "0.1"),
    (.boolean(true), "true"), (.boolean(false), "false"),
    (.binary([0x00, 0xFF, 0xA1]), "00FFA1"), (.binary([]), ""),
    (.guid(guid), "{0CCE9210-69AE-11D9-BED3-505054503030}"),
    (.size(UInt32(0x10)), "0x10"), (.size(UInt64(0x7FFE_0000_1234)), "0x7ffe00001234"),
    (.fileTime(0), "1601-01-01T00:00:00.000000Z"),
    (.fileTime(134_303_982_721_234_560), "2026-08-05T10:11:12.123456Z"),
    (.fileTime(133_537_247_999_999_999), "2024-02-29T23:59:59.999999Z"),
    (.systemTime([2026, 8, 3, 5, 10, 11, 12, 7]), "2026-08-05T10:11:12.007000Z"),
    (.sid(authority: 5, [18]), "S-1-5-18"),
    (.sid(authority: 5, [21, 1_004_336_348, 4_294_967_295, 500]), "S-1-5-21-1004336348-4294967295-500"),
    (.sid(authority: 1, []), "S-1-1"),
    (.hex(UInt32(0)), "0x0"), (.hex(UInt32(0xDEAD_BEEF)), "0xdeadbeef"), (.hex(UInt32(0x3E7)), "0x3e7"),
    (.hex(UInt64.max), "0xffffffffffffffff"), (.hex(UInt64(0x1_0000_0000)), "0x100000000"),
    (.handle(0x2C), "0x2c"),
    (EVTXValue(type: 0x23, Array("<\0a\0/\0>\0".utf8)), "<a/>"),
  ]

  @Test(arguments: printed)
  func aValueIsPrintedAsWindowsPrintsItsType(_ value: EVTXValue, _ text: String) {
    #expect(DecodedEVTX.values("v", of: Written.file(value: value)) == [text])
  }

  @Test func everyTypeIsAmongThose() {
    let types = Set(Self.printed.map(\.value.type))
    #expect(types == Set(0x01...0x15).union([0x20, 0x23]))
  }

  /// Four ASCII characters are read at a time.
  @Test func anyMixtureOfCharactersComesThrough() {
    for text in ["", "a", "ab", "abc", "abcd", "abcde", "abcdefgh", "abcdefghijk"] {
      for other in [
        "\u{7F}", "\u{80}", "ä", "\u{7FF}", "\u{800}", "€", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
      ] {
        for place in 0...text.count {
          let mixed = text.prefix(place) + other + text.dropFirst(place)
          let values = DecodedEVTX.values("v", of: Written.file(value: .string(String(mixed))))
          #expect(values == [String(mixed)])
        }
      }
    }
  }

  static let arrays: [(value: EVTXValue, texts: [String])] = [
    (.array([.string("one"), .string(""), .string("drei")]), ["one", "", "drei"]),
    (.array([.ansi([0x61]), .ansi([0x80, 0x62])]), ["a", "\u{20AC}b"]),
    (.array([.uint16(1), .uint16(65535)]), ["1", "65535"]), (.array([.int8(-1)]), ["-1"]),
    (.array([.boolean(true), .boolean(false)]), ["true", "false"]),
    (
      .array([.guid(guid), .guid(guid.reversed())]),
      [
        "{0CCE9210-69AE-11D9-BED3-505054503030}", "{54503030-5050-BED3-11D9-69AE0CCE9210}",
      ]
    ),
    (.array([.sid(authority: 5, [18]), .sid(authority: 5, [32, 544])]), ["S-1-5-18", "S-1-5-32-544"]),
    (.array([.fileTime(0), .fileTime(10)]), ["1601-01-01T00:00:00.000000Z", "1601-01-01T00:00:00.000001Z"]),
    (.array([.hex(UInt64(1)), .hex(UInt64(2))]), ["0x1", "0x2"]),
    (.array([], of: 0x01), ["null"]), (EVTXValue(type: 0x81, [0x61, 0x00]), ["a"]),
  ]

  @Test(arguments: arrays)
  func anArrayIsSeveralValues(_ value: EVTXValue, _ texts: [String]) {
    #expect(DecodedEVTX.values("v", of: Written.file(value: value)) == texts)
  }
}

@Suite struct EVTXFieldTests {
  private func fields(_ body: EVTXPart..., of names: [String]) -> [String: [String]] {
    var record = Written.file(.element("Event", [Written.namespace], body))
    record.seal(chunk: 0)
    let decoded = DecodedEVTX(record, fields: names)
    #expect(decoded.problems == [])
    return decoded.events.first?.fields.filter { $0.key != "" } ?? [:]
  }

  @Test func dataWithoutANameIsAValueOfTheFieldData() {
    let data: [EVTXPart] = ["one", "two"].map { .element("Data", [], [.text($0)]) }
    let fields = fields(.element("EventData", [], data + [Written.data("", "three")]), of: ["Data"])
    #expect(fields == ["Data": ["one", "two", "three"]])
  }

  @Test func aNameMayComeWithTheRecord() {
    let template = Written.template(
      1, .element("Data", [("Name", [.substitution(1)])], [.substitution(2)]),
      .element("Data", [("Name", [.optional(3)])], [.substitution(4)]))
    let records = [
      Written.record(1, template, .string("a"), .string("1"), .string("b"), .string("2")),
      Written.record(2, template, .string("b"), .string("3"), .null, .string("4")),
    ]
    let decoded = DecodedEVTX(EVTXFile([records]), fields: ["a", "b", "Data"])
    #expect(decoded.events.map { $0.fields["a"] } == [["1"], nil])
    #expect(decoded.events.map { $0.fields["b"] } == [["2"], ["3"]])
    #expect(decoded.events.map { $0.fields["Data"] } == [nil, ["4"]])
  }

  @Test func textsReferencesAndSubstitutionsMakeOneValue() {
    let template = Written.template(
      1,
      Written.data(
        "v", "a", .entity("amp"), .entity("lt"), .entity("gt"), .entity("quot"), .entity("apos"),
        .character(0x20AC), .cdata("<b>&amp;"), .substitution(1), .optional(2), .units([0xD83D, 0xDE00]),
        .instruction(target: "pi", data: "no text"), "z"))
    let file = EVTXFile(Written.record(1, template, .uint8(7), .null))
    #expect(DecodedEVTX.values("v", of: file) == ["a&<>\"'\u{20AC}<b>&amp;7\u{1F600}z"])
  }

  @Test func elementsAndAttributesOfUserDataAreFields() {
    let entry: [EVTXPart] = [.element("Path", [("kind", ["file"])], ["a"]), .element("Path", [], ["b"])]
    let body = EVTXPart.element("UserData", [], [.element("Logged", [Written.namespace], entry)])
    let fields = fields(body, of: ["Path", "Path_kind", "xmlns"])
    #expect(fields == ["Path": ["a", "b"], "Path_kind": ["file"]])
  }

  @Test func systemIsFieldsAndMarks() {
    let template = Written.template(1, Written.data("Channel", "body's"))
    let names = [
      "Provider_Name", "Provider_Guid", "EventID", "EventID_Qualifiers", "Channel", "Computer",
      "EventRecordID",
      "Security_UserID",
    ]
    let event = DecodedEVTX(EVTXFile(Written.record(9, template)), fields: names).events.first
    #expect(event?.channel == "Security" && event?.eventID == "4688")
    #expect(
      event?.fields.filter { $0.key != "" } == [
        "Provider_Name": ["Trawl"], "Provider_Guid": ["{0}"], "EventID": ["4688"], "Channel": ["body's"],
        "Computer": ["host"], "EventRecordID": ["9"],
      ])
  }

  @Test func aBodyMayBeBinaryXMLOfItsOwn() {
    let inner = EVTXTemplate(
      2, .element("UserData", [], [.element("Logged", [], [.element("v", [], [.substitution(0)])])]))
    let outer = EVTXTemplate(1, Written.event(.optional(1)))
    let bodies: [EVTXValue] = [
      .binXML(.instance(EVTXInstance(inner, [.string("in a template")]))),
      .binXML(.element("EventData", [], [Written.data("v", "without one"), Written.data("w", "too")])),
      .binXML(.instance(EVTXInstance(inner, [.array([.string("a"), .string("b")])]))),
      .binXML(
        .element("UserData", [("k", ["1"])], [.element("Logged", [("k", ["2"])], [.element("v", [], ["x"])])])
      ),
      .binXML(
        .element("EventData", [], [Written.data("v", "1")]),
        .element("UserData", [], [.element("w", [], ["2"])])),
      .null,
    ]
    let records = bodies.enumerated().map { Written.record(UInt64($0.offset), outer, $0.element) }
    let decoded = DecodedEVTX(EVTXFile([records]), fields: ["v", "w", "Logged_k"])
    #expect(decoded.problems == [])
    #expect(
      decoded.events.map { $0.fields["v"] } == [
        ["in a template"], ["without one"], ["a", "b"], ["x"], ["1"], nil,
      ])
    #expect(decoded.events.map { $0.fields["w"] } == [nil, ["too"], nil, nil, ["2"], nil])
    #expect(decoded.events.map { $0.fields["Logged_k"] } == [nil, nil, nil, ["2"], nil, nil])
  }

  @Test func aTemplateMayHoldAnother() {
    let inner = EVTXTemplate(2, .element("EventData", [], [Written.data("v", .substitution(0))]))
    let outer = EVTXTemplate(1, Written.event(.instance(EVTXInstance(inner, [.string("fixed")]))))
    let records = (1...3).map { Written.record($0, outer) }
    let decoded = DecodedEVTX(EVTXFile([records]), fields: ["v"])
    #expect(
      decoded.problems == [] && decoded.events.map { $0.fields["v"] } == [["fixed"], ["fixed"], ["fixed"]])
  }

  @Test func allThatAnElementIsMadeOfCounts() {
    let inner = EVTXTemplate(2, .element("v", [], [.substitution(0)]))
    let instance = EVTXPart.instance(EVTXInstance(inner, [.string("fixed")]))
    let outer = EVTXTemplate(
      1,
      Written.event(.element("UserData", [], [.optional(1), .optional(2), instance, instance, .optional(3)])))
    let value = EVTXValue.binXML(.element("v", [], ["x"]))
    let file = EVTXFile(Written.record(1, outer, value, value, .binXML(.element("v", [], ["y"]))))
    #expect(DecodedEVTX.values("v", of: file) == ["x", "x", "fixed", "fixed", "y"])
    let arrays = Written.template(1, Written.data("v", .substitution(1), .substitution(1)))
    let array = EVTXValue.array([.uint8(1), .uint8(2)])
    #expect(DecodedEVTX.values("v", of: EVTXFile(Written.record(1, arrays, array))) == ["1", "2", "1", "2"])
  }

  @Test func nothingIsAnEmptyTextInDataAndNullElsewhere() {
    let template = EVTXTemplate(
      1,
      Written.event(
        .element(
          "EventData", [], [Written.data("d", .substitution(1)), Written.data("e"), Written.data("f", "")]),
        .element(
          "UserData", [],
          [
            .element("x", [("k", [.optional(1)]), ("l", [""])], [.substitution(1)]), .element("y"),
            .element("z", [], [""]),
          ])))
    let names = ["d", "e", "f", "x", "x_k", "x_l", "y", "z"]
    let decoded = DecodedEVTX(
      EVTXFile([[Written.record(1, template, .null), Written.record(2, template, .string(""))]]),
      fields: names)
    var expected = [
      "d": ["null"], "e": ["null"], "f": [""], "x": ["null"], "x_l": [""], "y": ["null"], "z": ["null"],
    ]
    #expect(decoded.events.first?.fields.filter { $0.key != "" } == expected)
    (expected["d"], expected["x_k"]) = ([""], [""])
    #expect(decoded.events.last?.fields.filter { $0.key != "" } == expected)
  }

  @Test func aRecordsNumberIsTheOneThatSystemStates() {
    let template = Written.template()
    func record(_ value: EVTXValue) -> EVTXRecord {
      EVTXRecord(7, .instance(EVTXInstance(template, [value])))
    }
    let text = EVTXPart.element(
      "Event", [], [.element("System", [], [.element("EventRecordID", [], ["4242"])])])
    let body = EVTXPart.element(
      "Event", [], [.element("EventData", [], [.element("EventRecordID", [], ["5"])])])
    let records = [record(.uint64(4242)), EVTXRecord(7, text), EVTXRecord(7, body), record(.null)]
    #expect(DecodedEVTX(EVTXFile([records])).events.map(\.number) == [4242, 4242, 7, 7])
  }
}

@Suite struct EVTXChunkTests {
  @Test func recordsOfAChunkShareItsTemplatesAndNames() {
    let decoded = DecodedEVTX(EVTXFile(Written.numbered(chunks: 1, records: 200)), fields: ["v"])
    #expect(decoded.problems == [])
    #expect(decoded.events.map { $0.fields["v"] } == (1...200).map { ["\($0)"] })
  }

  @Test func everyChunkHasItsOwnTemplates() {
    let chunks = ["a", "b", "c"].map { name in
      (1...2).map {
        Written.record($0, Written.template(1, Written.data(name, .substitution(1))), .string(name))
      }
    }
    let decoded = DecodedEVTX(EVTXFile(chunks), fields: ["a", "b", "c"])
    #expect(decoded.problems == [])
    #expect(
      decoded.events.map { $0.fields.filter { $0.key != "" && $0.value == [$0.key] }.keys.first }
        == ["a", "a", "b", "b", "c", "c"])
  }

  @Test func recordsNeedNoTemplate() {
    let records = (1...3).map { number in
      EVTXRecord(number, Written.event(.element("EventData", [], [Written.data("v", .text("\(number)"))])))
    }
    let decoded = DecodedEVTX(EVTXFile([records]), fields: ["v"])
    #expect(decoded.problems == [] && decoded.events.map { $0.fields["v"] } == [["1"], ["2"], ["3"]])
  }

  @Test func theVersionAndADirtyFlagDoNotMatter() {
    let records = Written.numbered(chunks: 2, records: 3)
    let plain = DecodedEVTX(EVTXFile(records))
    #expect(plain.events.count == 6)
    #expect(DecodedEVTX(EVTXFile(records, minorVersion: 2, isDirty: true)) == plain)
  }
}
