import Foundation
import Testing
import TrawlOutput

@Suite struct JSONLinesTests {
  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func aFindingIsWrittenMemberByMember() {
    let expected =
      #"{"timestamp":"2026-04-02T10:00:00.123Z","rule":{"id":"8b36cd0c-cb80-442c-81e8-ea41e64f74fe","#
      + #""title":"Reverse Shell","level":"high","status":"stable","tags":["attack.execution","attack.t1059.004"],"#
      + #""language":"sigma","file":"rules/shell.yml"},"source":{"file":"logs/a.json","record":12,"offset":3456},"#
      + #""logsource":{"product":"linux","category":"process_creation"},"computer":"ws1"}"# + "\n"
    #expect(JSONLines().text(example()) == expected)
  }

  @Test func whatIsNotKnownIsNull() throws {
    let finding = try object(JSONLines().text(example(level: "", computer: nil, timestamp: nil)))
    #expect(finding["timestamp"] is NSNull)
    #expect(finding["computer"] is NSNull)
    #expect((finding["rule"] as? [String: Any])?["level"] is NSNull)
  }

  @Test(arguments: [
    "plain", "quote \" backslash \\ slash /", "C:\\Windows\\System32", "ä漢🐟", "\u{2028}", "", "\\", "\"",
    "ends with \u{1B}", "\u{1B}begins", String(repeating: "\u{7}", count: 100),
  ])
  func anyTextComesBackAsItWas(_ text: String) throws {
    let finding = try object(JSONLines().text(example(title: text, computer: text)))
    #expect(finding["computer"] as? String == text)
    #expect((finding["rule"] as? [String: Any])?["title"] as? String == text)
  }

  @Test func everyHazardIsEscapedAndComesBack() throws {
    for scalar in hazards {
      let text = "a\(Character(scalar))b"
      let line = JSONLines().text(example(computer: text))
      #expect(!line.dropLast().unicodeScalars.contains(scalar), "U+\(String(scalar.value, radix: 16))")
      #expect(try object(line)["computer"] as? String == text)
    }
  }

  @Test func evidenceIsWrittenOnlyWhenAskedFor() throws {
    let finding = example(evidence: [
      evidence("/dev/tcp/", in: "exec 5<>/dev/tcp/x", at: 8..<17),
      evidence("mimi*", in: "mimikatz", field: nil, modifiers: []),
    ])
    #expect(!JSONLines().text(finding).contains("evidence"))
    let items = try #require(
      try object(JSONLines(FindingDetail(evidence: true)).text(finding))["evidence"] as? [[String: Any]])
    #expect(items.count == 2)
    #expect(items[0]["field"] as? String == "CommandLine")
    #expect(items[0]["modifiers"] as? [String] == ["contains"])
    #expect(items[0]["offset"] as? Int == 8)
    #expect(items[0]["length"] as? Int == 9)
    #expect(items[1]["field"] is NSNull)
    #expect(items[1]["offset"] is NSNull)
  }

  @Test func matchedFieldsAppearOnceWithAllTheirValues() {
    let finding = example(evidence: [
      evidence("a", in: "ab"), evidence("b", in: "ab"), evidence("x", in: "x1", field: "Hashes"),
      evidence("y", in: "y1", field: "Hashes"), evidence("", in: nil, field: "User"),
      evidence("key", in: "a key", field: nil),
    ])
    let line = JSONLines(FindingDetail(event: .matched)).text(finding)
    #expect(
      line.hasSuffix(
        #""event":{"CommandLine":"ab","Hashes":["x1","y1"],"User":null,"keywords":"a key"}}"# + "\n"))
  }

  @Test func aPrettyPrintedEventBecomesOneLine() throws {
    let event =
      "{\r\n  \"a\": [\n\t1,\n 2.5e-3\n],\n  \"b\\n\\\"\": \"x \\u001b y\", \"c\": {}, \"d\": [], \"e\": -0\n}"
    let line = JSONLines(FindingDetail(event: .full)).text(example(event: event))
    #expect(line.filter(\.isNewline).count == 1)
    let found = try #require(try object(line)["event"] as? [String: Any])
    #expect(found["b\n\""] as? String == "x \u{1B} y")
    #expect(found["a"] as? [Double] == [1, 0.0025])
  }

  @Test func hazardsInTheEventAreEscapedAndComeBack() throws {
    let line = JSONLines(FindingDetail(event: .full)).text(
      example(event: "{\"a\":\"x\u{202E}\u{9B}\u{7F}\u{E0041}y\"}"))
    #expect(line.contains(#"x\u202e\u009b\u007f\udb40\udc41y"#))
    #expect(
      (try object(line)["event"] as? [String: Any])?["a"] as? String == "x\u{202E}\u{9B}\u{7F}\u{E0041}y")
  }

  @Test(arguments: [
    "{\"a\":01}", "{\"a\":tru}", "{\"a\":1", "{\"a\" 1}", "{\"a\":1,}", "[1 2]", "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12g4\"}",
    "{} {}", "", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":\"b\nc\"}", "{\"a\":]}", "{,}", "[,]", "{\"a\":1e}",
  ])
  func anEventThatIsNotQuiteJSONBecomesAString(_ event: String) throws {
    let line = JSONLines(FindingDetail(event: .full)).text(example(event: event))
    #expect(try object(line)["event"] as? String == event)
  }

  @Test func anEventOfAnyDepthIsWritten() {
    let depth = 100_000
    let event = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(JSONLines(FindingDetail(event: .full)).text(example(event: event)).contains("\"event\":" + event))
  }
}
