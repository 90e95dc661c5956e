import Testing
import TrawlDecoding

/// Which formats take which texts for their own.
@Suite struct RecognitionTests {
  static let samples: [(text: String, format: String)] = [
    ("a,b\n1,2\n", "csv"), ("\"Some Name\";b;c\r\n;;\r\n", "csv"), ("@timestamp\tEventID\tx\n", "csv"),
    ("#TYPE X\n\"Id\",\"LogName\"\n\"1\",\"x\ny\"\n", "csv"),
    ("Level,Date and Time,Source,Event ID,Task Category\nInformation,1/2/2024,a,1,None,\"x\"\n", "csv"),
    ("Keywords,Date and Time,Source,Event ID,Task Category\n\n", "csv"),
    ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System/>", "xml"),
    ("<?xml version=\"1.0\"?>\r\n<!-- x -->\n<Events><Event><System>", "xml"), ("<Events></Events>\n", "xml"),
    ("\n  <Event>\n <System><Provider Name='x'/>", "xml"),
    ("type=SYSCALL msg=audit(1640995200.123:456): arch=c000003e\n", "auditd"),
    ("\nnode=a.b type=PATH msg=audit(1:2): x=1\nanything\n", "auditd"),
    ("Nov 21 10:00:00 host audispd: type=EOE msg=audit(1.0:2):\n", "auditd"),
    ("<13>Nov  1 10:00:00 host auditd[12]: node=h type=EOE msg=audit(1.0:2):\n", "auditd"),
    ("Nov 21 10:00:00 host sshd[1]: x\nNov 21 10:00:01 host last message repeated 2 times\n", "syslog"),
    ("<34>Nov  1 10:00:00 host su: 'su root' failed\n", "syslog"),
    ("2024-01-02T03:04:05.123456+01:00 host CRON[1]: (root) CMD (x, y)\n", "syslog"),
    ("<165>1 2003-10-11T22:14:15.003Z host app - ID47 [a@1 b=\"c\"] text\n", "syslog"),
    ("{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n", ""), ("[{\"a\":1},{\"b\":2}]", ""), ("", ""), ("\n\n", ""),
    ("ElfFile\0\0\0\0\0\0\0\0\0", ""), ("Dear John, how are you?\nWell, I hope.\n", ""),
    ("It was late, and dark\nNobody came, and left\n", ""), ("<html><body>a, b</body></html>", ""),
    ("<Event><Other/></Event>", ""), ("<EventData>", ""), ("<Events><Other/></Events>", ""),
    ("a,b\n1,2,3\n", ""), ("a,a\n1,2\n", ""), ("1,2\n3,4\n", ""), ("a,\n1,2\n", ""), ("one\ntwo\n", ""),
    ("2024-01-02T03:04:05Z INFO main: started\n", ""), ("2024-01-02 03:04:05 something: else\n", ""),
    ("key=value, other=value\nkey=value, other=value\n", ""), ("Nov is a month, so is Dec\n", ""),
    ("<14>no time\n", ""), ("msg=audit(1:2): type=x\n", ""),
  ]

  @Test(arguments: samples.indices)
  func aTextIsRecognisedByItsOwnFormatOnly(_ index: Int) {
    let (text, format) = Self.samples[index]
    var found: [String] = []
    if DecodedLog.recognises(CSVDecoder.self, text) { found.append("csv") }
    if DecodedLog.recognises(EventXMLDecoder.self, text) { found.append("xml") }
    if DecodedLog.recognises(AuditdDecoder.self, text) { found.append("auditd") }
    if DecodedLog.recognises(SyslogDecoder.self, text) { found.append("syslog") }
    if DecodedLog.recognises(TextDecoder.self, text) { found.append("text") }
    #expect(found == (format.isEmpty ? [] : [format]), "\(text)")
  }

  @Test func aHeadMayEndAnywhereInItsSecondRow() {
    let text = "a,b\n1,\"x\ny\",\n"
    for count in 4..<text.count {
      #expect(DecodedLog.recognises(CSVDecoder.self, String(text.prefix(count)), isWhole: false), "\(count)")
    }
    #expect(!DecodedLog.recognises(CSVDecoder.self, "a,b", isWhole: false))
  }
}
