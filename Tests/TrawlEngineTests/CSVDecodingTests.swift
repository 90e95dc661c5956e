import Testing
import TrawlDecoding
import TrawlTestSupport

@Suite struct CSVDecodingTests {
  private func decode(_ text: String, _ fields: String...) -> DecodedLog {
    DecodedLog(CSVDecoder.self, text, fields: fields)
  }

  @Test func cellsAreFieldsByTheNamesOfTheHeader() {
    let log = decode("EventID,Some Name,c\r\n1,two words,3\r\n4,,\r\n", "EventID", "SomeName", "c")
    #expect(log.problems == [])
    #expect(
      log.events.map(\.values) == [
        ["EventID": ["1"], "SomeName": ["two words"], "c": ["3"]], ["EventID": ["4"]],
      ])
    #expect(log.events.map(\.line) == [1, 2] && log.events.map(\.offset) == [21, 36])
    #expect(log.events.map { $0.marks["eventID"] } == ["1", "4"])
  }

  @Test func quotedCellsHoldAnyCharacter() {
    let log = decode("a,b\n\"x,\"\"y\"\"\r\nz\",\"\"\n\"\",\"\"\"\"\n", "a", "b")
    #expect(
      log.events.map(\.values) == [["a": ["x,\"y\"\r\nz"], "b": [""]], ["a": [""], "b": ["\""]]])
    #expect(log.events.map(\.line) == [1, 3])
  }

  @Test func aQuoteWithinACellThatIsNotQuotedIsACharacter() {
    #expect(decode("a,b\nx\"y,\"z\"\n", "a").events.first?["a"] == ["x\"y"])
  }

  @Test(arguments: [";", "\t", ","])
  func cellsAreSeparatedAsInTheHeader(_ separator: String) {
    let log = decode("a\(separator)b\n1.5\(separator)\"2\"\n", "a", "b")
    #expect(log.events.map(\.values) == [["a": ["1.5"], "b": ["2"]]])
  }

  @Test func blankLinesAreNoRowsButCount() {
    let log = decode("a,b\n\n1,2\n  \r\n3,4", "a")
    #expect(log.problems == [] && log.events.map(\.line) == [2, 4])
    #expect(log.events.map { $0["a"] } == [["1"], ["3"]])
  }

  @Test func missingCellsAreAbsentAndFurtherOnesAProblem() {
    let log = decode("a,b,c\n1,2\n3\n4,5,6,7\n8,9,10,\n", "a", "b", "c")
    #expect(log.events.map { $0["b"] } == [["2"], ["9"]])
    #expect(
      log.problems.map(\.reason) == ["a row of one cell", "a row with more cells than the header has"])
    #expect(log.problems.map(\.line) == [2, 3])
  }

  @Test func damagedQuotesCostTheirLineOnly() {
    let log = decode("a,b\n1,\"x\"y\n2,\"open\n3,\"z\"\n4,\"never closed\n5,6\n", "a", "b")
    #expect(log.events.map { $0["a"] } == [["3"], ["5"]])
    #expect(
      log.problems.map(\.reason) == [
        "text behind the quote that closes a cell", "text behind the quote that closes a cell",
        "a quote that is not closed",
      ])
    #expect(log.problems.map(\.line) == [1, 2, 4])
  }

  @Test func aQuoteThatIsNotClosedIsGivenUpAfterFourMegabytes() {
    let row = "2," + String(repeating: "3", count: 4093) + "\n"
    let bytes = Array(("a,b\n1,\"\n" + String(repeating: row, count: 1100)).utf8)
    let log = DecodedLog(CSVDecoder.self, bytes)
    #expect(log.problems.map(\.line) == [1] && log.events.count == 1100)
    #expect(DecodedLog.cut(CSVDecoder.self, bytes, at: 4_100_000) == [])
    #expect(DecodedLog.cut(CSVDecoder.self, bytes, at: 4_300_000) == [8 + 4_300_000 / 4096 * 4096])
  }

  @Test func theExportOfEventViewerHasSystemsNames() {
    let log = decode(
      """
      Level,Date and Time,Source,Event ID,Task Category
      Information,1/2/2024 3:04:05 PM,Microsoft-Windows-Trawl,4688,None,"A new process:

      \tName:\t""x"", y"

      """, "EventID", "Provider_Name", "Message", "Source")
    #expect(
      log.events.map { $0.values.filter { $0.key != "" } } == [
        [
          "EventID": ["4688"], "Provider_Name": ["Microsoft-Windows-Trawl"],
          "Message": ["A new process:\n\n\tName:\t\"x\", y"],
        ]
      ])
  }

  @Test func theExportOfPowerShellHasSystemsNames() {
    let log = decode(
      """
      #TYPE System.Diagnostics.Eventing.Reader.EventLogRecord
      "Message","Id","ProviderName","LogName","MachineName","TimeCreated","UserId"
      "Hello","4104","Microsoft-Windows-PowerShell","Microsoft-Windows-PowerShell/Operational","host","1/2/2024",

      """, "Message", "EventID", "Channel", "Computer", "UserId", "Id")
    #expect(log.events.first?.marks["channel"] == "Microsoft-Windows-PowerShell/Operational")
    #expect(log.events.first?.marks["eventID"] == "4104" && log.events.first?.marks["computer"] == "host")
    #expect(log.events.first?["Id"] == nil && log.events.first?["UserId"] == nil)
    #expect(log.events.first?.line == 2)
  }

  @Test func otherTablesKeepTheirNames() {
    let log = decode("Id,Source,LogName\n1,2,3\n", "Id", "Source", "EventID", "Channel")
    #expect(log.events.first?.values == ["Id": ["1"], "Source": ["2"], "": ["3"]])
  }

  @Test func anEventIsShownAsJSON() {
    let log = decode("a,b,a,c\n\"x\"\"\u{1}\\\",2,3,\n")
    #expect(log.events.map(\.json) == [#"{"a":["x\"\u0001\\","3"],"b":"2"}"#])
  }

  @Test func whatIsNoUTF8IsMended() {
    let log = DecodedLog(
      CSVDecoder.self, Array("a,b\nx".utf8) + [0xFF, 0x79] + Array(",z\n".utf8), fields: ["a", "b"])
    #expect(log.events.map(\.values) == [["a": ["x\u{FFFD}y"], "b": ["z"]]])
  }

  @Test func aTextIsTheEventsValuesAndNoMore() {
    #expect(decode("a,b\n\"x\"\"y\",2\n3,4\n").events.map(\.text) == ["x\"y\n2\n", "3\n4\n"])
  }

  @Test(arguments: [
    "a,b\r\n1,\"x\r\ny\"\"z\"\r\n\r\n2,\"d\"amage\n3,\"\"\n4,\"open, \n5,\"\"\"\"\n6",
    "a;b\n\"\";\"\"\"\n\n\";;\n\"1\"\r2;3\n\"4\"\r\n",
  ])
  func aTableMayBeCutBetweenAnyTwoRows(_ text: String) {
    #expect(DecodedLog.differences(CSVDecoder.self, Array(text.utf8), fields: ["a", "b"]) == [])
  }
}
