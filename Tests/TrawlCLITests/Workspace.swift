import Foundation
import Testing

/// A folder for one test, and the built command to run in it.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "trawl-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(at: folder) } catch {
      Issue.record("the folder of a test stays: \(error)")
    }
  }

  /// What a run of the command left behind.
  struct Run {
    var status: Int32
    var output: String
    var error: String

    var lines: [Substring] { output.split(whereSeparator: \.isNewline) }
  }

  /// The command, built beside the tests.
  static let command = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "trawl")

  func path(_ name: String) -> String { folder.appending(path: name).path() }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// Runs `trawl` with arguments, in the folder.
  func trawl(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) throws -> Run
  {
    try run(Workspace.command, arguments, input: input, environment: environment)
  }

  func run(_ arguments: [String], environment: [String: String]) throws -> Run {
    try run(Workspace.command, arguments, input: nil, environment: environment)
  }

  /// Runs a line of bash, in which `trawl` is the command, and `$trawl` its path.
  func shell(_ line: String, environment: [String: String] = [:]) throws -> Run {
    let function = "trawl='\(Workspace.command.path())'; trawl() { \"$trawl\" \"$@\"; }; "
    return try run(URL(filePath: "/bin/bash"), ["-c", function + line], input: nil, environment: environment)
  }

  private func run(
    _ executable: URL, _ arguments: [String], input: String?, environment: [String: String]
  ) throws -> Run {
    let number = UUID().uuidString
    let names = ["in", "out", "err"].map { ".\($0)-\(number)" }
    for name in names { try write(name, name.hasPrefix(".in") ? input ?? "" : "") }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: names[0]))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: names[1]))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: names[2]))
    try process.run()
    process.waitUntilExit()
    defer { for name in names { try? FileManager.default.removeItem(at: folder.appending(path: name)) } }
    return Run(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: folder.appending(path: names[1])), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: folder.appending(path: names[2])), as: UTF8.self))
  }
}

/// A finding as it was written, as far as tests look at it.
struct WrittenFinding: Decodable, Equatable {
  struct Rule: Decodable, Equatable {
    var id: String
    var title: String
  }

  struct Source: Decodable, Equatable {
    var file: String
    var record: Int
    var offset: Int
  }

  var timestamp: String?
  var rule: Rule
  var source: Source
}

extension Workspace.Run {
  /// Standard output as findings; anything else there is a mistake.
  func findings() throws -> [WrittenFinding] {
    try lines.map { try JSONDecoder().decode(WrittenFinding.self, from: Data($0.utf8)) }
  }

  func records() throws -> [Int] { try findings().map(\.source.record) }
}

extension Workspace {
  /// A workspace with a rule that finds `evil` in command lines.
  static func withRule() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("rules/evil.yml", Workspace.rule)
    return workspace
  }

  static let rule = """
    title: Evil Command
    id: 11111111-2222-4333-8444-555555555555
    status: test
    level: high
    tags: [attack.execution, attack.t1059.001]
    logsource: {category: process_creation, product: windows}
    detection:
      selection:
        CommandLine|contains: evil
      condition: selection
    """

  /// An event, on one line, that the rule finds or not.
  static func event(_ commandLine: String = "run evil.exe", more: String = "") -> String {
    "{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\"UtcTime\":\"2026-01-02 03:04:05.678\","
      + "\"Computer\":\"ws1\",\"CommandLine\":\"\(commandLine)\"\(more)}"
  }
}
