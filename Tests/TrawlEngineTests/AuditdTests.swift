import Testing
import TrawlDecoding
import TrawlTestSupport

@Suite struct AuditdTests {
  private func decode(_ text: String, _ fields: String...) -> DecodedLog {
    DecodedLog(AuditdDecoder.self, text, fields: fields)
  }

  private static let head = "type=EXECVE msg=audit(1640995200.123:456):"

  /// All fields of a line but those of its header.
  private func pairs(_ rest: String, type: String = "SYSCALL", names: [String]) -> [String: [String?]] {
    let log = DecodedLog(AuditdDecoder.self, "type=\(type) msg=audit(1.2:3): \(rest)", fields: names)
    #expect(log.problems == [])
    return log.events.first?.values.filter { $0.key != "" } ?? [:]
  }

  @Test func everyPairIsAField() {
    let log = decode(
      "type=SYSCALL msg=audit(1640995200.123:456): arch=c000003e exit=-13 a0=55 key=(null) x= y==z\n", "type",
      "msg", "arch", "exit", "a0", "key", "x", "y")
    #expect(
      log.events.first?.values.filter { $0.key != "" } == [
        "type": ["SYSCALL"], "msg": ["audit(1640995200.123:456)"], "arch": ["c000003e"], "exit": ["-13"],
        "a0": ["55"], "key": ["(null)"], "x": [""], "y": ["=z"],
      ])
    #expect(log.events.first?.marks == ["time": "1640995200.123"])
  }

  @Test func quotesAreRemovedAndHexadecimalDigitsDecoded() {
    let line = "argc=4 a0=\"bash\" a1=\"-c\" a2=636174202F6574632F706173737764 a3[0]=C3A4 a3_len=22"
    #expect(
      pairs(line, type: "EXECVE", names: ["a0", "a1", "a2", "a3[0]", "a3_len"]) == [
        "a0": ["bash"], "a1": ["-c"], "a2": ["cat /etc/passwd"], "a3[0]": ["ä"], "a3_len": ["22"],
      ])
  }

  @Test func onlyKnownKeysAndWholeUpperCaseDigitsAreDecoded() {
    let names = ["name", "exe", "comm", "cwd", "ses", "pid"]
    #expect(
      pairs("name=2F612062 exe=abcd comm=41424 cwd=4A4B ses=4142 pid=1000", names: names) == [
        "name": ["/a b"], "exe": ["abcd"], "comm": ["41424"], "cwd": ["JK"], "ses": ["4142"], "pid": ["1000"],
      ])
  }

  @Test func aTitlesZerosAreBlanksAndAKeyMayBeSeveral() {
    #expect(
      pairs("proctitle=6C73002D6C", type: "PROCTITLE", names: ["proctitle"]) == ["proctitle": ["ls -l"]])
    #expect(pairs("key=6B3101016B32", names: ["key"]) == ["key": ["", "k1", "k2"]])
  }

  @Test func decodedBytesThatAreNoUTF8AreMended() {
    #expect(pairs("name=61FF62", names: ["name"]) == ["name": ["a\u{FFFD}b"]])
    let bytes = Array("\(Self.head) a0=\"".utf8) + [0xC3] + Array("\"\n".utf8)
    #expect(DecodedLog(AuditdDecoder.self, bytes, fields: ["a0"]).events[0]["a0"] == ["\u{FFFD}"])
  }

  @Test func theMessageOfAProgramIsItsPairs() {
    let names = ["msg", "op", "acct", "exe", "cmd", "hostname", "addr", "res", "UID"]
    let line = """
      uid=0 msg='op=PAM:session_open acct="root" exe="/usr/bin/sudo" cmd="it's" hostname=? \
      res=success'\u{1D}UID="root"
      """
    #expect(
      pairs(line, type: "USER_CMD", names: names) == [
        "msg": ["audit(1.2:3)"], "op": ["PAM:session_open"], "acct": ["root"], "exe": ["/usr/bin/sudo"],
        "cmd": ["it's"], "hostname": ["?"], "res": ["success"], "UID": ["root"],
      ])
    let old =
      "msg='PAM: session open acct=\"root\" : exe=\"/bin/su\" (hostname=?, addr=1.2.3.4, res=success)'"
    #expect(
      pairs(old, names: Array(names.dropFirst())) == [
        "acct": ["root"], "exe": ["/bin/su"], "hostname": ["?"], "addr": ["1.2.3.4"], "res": ["success"],
      ])
  }

  @Test func enrichedLinesGiveTheNamesToo() {
    let line =
      "syscall=59 saddr=0200\u{1D}SYSCALL=execve AUID=\"root\" SADDR={ saddr_fam=inet laddr=1.2.3.4 }"
    #expect(
      pairs(line, names: ["syscall", "saddr", "SYSCALL", "AUID", "SADDR", "laddr"]) == [
        "syscall": ["59"], "saddr": ["0200"], "SYSCALL": ["execve"], "AUID": ["root"], "laddr": ["1.2.3.4"],
      ])
  }

  @Test func wordsWithoutAKeyAreValuesForKeywords() {
    let log = decode("type=AVC msg=audit(1.2:3): avc:  denied  { read } for  pid=7 comm=\"x\"", "pid", "comm")
    #expect(log.events.first?.values[""]?.contains("avc:  denied  { read } for") == true)
    #expect(log.events.first?["comm"] == ["x"])
  }

  @Test func theNodeIsTheComputer() {
    let log = decode("node=web1 \(Self.head) x=1\n", "node")
    #expect(log.events.first?["node"] == ["web1"] && log.events.first?.marks["computer"] == "web1")
  }

  @Test func linesOfRsyslogAreTaken() {
    let log = decode("Nov 21 10:00:00 web1 audispd: \(Self.head) a0=\"x\"\n", "Hostname", "Computer", "a0")
    #expect(log.events.first?["Hostname"] == ["web1"] && log.events.first?["Computer"] == ["web1"])
    #expect(log.events.first?.marks["computer"] == "web1" && log.events.first?["a0"] == ["x"])
  }

  @Test func aLinesChannelIsNoChannel() {
    #expect(decode("\(Self.head) Channel=Security EventID=1").events.first?.marks["channel"] == nil)
  }

  @Test func whatIsNoRecordCostsItsLineOnly() {
    let log = decode(
      "\(Self.head) a=1\n\nother\n\(Self.head) a=\"open\n\(Self.head) msg='x\r\n\(Self.head) a=2", "a")
    #expect(log.events.map { $0["a"] } == [["1"], ["2"]] && log.events.map(\.line) == [0, 5])
    #expect(
      log.problems.map(\.reason) == [
        "a line that is no audit record", "a quoted value that is not closed",
        "a quoted value that is not closed",
      ])
    #expect(log.problems.map(\.line) == [2, 3, 4])
  }

  @Test func anEventIsShownAsJSON() {
    let log = decode("node=h \(Self.head) a0=\"b\\c\" a1=220A key=610162\r\n")
    #expect(
      log.events.map(\.json) == [
        #"{"type":"EXECVE","node":"h","msg":"audit(1640995200.123:456)","a0":"b\\c","a1":"\"\u000a","key":["a","b"]}"#
      ])
  }

  @Test func aLogMayBeCutBetweenAnyTwoLines() {
    let text = "\(Self.head) a0=\"1\"\r\n\n\(Self.head) a0=41\nbad\n\(Self.head) a0=x"
    #expect(DecodedLog.differences(AuditdDecoder.self, Array(text.utf8), fields: ["a0"]) == [])
  }
}
