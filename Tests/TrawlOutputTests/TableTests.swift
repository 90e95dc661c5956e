import Testing
import TrawlMatcher

@testable import TrawlOutput

@Suite struct TableTests {
  private func lines(_ table: Table, _ finding: Finding) -> [String] {
    table.text(finding).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [40, 79, 80, 99, 100, 120, 140, 250])
  func noLineIsWiderThanTheTerminal(_ width: Int) {
    let long = String(repeating: "漢字 and letters ", count: 40)
    let finding = example(
      title: long, file: "/very/long/" + long, computer: long,
      evidence: [evidence(long, in: long + long, at: 200..<220), evidence("x", in: "x")],
      event: "{\"a\":\"\(long)\"}")
    for event in [FindingDetail.Event.none, .matched, .full] {
      let table = Table(width: width, style: .plain, FindingDetail(evidence: true, event: event))
      for line in lines(table, finding) { #expect(line.displayWidth <= max(width, 61), "\(line)") }
      #expect(String(decoding: table.header, as: UTF8.self).displayWidth <= max(width, 61) + 1)
    }
  }

  @Test func columnsStandBelowEachOther() {
    let table = Table(width: 120, style: .plain)
    let header = String(decoding: table.header, as: UTF8.self)
    let line = table.text(example(title: "漢字"))
    #expect(
      String(header.prefix(while: { $0 != "R" })).displayWidth
        == String(line.prefix(while: { $0 != "漢" })).displayWidth)
    let place = line.prefix(upTo: line.firstRange(of: "logs/a.json")!.lowerBound)
    #expect(
      String(place).displayWidth
        == String(header.prefix(upTo: header.firstRange(of: "RECORD")!.lowerBound)).displayWidth)
  }

  @Test func whatIsCutShowsAnEllipsis() {
    let line = Table(width: 80, style: .plain).text(
      example(title: String(repeating: "t", count: 100), file: String(repeating: "f", count: 100)))
    #expect(line.contains("t…"))
    #expect(line.contains("…f"))
    #expect(line.hasSuffix("f:12\n"))
  }

  @Test func noHazardReachesTheTerminal() {
    let style = Style(isColoured: false)
    for scalar in hazards {
      let text = "a\(Character(scalar))b"
      let finding = example(
        title: text, level: text, file: text, computer: text, timestamp: text,
        evidence: [evidence(text, in: text + text, at: 0..<2, field: text, of: text)],
        event: "{\"a\":\"\(text)\"}")
      for event in [FindingDetail.Event.matched, .full] {
        let table = Table(width: 120, style: style, FindingDetail(evidence: true, event: event))
        let written = table.text(finding).split(separator: "\n").joined()
        #expect(!written.unicodeScalars.contains(scalar), "U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test func coloursAreOnlyWrittenWhenWanted() {
    let finding = example(evidence: [evidence("/dev/tcp/", in: "exec 5<>/dev/tcp/x", at: 8..<17)])
    let detail = FindingDetail(evidence: true)
    #expect(!Table(width: 120, style: .plain, detail).text(finding).contains("\u{1B}"))
    let coloured = Table(width: 120, style: Style(isColoured: true), detail).text(finding)
    #expect(coloured.contains("\u{1B}[31mhigh    \u{1B}[0m"))
    #expect(coloured.contains("exec 5<>\u{1B}[1;36m/dev/tcp/\u{1B}[0mx"))
  }

  @Test func aLongValueIsShownAroundItsHit() {
    let value = String(repeating: "a", count: 5000) + "NEEDLE" + String(repeating: "b", count: 5000)
    let finding = example(evidence: [evidence("NEEDLE", in: value, at: 5000..<5006)])
    let line = lines(Table(width: 100, style: .plain, FindingDetail(evidence: true)), finding)[2]
    #expect(line.contains("aNEEDLEb"))
    #expect(line.contains("…a"))
    #expect(line.hasSuffix("b…"))
  }

  @Test func patternsThatHitTheSameValueAreShownTogether() {
    let finding = example(evidence: [
      evidence("a", in: "abc", at: 0..<1), evidence("b", in: "abc", at: 1..<2),
      evidence("c", in: "c", field: "Image"),
    ])
    let found = lines(Table(width: 100, style: .plain, FindingDetail(evidence: true)), finding)
    #expect(
      found.dropFirst() == [
        "    selection: CommandLine|contains 'a' 'b'", "      abc", "    selection: Image|contains 'c'",
      ])
  }

  @Test(arguments: [
    ("\u{1B}[2J", "\\x1b[2J"), ("a\tb\r\n", "a\\tb\\r\\n"), ("\u{202E}gpj.exe", "\\u{202e}gpj.exe"),
    ("\u{9B}31m", "\\x9b31m"),
    ("C:\\Windows ä漢🐟", "C:\\Windows ä漢🐟"), ("\u{7F}", "\\x7f"), ("\0", "\\x00"),
  ])
  func controlsAreShownAsEscapes(_ text: String, _ shown: String) {
    #expect(text.visible == shown)
  }

  @Test func aHundredThousandFindingsAreFormattedInSeconds() {
    let finding = example(
      evidence: [evidence("/dev/tcp/", in: "exec 5<>/dev/tcp/x", at: 8..<17)], event: "{\"a\":1}")
    let detail = FindingDetail(evidence: true, event: .full)
    let formats: [any FindingFormat] = [
      JSONLines(detail), CSV(detail), Table(width: 120, style: .plain, detail),
    ]
    var output: [UInt8] = []
    let time = ContinuousClock().measure {
      for format in formats {
        for _ in 0..<33_333 { format.append(finding, to: &output) }
      }
    }
    #expect(time < .seconds(60))
    #expect(output.count > 30_000_000)
  }
}
