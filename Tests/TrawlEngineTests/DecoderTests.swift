import Testing
import TrawlTestSupport

@Suite struct DecoderTests {
  static let malformed = [
    "x", "{", "[1]", "1", "\"a\"", "null", "}", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#,
    #"{"a":1 "b":2}"#,
    #"{"a":1:2}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#,
    #"{"a":1e}"#,
    #"{"a":-}"#, #"{"a":nul}"#, #"{"a":True}"#, #"{"a":NaN}"#, #"{"a":[1,]}"#, #"{"a":[1 2]}"#,
    #"{"a":[,1]}"#,
    #"{"a":[1}"#, #"{"a":{"b":1]}"#, #"{"a":"x"#, #"{"a":1}}"#, #"{"a":1}]"#, #"{"a":1} x"#, #"{"a":1},"#,
    "{\"a\":\"\u{1}\"}", #"{"a":1} "b""#, #"{"a""b"}"#, #"{1:2}"#, #"{"a":1,"b"}"#, #"{"a":tru e}"#,
    #"{"a":"b" "c"}"#,
    #"{"a":[}"#, #"{"a":{}"#, #"{"a":1}{"b":}"#,
  ]

  @Test(arguments: malformed)
  func aMalformedLineIsOneProblemAndCostsNothingElse(_ line: String) {
    let events = #"{"a":1,"b":"x"}"#
    for (front, back) in [(0, 0), (1, 0), (0, 1), (3, 3)] {
      let lines = Array(repeating: events, count: front) + [line] + Array(repeating: events, count: back)
      let decoded = DecodedText(lines: lines.joined(separator: "\n"), fields: ["a"])
      let isHalf = line.hasPrefix(#"{"a":1}{"#)
      #expect(decoded.problems.count == 1, "\(decoded.problems)")
      let offset = front * (events.utf8.count + 1)
      #expect(decoded.problems.first?.offset == offset + (isHalf ? 7 : 0))
      #expect(decoded.events.count == front + back + (isHalf ? 1 : 0))
      #expect(decoded.events.allSatisfy { $0.fields["a"] == ["1"] })
    }
  }

  @Test func bytesThatAreNoUTF8AreOneProblemAndCostNothingElse() {
    for bad in [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80]]
      as [[UInt8]]
    {
      let line = Array(#"{"a":"good"}"#.utf8) + [10]
      let bytes = line + Array(#"{"a":""#.utf8) + bad + Array("\"}\n".utf8) + line
      let decoded = DecodedText(lines: bytes, fields: ["a"])
      #expect(decoded.events.map(\.offset) == [0, bytes.count - line.count])
      #expect(decoded.problems.map(\.offset) == [line.count])
      #expect(decoded.problems.map(\.reason) == ["not valid UTF-8"])
    }
  }

  @Test func linesDecodeTogetherAsTheyDoAlone() {
    var random = RandomRules(seed: 77)
    var order = SplitMix64(seed: 78)
    let events = (0..<40).map { _ in random.event(for: random.rules(3)) }
    for _ in 0..<60 {
      let lines = (0..<8).map { _ in
        Bool.random(using: &order)
          ? events.randomElement(using: &order)! : Self.malformed.randomElement(using: &order)!
      }
      let fields = ["f", "a.b", "EventID", "a"]
      let together = DecodedText(lines: lines.joined(separator: "\n"), fields: fields)
      var alone: (events: [DecodedText.Event], problems: [Int], reasons: [String]) = ([], [], [])
      var offset = 0
      for line in lines {
        let decoded = DecodedText(lines: line, fields: fields)
        alone.events += decoded.events.map { event in
          var event = event
          event.offset += offset
          return event
        }
        alone.problems += decoded.problems.map { $0.offset + offset }
        alone.reasons += decoded.problems.map(\.reason)
        offset += line.utf8.count + 1
      }
      #expect(together.events == alone.events)
      #expect(together.problems.map(\.offset) == alone.problems)
      #expect(together.problems.map(\.reason) == alone.reasons)
    }
  }

  @Test(arguments: [
    "", "\n", "\r\n", " \n\t\n", "\n\n{\"a\":1}\n\n", "{\"a\":1}\r\n{\"a\":1}\r\n", " {\"a\":1} \n",
    "{\"a\":1}",
    "{\r\n\"a\":1}", "{ \"a\" :\t1 }",
  ])
  func blanksAndEndsOfLinesDoNotMatter(_ text: String) {
    let decoded = DecodedText(lines: text, fields: ["a"])
    let isCut = text.hasPrefix("{\r\n")
    #expect(decoded.problems.count == (isCut ? 2 : 0))
    #expect(decoded.events.allSatisfy { $0.fields["a"] == ["1"] })
    #expect(decoded.events.count == (isCut ? 0 : text.count { $0 == "1" }))
  }

  @Test func severalEventsInALineAreAllRead() {
    let decoded = DecodedText(lines: #"{"a":1}{"a":2} {"a":3}"#, fields: ["a"])
    #expect(decoded.events.map(\.fields) == [["a": ["1"]], ["a": ["2"]], ["a": ["3"]]])
  }

  @Test(arguments: [1000, 10_000, 99_000])
  func aDeepEventIsRead(_ depth: Int) {
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      let value = String(repeating: open, count: depth) + "7" + String(repeating: close, count: depth)
      let decoded = DecodedText(lines: #"{"x":1,"a":\#(value),"b":"y"}"#, fields: ["x", "b"])
      #expect(decoded.problems == [])
      #expect(decoded.events.first?.fields["b"] == ["y"])
      #expect(decoded.events.first?.fields[""]?.contains("7") == true)
    }
  }

  @Test func anEventThatIsNestedTooDeeplyIsAProblem() {
    let value = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    let decoded = DecodedText(lines: "{\"a\":\(value)}\n{\"b\":1}", fields: ["b"])
    #expect(decoded.problems.map(\.reason) == ["nested too deeply"])
    #expect(decoded.events.count == 1)
  }

  @Test func aGiantLineIsRead() {
    let text = String(repeating: "0123456789", count: 400_000)
    let decoded = DecodedText(lines: "{\"a\":\"\(text)\",\"b\":1}\n{\"b\":2}", fields: ["a", "b"])
    #expect(decoded.events.map { $0.fields["b"] } == [["1"], ["2"]])
    #expect(decoded.events.first?.fields["a"]?.first?.utf8.count == 4_000_000)
  }

  @Test func aLineOfManyDistinctKeysIsRead() {
    let members = (0..<200_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
    let decoded = DecodedText(
      lines: "{\(members),\"UserData\":{\(members)}}\n{\"k1\":2}", fields: ["k1", "k199999"])
    #expect(decoded.problems == [])
    #expect(decoded.events.map { $0.fields["k1"] } == [["1"], ["2"]])
    #expect(decoded.events.first?.fields["k199999"] == ["199999"])
  }
}

@Suite struct RepeatedKeyTests {
  @Test(arguments: [
    #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"a":{"x":[1,{"y":3}]},"a":2}"#,
    #"{"a":1,"b":3,"a":{"b":4},"a":2}"#, #"{"a":[1,{"a":5,"a":6}],"a":2}"#,
  ])
  func ofARepeatedKeyTheLastCounts(_ json: String) {
    #expect(DecodedText.values("a", of: json) == ["2"])
  }

  @Test func whatARepeatedKeyOverrulesIsNotSeenByKeywordsEither() {
    let decoded = DecodedText(lines: #"{"x":{"y":"gone","z":["gone"]},"x":"kept","y":"kept"}"#)
    #expect(decoded.events.first?.fields == ["": ["kept", "kept"]])
  }

  @Test func aFieldThatOverruledAnotherPlaceGivesItBackWhenItIsOverruledItself() {
    #expect(DecodedText.values("f", of: #"{"EventData":{"f":1},"System":{"f":2},"EventData":{}}"#) == ["2"])
    let decoded = DecodedText(lines: #"{"log_name":"a","System":{"Channel":"b"},"System":{}}"#)
    #expect(decoded.events.first?.channel == "a")
  }

  @Test func objectsOfAListDoNotOverruleEachOther() {
    #expect(DecodedText.values("a.b", of: #"{"a":[{"b":1},{"b":2},[{"b":3}]]}"#) == ["1", "2", "3"])
  }

  @Test func manyRepetitionsTakeNoTime() {
    let members = Array(repeating: #""a":1"#, count: 100_000).joined(separator: ",")
    #expect(DecodedText.values("a", of: "{\(members),\"a\":2}") == ["2"])
  }

  @Test func twoSpellingsOfALetterAreTwoKeys() {
    #expect(DecodedText.values("\u{E9}", of: "{\"\u{E9}\":1,\"e\u{301}\":2}") == ["1"])
  }
}
