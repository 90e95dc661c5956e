import Testing
import TrawlDecoding
import TrawlTestSupport

@Suite struct EventXMLTests {
  private func decode(_ text: String, _ fields: String...) -> DecodedLog {
    DecodedLog(EventXMLDecoder.self, text, fields: fields)
  }

  private static func event(_ body: String, number: Int = 7) -> String {
    """
    <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1</EventID>\
    <EventRecordID>\(number)</EventRecordID><Channel>Security</Channel></System>\(body)</Event>
    """
  }

  @Test func eventsMayStandInADocumentOrByThemselves() {
    let event = Self.event("<EventData><Data Name=\"v\">x</Data></EventData>")
    let texts = [
      event, "\n \(event)\r\n", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\(event)</Events>",
      "<!-- <Event> --><Events xmlns=\"y\">\n\(event)\n</Events>\n<?pi?>",
    ]
    for text in texts {
      let log = decode(text, "v")
      #expect(log.problems == [] && log.events.map { $0["v"] } == [["x"]] && log.events[0].number == 7)
      #expect(log.events[0].marks == ["channel": "Security", "eventID": "1"])
    }
    #expect(decode(texts[2]).events[0].line == 1)
    #expect(decode(event + "\n" + event + "\n\n" + event).events.map(\.line) == [0, 1, 3])
  }

  @Test func referencesCDATAAndCommentsMakeOneText() {
    let body =
      "<EventData><Data Name='a&amp;b'>&lt;&gt;&amp;&quot;&apos;&#10;&#x41;&#xd800;<!-- x --><![CDATA[<y>&amp;]]><?pi z?>!</Data></EventData>"
    #expect(decode(Self.event(body), "a&b").events.first?["a&b"] == ["<>&\"'\nA\u{FFFD}<y>&amp;!"])
  }

  @Test func aDataIsEmptyOrNullAsItIsWritten() {
    let body = "<EventData><Data Name='a'/><Data Name='b'></Data><Data Name=\"c\"> </Data><x></x></EventData>"
    let event = decode(Self.event(body), "a", "b", "c", "x").events[0]
    #expect(event["a"] == [nil] && event["b"] == [""] && event["c"] == [" "] && event["x"] == [nil])
  }

  @Test func textBetweenElementsIsLayout() {
    let body = "\n <EventData>\n  <Data>x</Data>\n y &amp; <![CDATA[z]]>\n </EventData>\n"
    #expect(
      decode(Self.event(body), "Data").events[0].values == [
        "Data": ["x"], "": ["1", "7", "Security"],
      ])
  }

  @Test func renderingInfoDoesNotHideSystem() {
    let body = """
      <RenderingInfo Culture='de-DE'><Message>Text &amp; more</Message><Level>Information</Level>\
      <Channel>Sicherheit</Channel><Keywords><Keyword>Audit</Keyword></Keywords></RenderingInfo>
      """
    let event = decode(Self.event(body), "Message", "Level", "Channel", "Keyword").events[0]
    #expect(event["Message"] == ["Text & more"] && event["Channel"] == ["Security"])
    #expect(event["Level"] == ["Information"] && event["Keyword"] == ["Audit"])
    #expect(event.marks["channel"] == "Security" && event.values[""]?.contains("Sicherheit") == true)
  }

  @Test func anElementMayBeCalledEventToo() {
    let body = "<UserData><Event><Event><v>x</v></Event></Event></UserData>"
    #expect(decode(Self.event(body), "v").events.map { $0["v"] } == [["x"]])
  }

  static let damaged: [(text: String, reason: String)] = [
    ("<Event><System></Event>", "an end tag of another element"), ("<Event><a", "a tag within a tag"),
    ("<Event><System>", "an event that is not closed"), ("stray", "text that is no event"),
    ("<Event a=>", "an event that is not closed"), ("<Event a=></Event>", "an attribute without a value"),
    ("<Event a></Event>", "an attribute without a value"),
    ("<Event>&nbsp;</Event>", "an unknown entity"), ("<Event>&</Event>", "an unknown entity"),
    ("<Event>&#xg;</Event>", "an unknown entity"), ("<Event a='&x;'/>", "an unknown entity"),
    ("<Event><!-- -- --></Event>", "two dashes in a comment"),
    ("<Event></Event/>", "an end tag that does not end"),
    ("<Event>< a/></Event>", "a tag without a name"), ("<Other/>", "an element that is no event"),
    ("<!DOCTYPE Events>", "a declaration among events"),
    ("<Event><!ENTITY x></Event>", "a declaration among events"),
    (
      "<Event>" + String(repeating: "<a>", count: 257) + String(repeating: "</a>", count: 257) + "</Event>",
      "elements nested too deep"
    ),
    (String(repeating: "<Event x=''>", count: 4) + "<Event ", "a tag within a tag"),
  ]

  @Test(arguments: damaged.indices)
  func damageCostsItsEventOnly(_ index: Int) {
    let (text, reason) = Self.damaged[index]
    let (first, last) = (Self.event("", number: 1), Self.event("", number: 2))
    let log = decode("\(first)\n\(text)\n\(last)\n")
    #expect(log.events.map(\.number) == [1, 2])
    #expect(log.problems.map(\.reason).contains(reason), "\(log.problems)")
    #expect(log.problems.allSatisfy { $0.line == 1 })
    let bytes = Array("\(first)\n\(text)\n\(last)\n".utf8)
    #expect(DecodedLog.differences(EventXMLDecoder.self, bytes) == [])
  }

  @Test func aFileThatIsCutOffLosesItsLastEvent() {
    let text =
      Self.event("", number: 1) + Self.event("<EventData><!-- - --><Data>x</Data><![CDATA[y]]></EventData>")
    let first = Self.event("", number: 1).utf8.count
    for count in (first + 1)..<text.utf8.count {
      let log = DecodedLog(EventXMLDecoder.self, Array(text.utf8.prefix(count)))
      #expect(log.events.map(\.number) == [1] && log.problems.count == 1, "\(count)")
    }
  }

  @Test func eventsMayBeCutBetweenAnyTwo() {
    let events = (1...3).map {
      Self.event("<EventData><Data>&#\($0);<!-- <Event> --></Data></EventData>", number: $0)
    }
    let text = "<?xml version='1.0'?>\n<Events>\n\(events.joined(separator: "\n"))</Events>\n"
    #expect(DecodedLog.differences(EventXMLDecoder.self, Array(text.utf8), fields: ["Data"]) == [])
  }

  @Test func anEventOfMoreThan16MegabytesIsDamaged() {
    let long = Self.event(
      "<EventData><Data>" + String(repeating: "x", count: 17 << 20) + "</Data></EventData>")
    let log = decode("\(long)\n\(Self.event("", number: 2))")
    #expect(log.problems.map(\.reason) == ["an event of more than 16 MB"])
    #expect(log.events.map(\.number) == [2])
  }

  @Test func openedSectionsAreNotSearchedAgainAndAgain() {
    let text = String(repeating: "<Event><![CDATA[<Event><?", count: 20_000)
    #expect(decode(text).problems.count == 40_000)
  }

  @Test func whatIsNoUTF8IsMended() {
    var bytes = Array(Self.event("<EventData><Data Name='v'>x?y</Data></EventData>").utf8)
    bytes[bytes.lastIndex(of: UInt8(ascii: "?")) ?? 0] = 0xFF
    #expect(DecodedLog(EventXMLDecoder.self, bytes, fields: ["v"]).events[0]["v"] == ["x\u{FFFD}y"])
  }
}
