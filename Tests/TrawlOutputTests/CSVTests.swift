import Testing
import TrawlOutput

@Suite struct CSVTests {
  @Test func everyFindingHasAsManyCellsAsTheHeader() {
    let details = [
      FindingDetail(), FindingDetail(evidence: true), FindingDetail(evidence: true, event: .matched),
      FindingDetail(event: .full),
    ]
    for detail in details {
      let csv = CSV(detail)
      let finding = example(
        title: "a,b \"c\"", evidence: [evidence("x,\"y", in: "z")], event: "{\"a\":\"b,c\"}")
      let header = cells(String(decoding: csv.header, as: UTF8.self))
      #expect(cells(csv.text(finding)).count == header.count)
    }
  }

  @Test func aFindingIsWrittenInTheOrderOfTheHeader() {
    let names = cells(String(decoding: CSV().header, as: UTF8.self))
    let values = cells(CSV().text(example()))
    let row = Dictionary(uniqueKeysWithValues: zip(names, values))
    #expect(row["timestamp"] == "2026-04-02T10:00:00.123Z")
    #expect(row["title"] == "Reverse Shell")
    #expect(row["record"] == "12")
    #expect(row["tags"] == "attack.execution attack.t1059.004")
    #expect(row["logsource"] == "product=linux,category=process_creation")
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\",\"y\")"])
  func aCellThatLooksLikeAFormulaIsMadeHarmless(_ text: String) {
    let cell = cells(CSV().text(example(computer: text)))[3]
    #expect(cell.hasPrefix("'"))
  }

  @Test func quotesAndCommasAreQuoted() {
    #expect(cells(CSV().text(example(title: "a,\"b\",c")))[2] == "a,\"b\",c")
  }

  @Test func aFindingIsOneLineWhateverIsInIt() {
    for scalar in hazards {
      let line = CSV().text(example(title: "a\(Character(scalar))b"))
      #expect(line.hasSuffix("\r\n"))
      #expect(!line.dropLast().unicodeScalars.contains(scalar))
    }
  }

  /// The cells of a line, by RFC 4180.
  private func cells(_ line: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    var characters = Array(line)[...]
    #expect(characters.removeLast() == "\r\n")
    while let character = characters.popFirst() {
      if isQuoted, character == "\"", characters.first == "\"" {
        cells[cells.count - 1].append("\"")
        characters.removeFirst()
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    #expect(!isQuoted)
    return cells
  }
}
