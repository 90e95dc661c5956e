import Foundation
import Testing

@Suite struct InputTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace.withRule() }

  private func scan(_ text: String) throws -> Workspace.Run { try scan(Data(text.utf8)) }

  private func scan(_ data: Data, _ options: String...) throws -> Workspace.Run {
    try workspace.write("log.json", data)
    return try workspace.shell("trawl scan -r rules log.json " + options.joined(separator: " "))
  }

  let hit = Workspace.event()
  let miss = Workspace.event("nothing")

  @Test func aLineIsKnownByItsNumberAndItsOffset() throws {
    let run = try scan("\(miss)\n\(hit)\n\(miss)\n\(hit)\n")
    #expect(
      try run.findings().map(\.source) == [
        .init(file: "log.json", record: 2, offset: miss.utf8.count + 1),
        .init(file: "log.json", record: 4, offset: 2 * miss.utf8.count + hit.utf8.count + 3),
      ])
    #expect(try run.findings()[0].timestamp == "2026-01-02T03:04:05.678Z")
  }

  @Test func aBadLineInTheMiddleCostsThatLineOnly() throws {
    for bad in ["{\"a\":", "{\"a\":\"x", "garbage", "{\"a\" 1}", "[1,2", "}", "{\"a\":1}}", "\"text\"", "12"]
    {
      let run = try scan("\(hit)\n\(bad)\n\(hit)\n")
      #expect(run.status == 0)
      #expect(try run.records() == [1, 3], "\(bad)")
      #expect(run.error.contains("log.json:2: "), "\(bad)")
      #expect(run.error.contains("1 record"), "\(bad)")
    }
  }

  @Test func aLastLineThatWasCutOffIsReportedAndTheOthersCount() throws {
    for length in [1, 10, 60, hit.utf8.count - 1] {
      let run = try scan("\(hit)\n" + hit.prefix(length))
      #expect(run.status == 0)
      #expect(try run.records() == [1])
      #expect(run.error.contains("log.json:2: "))
    }
  }

  @Test func theFirstBadLinesAreShownAndAllAreCounted() throws {
    let run = try scan(String(repeating: "{\"a\":\n\(hit)\n", count: 50))
    #expect(try run.records().count == 50)
    #expect(run.error.contains("50 records"))
    #expect(run.error.components(separatedBy: "log.json:").count == 6)
    #expect(run.error.contains("log.json:9: "))
  }

  @Test func aLastLineNeedsNoNewline() throws {
    #expect(try scan("\(miss)\n\(hit)").records() == [2])
  }

  @Test func lineEndsBlankLinesAndAByteOrderMarkDoNotMatter() throws {
    #expect(try scan("\(miss)\r\n\(hit)\r\n\r\n\(hit)\r\n").records() == [2, 4])
    #expect(try scan("\n\n  \n\(hit)\n\n\t\n\(hit)\n\n").records() == [4, 7])
    let marked = try scan(Data([0xEF, 0xBB, 0xBF]) + Data("\(hit)\n\(hit)\n".utf8)).findings()
    #expect(marked.map(\.source.record) == [1, 2])
    #expect(marked.map(\.source.offset) == [3, 3 + hit.utf8.count + 1])
  }

  @Test func anEmptyFileIsNoError() throws {
    for text in ["", "\n", " \n\t\n"] {
      let run = try scan(text)
      #expect(run.status == 0)
      #expect(run.output.isEmpty)
      #expect(run.error.contains("Nothing found"))
    }
  }

  @Test func otherLayoutsOfJSONAreRead() throws {
    let pretty = hit.replacing(",", with: ",\n  ").replacing("{", with: "{\n  ").replacing("}", with: "\n}")
    #expect(try scan(pretty).records() == [1])
    #expect(try scan("\(pretty)\n\(pretty)\n").records() == [1, 2])
    #expect(try scan("[\(miss),\(hit),\n\(hit)]").records() == [2, 3])
    #expect(try scan("[\n  \(pretty),\n  \(pretty)\n]\n").records() == [1, 2])
    #expect(try scan("\(miss)\(hit) \(hit)").records() == [2, 3])
    #expect(try scan("{\"Records\": [\(miss), \(hit)]}").records() == [2])
  }

  @Test func aFullEventOfAPrettyPrintedLogIsOneLine() throws {
    let pretty = hit.replacing(",", with: ",\n  ")
    let run = try scan(Data("[\(pretty),\(pretty)]".utf8), "--event full")
    #expect(run.lines.count == 2)
    #expect(
      run.lines[0].contains(
        "\"event\":{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",   \"EventID\":1"))
  }

  @Test func bytesThatAreNotUTF8CostTheirLineOnly() throws {
    var data = Data("\(hit)\n".utf8)
    data += Data("{\"CommandLine\":\"evil ".utf8) + Data([0xFF, 0xC0, 0x80]) + Data("\"}\n\(hit)\n".utf8)
    let run = try scan(data)
    #expect(run.status == 0)
    #expect(try run.records() == [1, 3])
    #expect(run.error.contains("log.json:2: "))
  }

  @Test func duplicateKeysHugeNumbersAndEscapesAreRead() throws {
    let numbers =
      ",\"n\":123456789012345678901234567890,\"m\":-1e999,\"z\":0.00000000000000000000000000000001"
    let run = try scan(
      """
      \(Workspace.event("nothing", more: ",\"CommandLine\":\"evil\""))
      \(Workspace.event("evil", more: ",\"CommandLine\":\"nothing\""))
      \(Workspace.event(more: numbers))
      \(Workspace.event("\\u0065v\\u0069l"))
      \(Workspace.event("\\ud83d\\udc1f evil \\ud83d"))
      """)
    #expect(try run.records() == [1, 3, 4, 5])
    #expect(!run.error.contains("Unread"))
  }

  @Test func aDepthOfTenThousandIsRead() throws {
    let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    let objects = String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)
    let run = try scan(
      "\(hit)\n\(Workspace.event(more: ",\"x\":\(deep)"))\n\(Workspace.event(more: ",\"x\":\(objects)"))\n\(hit)\n"
    )
    #expect(try run.records() == [1, 2, 3, 4])
  }

  @Test func aLineOfAHundredMegabytesIsRead() throws {
    let filler = String(repeating: "0123456789abcdef", count: 100_000_000 / 16)
    let run = try scan("\(hit)\n\(Workspace.event(more: ",\"x\":\"\(filler)\""))\n\(hit)\n")
    #expect(run.status == 0)
    #expect(try run.records() == [1, 2, 3])
  }

  /// Files below folders, by name and by path; what is named itself is always read.
  @Test(arguments: [
    ([], ["day1/a.json", "day1/b.log", "day2/a.json"]),
    (["--include", "*.json"], ["day1/a.json", "day2/a.json"]),
    (["--include", "*.json", "--include", "b.*"], ["day1/a.json", "day1/b.log", "day2/a.json"]),
    (["--include", "day2/*"], ["day2/a.json"]),
    (["--exclude", "a.json"], ["day1/b.log"]),
    (["--exclude", "day1"], ["day2/a.json"]),
    (["--include", "*.json", "--exclude", "day1/*"], ["day2/a.json"]),
    (["--follow"], ["day1/a.json", "day1/b.log", "day2/a.json", "linked/a.json"]),
  ])
  func filesBelowAFolderAreSelected(_ options: [String], _ wanted: [String]) throws {
    for name in ["logs/day1/a.json", "logs/day1/b.log", "logs/day2/a.json", "elsewhere/a.json"] {
      try workspace.write(name, hit + "\n")
    }
    // One link leads elsewhere, one back to where it is.
    let made = try workspace.shell("ln -s ../elsewhere logs/linked && ln -s ../../logs logs/day1/back")
    #expect(made.status == 0)
    let run = try workspace.run(
      ["scan", "-r", "rules", "--format", "jsonl"] + options + ["logs"], environment: [:])
    #expect(run.status == 0)
    #expect(try run.findings().map(\.source.file) == wanted.map { "logs/" + $0 })
  }

  @Test func aNamedFileIsReadWhateverIsExcluded() throws {
    try workspace.write("logs/a.json", hit + "\n")
    let run = try workspace.trawl(
      "scan", "-r", "rules", "--format", "jsonl", "--exclude", "*.json", "logs/a.json")
    #expect(try run.findings().map(\.source.file) == ["logs/a.json"])
  }

  @Test func foreignFilesAreNamedForWhatTheyAre() throws {
    let foreign: [(Data, String)] = [
      (Data([0x1F, 0x8B, 8, 0]), "gzip"), (Data([0x28, 0xB5, 0x2F, 0xFD]), "zstd"),
      (Data("PK\u{3}\u{4}".utf8), "ZIP"),
      (Data("ElfFile\0".utf8), "ends within its header"), (Data([1, 0, 0x7B, 10]), "binary"),
      (Data([0xFF, 0xFE, 0x7B, 0]), "UTF-16"),
      (Data("a,b\n1,2\n".utf8), "not JSON"),
    ]
    for (data, word) in foreign {
      let run = try scan(data)
      #expect(run.status == 3)
      #expect(run.error.contains("log.json: ") && run.error.contains(word))
    }
  }

  @Test func standardInputIsALogLikeAnyOther() throws {
    let run = try workspace.trawl("scan", "-r", "rules", "-", input: "\(miss)\n\(hit)\n")
    #expect(try run.findings().map(\.source) == [.init(file: "-", record: 2, offset: miss.utf8.count + 1)])
  }

  @Test func aLinePassesThroughAPipeThatStaysOpen() throws {
    try workspace.write("line", hit + "\n")
    let run = try workspace.shell(
      """
      set -m; mkfifo pipe; (cat line; exec sleep 60) > pipe & writer=$!
      $trawl scan -q -r rules - < pipe > out & scan=$!
      for i in {1..100}; do [ -s out ] && break; sleep 0.1; done
      cat out; kill -KILL $scan $writer
      """)
    #expect(run.lines.count == 1)
    #expect(run.lines.first?.contains("\"record\":1") == true)
  }

  @Test func filesOfAFolderComeInNaturalOrderAndHiddenOnesAreLeftOut() throws {
    for name in ["b/log10.json", "b/log2.json", "a.json", "b/.hidden.json"] {
      try workspace.write("logs/\(name)", hit)
    }
    let run = try workspace.trawl("scan", "-r", "rules", "logs")
    #expect(
      try run.findings().map(\.source.file) == ["logs/a.json", "logs/b/log2.json", "logs/b/log10.json"])
  }

  @Test func theOrderIsTheInputsForAnyNumberOfThreads() throws {
    var text = ""
    for number in 0..<6000 {
      let filler = String(repeating: "x", count: number % 400)
      text +=
        Workspace.event(number % 3 == 0 ? "evil \(number)" : "nothing", more: ",\"x\":\"\(filler)\"") + "\n"
      if number % 500 == 0 { text += "{broken\n" }
    }
    try workspace.write("a/log.json", text)
    try workspace.write(
      "a/other.json",
      "[" + text.replacing("{broken\n", with: "").replacing("}\n", with: "},\n").dropLast(2) + "]")
    let runs = try ["1", "2", "4"].map {
      try workspace.trawl("scan", "-r", "rules", "-j", $0, "--why", "--event", "full", "a")
    }
    #expect(runs[0].lines.count == 4000)
    #expect(runs[0].output == runs[1].output)
    #expect(runs[0].output == runs[2].output)
    let records = try runs[0].records().prefix(2000)
    #expect(Array(records) == records.sorted())
  }
}
