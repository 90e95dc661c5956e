import Testing
import TrawlDecoding
import TrawlTestSupport

@Suite struct SyslogTests {
  static let names = [
    "Message", "Hostname", "ProgramName", "ProcessID", "MessageID", "Priority", "Facility", "Severity",
    "Timestamp", "SyslogTimestamp", "e@1.k", "e@1.l", "f.m",
  ]

  static let lines: [(line: String, values: [String: String])] = [
    (
      "Nov 21 10:00:00 web1 sshd[123]: Accepted  password ",
      [
        "SyslogTimestamp": "Nov 21 10:00:00", "Hostname": "web1", "ProgramName": "sshd", "ProcessID": "123",
        "Message": "Accepted  password ",
      ]
    ),
    (
      "<34>Nov  1 10:00:00 web1 su: x",
      [
        "SyslogTimestamp": "Nov  1 10:00:00", "Hostname": "web1", "ProgramName": "su", "Message": "x",
        "Priority": "34", "Facility": "4", "Severity": "2",
      ]
    ),
    (
      "2024-01-02T03:04:05.123456+01:00 web1 CRON[1]: (root) CMD (x)",
      [
        "Timestamp": "2024-01-02T03:04:05.123456+01:00", "Hostname": "web1", "ProgramName": "CRON",
        "ProcessID": "1", "Message": "(root) CMD (x)",
      ]
    ),
    (
      #"<165>1 2003-10-11T22:14:15.003Z web1 app 8 ID47 [e@1 k="a\"]\\b\n" l=""][f m="]"] text"#,
      [
        "Timestamp": "2003-10-11T22:14:15.003Z", "Hostname": "web1", "ProgramName": "app", "ProcessID": "8",
        "MessageID": "ID47", "e@1.k": #"a"]\b\n"#, "e@1.l": "", "f.m": "]", "Message": "text",
        "Priority": "165", "Facility": "20", "Severity": "5",
      ]
    ),
    (
      "<0>1 - - - - - -",
      ["Message": "", "Priority": "0", "Facility": "0", "Severity": "0"]
    ),
    (
      "<13>1 2003-10-11T22:14:15Z h a - - - \u{FEFF}text",
      [
        "Timestamp": "2003-10-11T22:14:15Z", "Hostname": "h", "ProgramName": "a", "Message": "text",
        "Priority": "13", "Facility": "1", "Severity": "5",
      ]
    ),
    (
      "Nov 21 10:00:00 web1 last message repeated 2 times",
      [
        "SyslogTimestamp": "Nov 21 10:00:00", "Hostname": "web1", "Message": "last message repeated 2 times",
      ]
    ),
    (
      "Nov 21 10:00:00 sshd[1]: no host",
      ["SyslogTimestamp": "Nov 21 10:00:00", "ProgramName": "sshd", "ProcessID": "1", "Message": "no host"]
    ),
    (
      "Nov 21 10:00:00 web1 sshd(pam_unix)[1]: x",
      [
        "SyslogTimestamp": "Nov 21 10:00:00", "Hostname": "web1", "ProgramName": "sshd", "ProcessID": "1",
        "Message": "x",
      ]
    ),
    (
      "Nov 21 10:00:00 web1 kernel: [ 12.3] x: y",
      [
        "SyslogTimestamp": "Nov 21 10:00:00", "Hostname": "web1", "ProgramName": "kernel",
        "Message": "[ 12.3] x: y",
      ]
    ),
    ("Nov 21 10:00:00", ["SyslogTimestamp": "Nov 21 10:00:00", "Message": ""]),
    ("  at some.place(x.java:1)", ["Message": "  at some.place(x.java:1)"]),
    ("<192>Nov 21 10:00:00 h x: y", ["Message": "<192>Nov 21 10:00:00 h x: y"]),
    ("<1>1 nonsense", ["Message": "<1>1 nonsense"]),
    ("<1>1 - a b c - [open", ["Message": "<1>1 - a b c - [open"]),
  ]

  @Test(arguments: lines.indices)
  func aLineIsItsHeaderAndItsMessage(_ index: Int) {
    let (line, values) = Self.lines[index]
    let log = DecodedLog(SyslogDecoder.self, "\n\(line)\r\n", fields: Self.names)
    #expect(log.problems == [] && log.events.map(\.line) == [1])
    #expect(log.events.first?.values == values.mapValues { [$0] })
    #expect(log.events.first?.marks["service"] == values["ProgramName"])
    #expect(log.events.first?.marks["computer"] == values["Hostname"])
    #expect(log.events.first?.marks["time"] == values["Timestamp"])
  }

  @Test func aHostIsTheComputer() {
    let log = DecodedLog(SyslogDecoder.self, Self.lines[0].line, fields: ["Computer"])
    #expect(log.events.first?["Computer"] == ["web1"])
  }

  @Test func whatIsNoUTF8IsMended() {
    let bytes =
      Array("Nov 21 10:00:00 h x: a".utf8) + [0xE4, 0x62, 10] + Array("Nov 21 10:00:00 h x: ä".utf8)
    let log = DecodedLog(SyslogDecoder.self, bytes, fields: ["Message"])
    #expect(log.events.map { $0["Message"] } == [["a\u{FFFD}b"], ["ä"]])
  }

  @Test func anEventIsShownAsJSON() {
    let log = DecodedLog(SyslogDecoder.self, "Nov 21 10:00:00 h x[1]: \"y\"\\\t\n")
    #expect(
      log.events.map(\.json) == [
        #"{"SyslogTimestamp":"Nov 21 10:00:00","Hostname":"h","ProgramName":"x","ProcessID":"1","Message":"\"y\"\\\u0009"}"#
      ])
  }

  @Test func aLogMayBeCutBetweenAnyTwoLines() {
    let text = "\n" + Self.lines.map(\.line).joined(separator: "\r\n")
    #expect(DecodedLog.differences(SyslogDecoder.self, Array(text.utf8), fields: Self.names) == [])
  }
}

@Suite struct TextLineTests {
  @Test func everyLineIsAMessage() {
    let log = DecodedLog(TextDecoder.self, "one, two\r\n\n {\"a\":1}", fields: ["Message", "a"])
    #expect(log.events.map(\.values) == [["Message": ["one, two"]], ["Message": [" {\"a\":1}"]]])
    #expect(log.events.map(\.line) == [0, 2] && log.events.map(\.offset) == [0, 11])
    #expect(log.events.map(\.json) == [#"{"Message":"one, two"}"#, #"{"Message":" {\"a\":1}"}"#])
    #expect(log.events.map(\.text) == ["one, two", " {\"a\":1}"])
  }

  @Test func whatIsNoUTF8IsMended() {
    let bytes: [UInt8] = Array("ä\nx".utf8) + [0x80, 0x79, 10] + Array("z".utf8)
    let log = DecodedLog(TextDecoder.self, bytes, fields: ["Message"])
    #expect(log.events.map { $0["Message"] } == [["ä"], ["x\u{FFFD}y"], ["z"]])
    #expect(log.events.map(\.offset) == [0, 3, 7])
  }

  @Test func aLogMayBeCutBetweenAnyTwoLines() {
    let text = "one\r\n\ntwo\nthree"
    #expect(DecodedLog.differences(TextDecoder.self, Array(text.utf8), fields: ["Message"]) == [])
  }
}
