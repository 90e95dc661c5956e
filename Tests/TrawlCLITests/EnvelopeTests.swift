import Foundation
import Testing

/// Defender's rows in what its interfaces wrap them in, and the table that they are of.
@Suite struct EnvelopeTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("q.kql", "DeviceProcessEvents\n| where FileName == \"cmd.exe\"")
  }

  private static let hit =
    #"{"Timestamp":"2026-01-02T03:04:05.6789012Z","DeviceName":"ws1","FileName":"cmd.exe"}"#
  private static let miss = hit.replacing("cmd.exe", with: "notepad.exe")
  /// One that an own member or the columns say to be of a table.
  private static func row(_ row: String, _ more: String) -> String { row.dropLast() + ",\(more)}" }

  private func scan(_ name: String, _ text: String, _ options: String = "") throws -> Workspace.Run {
    try workspace.write(name, text)
    return try workspace.shell("trawl scan -r q.kql '\(name)' --no-cache \(options)")
  }

  static let envelopes = [
    "{\"Stats\":{\"ExecutionTime\":1},\"Schema\":[{\"Name\":\"FileName\",\"Type\":\"String\"}],\"Results\":[\(miss),\(hit)]}",
    "{\"schema\": [{\"name\": \"FileName\"}],\n \"results\": [\n\(miss),\n\(hit)]}\n",
    "[\(miss),\(hit)]", "\(miss)\n\(hit)\n", "Timestamp,DeviceName,FileName\n,ws1,cmd.exe\n",
  ]

  @Test(arguments: envelopes)
  func theRowsOfAnEnvelopeAreEventsOfTheTableThatTheUserNames(_ text: String) throws {
    let run = try scan("export.json", text, "--table DeviceProcessEvents")
    #expect(try run.records() == [2], "\(run.error)")
    #expect(try scan("export.json", text, "--table DeviceFileEvents").records() == [])
  }

  @Test(arguments: [
    "DeviceProcessEvents.json", "AdvancedHunting-DeviceProcessEvents_1.json",
    "x/old deviceprocessevents (2).json",
  ])
  func theNameOfAFileSaysOfWhichTableItsRowsAre(_ name: String) throws {
    let run = try scan(name, Self.envelopes[0])
    #expect(try run.records() == [2], "\(run.error)")
    #expect(try run.findings().first?.timestamp?.hasPrefix("2026-01-02T03:04:05.678") == true)
    #expect(run.output.contains("\"ws1\""))
  }

  @Test func theNameOfAFolderSaysNothing() throws {
    let run = try scan("DeviceProcessEvents/x.json", Self.envelopes[0])
    #expect(try run.records() == [])
    #expect(run.error.contains("2 events of unknown log source"))
    #expect(run.error.contains("DeviceProcessEvents/x.json: 2"))
    #expect(run.error.contains("--table"))
  }

  @Test(arguments: [
    "\"Type\":\"DeviceProcessEvents\"", "\"ActionType\":\"ProcessCreated\"", "\"ProcessIntegrityLevel\":null",
    "\"category\":\"DeviceProcessEvents\"",
  ])
  func aRowSaysItselfOfWhichTableItIs(_ more: String) throws {
    let text = "\(Self.row(Self.miss, more))\n\(Self.row(Self.hit, more))\n"
    #expect(try scan("x.json", text).records() == [2])
    let run = try scan("x.json", text, "--table DeviceFileEvents")
    // What a row is called comes first, what it looks like last.
    #expect(try run.records() == (more.contains("DeviceProcessEvents") ? [2] : []))
  }

  @Test func recordsOfEventHubsAreRowsInAnEnvelope() throws {
    func record(_ row: String) -> String {
      "{\"time\":\"2026-01-02T03:04:06Z\",\"category\":\"AdvancedHunting-DeviceProcessEvents\",\"properties\":\(row)}"
    }
    for text in [
      "{\"records\":[\(record(Self.miss)),\(record(Self.hit))]}",
      "\(record(Self.miss))\n\(record(Self.hit))\n",
      "{\"records\":[\(record(Self.miss))]}\n{\"records\":[\(record(Self.hit))]}\n",
    ] {
      let run = try scan("PT1H.json", text)
      #expect(try run.records() == [2], "\(run.error)")
      #expect(run.output.contains("\"ws1\""))
    }
  }

  @Test func aTableThatNobodyKnowsIsRefused() throws {
    let run = try scan("x.json", Self.hit, "--table DeviceProcesEvents")
    #expect(run.status == 3)
    #expect(run.error.contains("there is no table 'DeviceProcesEvents'"))
  }

  @Test func anEnvelopeLargerThanAChunkIsReadRowByRow() throws {
    let rows = Array(repeating: Self.miss, count: 20_000) + [Self.hit]
    let text =
      "{\"Schema\":[{\"Name\":\"a\"}],\"Results\":[" + rows.joined(separator: ",") + "],\"Stats\":{}}"
    #expect(try scan("DeviceProcessEvents.json", text, "-j 2").records() == [20_001])
  }
}
