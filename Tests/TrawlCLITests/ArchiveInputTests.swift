import Foundation
import Testing
import TrawlTestSupport

/// Archives as the command has them: names, exit codes, pipes, options.
@Suite struct ArchiveInputTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace.withRule() }

  private static let miss = Workspace.event("nothing") + "\n"
  private static let log = miss + Workspace.event() + "\n"

  private static func members(_ names: String...) -> [ArchiveMember] { names.map { ArchiveMember($0, log) } }

  private func pack(
    _ name: String, _ format: ArchiveFormat, filter: ArchiveFilter = .none, _ members: [ArchiveMember]
  ) throws {
    try workspace.write(name, Data(ArchiveWriter.archive(format, filter, members)))
  }

  private func scan(_ arguments: String, environment: [String: String] = [:]) throws -> Workspace.Run {
    try workspace.shell("trawl scan -r rules --format jsonl " + arguments, environment: environment)
  }

  private func paths(_ run: Workspace.Run) throws -> [String] { try run.findings().map(\.source.file) }

  @Test func aFindingInAnArchiveNamesTheArchiveAndTheMember() throws {
    try pack("logs.tar.gz", .pax, filter: .gzip, Self.members("day1/a.json", "b.json"))
    try pack("more/logs.zip", .zip, Self.members("c.json") + [ArchiveMember("notes.txt", "hello")])
    try workspace.write("more/z.json.zst", Data(ArchiveWriter.compressed(.zstd, Self.log)))
    let run = try scan("logs.tar.gz more")
    #expect(run.status == 0)
    #expect(
      try paths(run) == [
        "logs.tar.gz/day1/a.json", "logs.tar.gz/b.json", "more/logs.zip/c.json", "more/z.json.zst",
      ])
    #expect(
      try run.findings().allSatisfy { $0.source.record == 2 && $0.source.offset == Self.miss.utf8.count })
    #expect(run.error.contains("more/logs.zip/notes.txt: no log that is known"))
  }

  @Test func namesDoNotDependOnTheLocaleAndReachNoTerminalRaw() throws {
    let names = ["Zürich/日本.json", "a \u{1B}[31mred.json"]
    for format in [.zip, .sevenZip, .gnu] as [ArchiveFormat] {
      try pack(
        "x", format, names.map { ArchiveMember($0, Self.log) } + [ArchiveMember("\u{1B}[2J", "no log")])
      for locale in ["C", "C.UTF-8"] {
        let run = try scan("x", environment: ["LANG": locale])
        #expect(try paths(run) == names.map { "x/" + $0 }, "\(format) \(locale)")
        #expect(!run.error.contains("\u{1B}") && run.error.contains("[2J: no log that is known"))
        #expect(!run.output.contains("\u{1B}"))
      }
    }
  }

  @Test func archivesThatArePipedInAreReadButNot7z() throws {
    try pack("a.tar.gz", .gnu, filter: .gzip, Self.members("a.json", "b.json"))
    try pack("a.zip", .zip, Self.members("a.json", "b.json"))
    try pack("s.zip", .storedZip, Self.members("a.json", "b.json"))
    try pack("a.7z", .sevenZip, Self.members("a.json"))
    for name in ["a.tar.gz", "a.zip", "s.zip"] {
      for input in ["- < \(name)", "<(cat \(name))"] {
        let run = try scan(input)
        #expect(run.status == 0, "\(input): \(run.error)")
        #expect(try run.findings().map { $0.source.file.split(separator: "/").last } == ["a.json", "b.json"])
      }
      #expect(try workspace.shell("cat \(name) | trawl scan -r rules -").lines.count == 2)
    }
    let piped = try workspace.shell("cat a.7z | trawl scan -r rules -")
    #expect(piped.status == 3)
    #expect(piped.error.contains("-: a 7z archive that comes through a pipe"))
    #expect(try paths(scan("- < a.7z")) == ["-/a.json"])
  }

  @Test func aDamagedArchiveEndsWithThreeAndWhatWasReadCounts() throws {
    let tar = ArchiveWriter.archive(.pax, .none, Self.members("a.json", "b.json"))
    try workspace.write("cut.tar", Data(tar.prefix(1700)))
    try workspace.write("cut.gz", Data(ArchiveWriter.compressed(.gzip, Self.log).dropLast(20)))
    try pack("locked.zip", .encryptedZip, Self.members("a.json"))
    try pack(
      "deep.zip", .zip,
      [
        ArchiveMember(
          "a.zip", ArchiveWriter.archive(.zip, [ArchiveMember("b.gz", ArchiveWriter.compressed(.gzip, "{}"))])
        )
      ])
    for (name, word) in [
      ("cut.tar", "cut.tar: "), ("cut.gz", "cut.gz: "), ("locked.zip", "locked.zip/a.json: encrypted"),
      ("deep.zip", "deep.zip/a.zip/b.gz: archives nested"),
    ] {
      let run = try scan(name)
      #expect(run.status == 3, "\(name)")
      #expect(run.error.contains(word), "\(run.error)")
      #expect(try paths(run) == (name == "cut.tar" ? ["cut.tar/a.json"] : []))
    }
  }

  @Test func archivesBelowAFolderAndTheirMembersAreSelected() throws {
    try pack("logs/a.zip", .zip, Self.members("day1/a.json", "day2/b.json", "day2/c.log"))
    try pack("logs/b.tar", .pax, Self.members("d.json"))
    #expect(
      try paths(scan("logs --exclude b.tar --exclude day1")) == [
        "logs/a.zip/day2/b.json", "logs/a.zip/day2/c.log",
      ])
    #expect(
      try paths(scan("logs/a.zip --include '*.json'")) == [
        "logs/a.zip/day1/a.json", "logs/a.zip/day2/b.json",
      ])
    #expect(
      try paths(scan("logs --include '*.zip' --include 'day2/*'")) == [
        "logs/a.zip/day2/b.json", "logs/a.zip/day2/c.log",
      ])
  }

  @Test func theLimitOfExpansionIsAnOption() throws {
    let bomb = Array(Self.log.utf8) + [UInt8](repeating: 32, count: 17 << 20)
    try workspace.write("bomb.gz", Data(ArchiveWriter.compressed(.gzip, bomb)))
    try workspace.write("z.json", Self.log)
    let stopped = try scan("--max-expansion 10 bomb.gz z.json")
    #expect(stopped.status == 3)
    #expect(try paths(stopped) == ["bomb.gz", "z.json"])
    #expect(stopped.error.contains("bomb.gz: expands to more than 10 times its size"))
    #expect(try scan("--max-expansion 100000 bomb.gz").status == 0)
    for value in ["0", "-1", "many"] { #expect(try scan("--max-expansion=\(value) z.json").status == 3) }
  }
}
