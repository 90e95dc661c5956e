import Foundation
import Trawl

/// Where rules and lanes come from: `../shared/data` if it is there (TRAWL_SHARED names another place), unpacked once
/// into a temporary folder; else the project's own rules and generated events.
struct Workspace {
  var rules: [String]
  var lanes: [Lane]

  init() throws {
    let environment = ProcessInfo.processInfo.environment
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let root = here.appending(path: "../../..").standardizedFileURL
    let shared =
      environment["TRAWL_SHARED"].map { URL(fileURLWithPath: $0) } ?? root.appending(path: "../shared")
    let data = shared.appending(path: "data").standardizedFileURL
    let folder = FileManager.default.temporaryDirectory.appending(path: "trawl-benchmarks")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    lanes = []
    for lane in GeneratedEvents.allCases {
      let file = folder.appending(path: "\(lane.rawValue)-6.ndjson")
      try lane.write(to: file)
      lanes.append(Lane(name: lane.rawValue, paths: [file.path()]))
    }
    guard FileManager.default.fileExists(atPath: data.path()) else {
      print("no \(data.path()): the rules of the Corpus over generated events only")
      rules = [root.appending(path: "Corpus/Rules").path()]
      return
    }
    try Workspace.unpack(data.appending(path: "sigma-rules.tar.zst"), folder)
    try Workspace.unpack(data.appending(path: "otrf.tar.zst"), folder)
    rules = ["rules", "rules-emerging-threats", "rules-threat-hunting"].map {
      folder.appending(path: $0).path()
    }
    for name in ["structured_windows", "sysmon_file_event", "raw_windows"] {
      let lane = folder.appending(path: "\(name).ndjson")
      if !FileManager.default.fileExists(atPath: lane.path()) {
        try Workspace.run(
          "zstd", "-qd", data.appending(path: "lanes/\(name).ndjson.zst").path(), "-o", lane.path())
      }
      lanes.append(Lane(name: name, paths: [lane.path()]))
    }
    let recordings = LogFile.find([folder.appending(path: "datasets").path()]).files.map(\.path)
      .filter { $0.contains("/windows/") || $0.contains("/LSASS_") }
    lanes.append(Lane(name: "otrf_LSASS_01", paths: recordings.filter { $0.contains("LSASS_campaign_01") }))
    lanes.append(Lane(name: "otrf_all", paths: recordings))
  }

  private static func unpack(_ archive: URL, _ folder: URL) throws {
    let done = folder.appending(path: ".\(archive.lastPathComponent)")
    if FileManager.default.fileExists(atPath: done.path()) { return }
    try run("tar", "--zstd", "-xf", archive.path(), "-C", folder.path())
    _ = FileManager.default.createFile(atPath: done.path(), contents: nil)
  }

  private static func run(_ command: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { fail("\(command.joined(separator: " ")) failed") }
  }
}
