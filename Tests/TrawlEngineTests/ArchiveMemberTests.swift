import Foundation
import Testing
import TrawlScanner
import TrawlTestSupport

/// Members of archives: their names, what they are, and which of them are read.
@Suite struct ArchiveMemberTests {
  private static let tars: [ArchiveFormat] = [.pax, .gnu, .ustar]

  private static let log = Evil.log(1, lines: 6)

  /// Paths of the findings, each once.
  private func paths(_ scan: ArchiveScan) -> [String] {
    var paths: [String] = []
    for finding in scan.findings {
      let path = finding.split(separator: ":").dropLast(2).joined(separator: ":")
      if paths.last != path { paths.append(path) }
    }
    return paths
  }

  private func paths(_ format: ArchiveFormat, _ names: [String], _ selection: FileSelection? = nil) throws
    -> [String]
  {
    var options = ReadOptions()
    if let selection { options.selection = selection }
    let members = names.map { ArchiveMember($0, Self.log) }
    let scan = try ArchiveScan("x", ArchiveWriter.archive(format, members), options)
    #expect(scan.problems == [])
    return paths(scan)
  }

  @Test(arguments: ArchiveFormat.readable)
  func aMemberHasTheNameThatItHasInTheArchive(_ format: ArchiveFormat) throws {
    let names = [
      "a b  c.json", "./here.json", "Zürich/日本語 🐟.json", "a:b\"c'.json", "line\nbreak", "\\back\\slash",
      String(repeating: "long/", count: 18) + "name.json", "a/../b.json", "../outside.json",
    ]
    let found = try paths(format, names)
    // Some programs on Windows write them into zip archives for slashes; libarchive takes them so.
    let isZip = format == .zip || format == .storedZip
    #expect(found == names.map { "x/" + (isZip ? $0.replacing("\\", with: "/") : $0) })
  }

  @Test(arguments: [.pax, .gnu, .zip, .sevenZip] as [ArchiveFormat])
  func namesMayBeVeryLong(_ format: ArchiveFormat) throws {
    let names = ["é", "n"].map { name in
      (0..<20).map { _ in String(repeating: name, count: 60) }.joined(separator: "/")
    }
    #expect(try paths(format, names) == names.map { "x/" + $0 })
  }

  @Test func membersOfTheSameNameAreAllRead() throws {
    for format in ArchiveFormat.readable {
      let members = [ArchiveMember("a", Self.log), ArchiveMember("a", Evil.log(2))]
      let scan = try ArchiveScan("x", ArchiveWriter.archive(format, members))
      #expect(try scan.findings == members.findings(in: "x"), "\(format)")
    }
  }

  @Test func nothingIsWrittenWhateverMembersAreCalled() throws {
    let folder = try TemporaryFolder()
    let inner = folder.url.appending(path: "in")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    let names = ["../out.json", "\(folder.url.path)/absolute.json", "in/x/y.json", "plain.json"]
    for format in ArchiveFormat.readable {
      let archive = ArchiveWriter.archive(format, names.map { ArchiveMember($0, Self.log) })
      try Data(archive).write(to: inner.appending(path: "x"))
      let scan = try ArchiveScan(in: folder, ["in/x"])
      #expect(scan.findings.count == 2 * names.count && scan.problems == [], "\(format)")
      let left = FileManager.default.enumerator(atPath: folder.url.path)?.allObjects as? [String]
      #expect(left?.sorted() == ["in", "in/x"], "\(format)")
    }
  }

  @Test(arguments: ArchiveFormat.readable)
  func hiddenMembersAreLeftOut(_ format: ArchiveFormat) throws {
    let names = [
      ".hidden.json", "a/.git/b.json", "__MACOSX/c.json", "d/__MACOSX/._e.json", "./f.json", "../g.json",
    ]
    #expect(try paths(format, names) == ["x/./f.json", "x/../g.json"])
  }

  /// The same choices as below a folder (InputTests).
  @Test(arguments: [
    ([], [], ["day1/a.json", "day1/b.log", "day2/a.json"]),
    (["*.json"], [], ["day1/a.json", "day2/a.json"]),
    (["*.json", "b.*"], [], ["day1/a.json", "day1/b.log", "day2/a.json"]),
    (["day2/*"], [], ["day2/a.json"]), ([], ["a.json"], ["day1/b.log"]), ([], ["day1"], ["day2/a.json"]),
    (["*.json"], ["day1/*"], ["day2/a.json"]), ([], ["*"], []),
  ])
  func membersAreSelectedAsFilesBelowAFolderAre(
    _ include: [String], _ exclude: [String], _ wanted: [String]
  ) throws {
    var selection = FileSelection()
    (selection.include, selection.exclude) = (include, exclude)
    for format in ArchiveFormat.readable {
      for prefix in ["", "./"] {
        let names = ["day1/a.json", "day1/b.log", "day2/a.json"].map { prefix + $0 }
        let found = try paths(format, names, selection)
        #expect(found == wanted.map { "x/\(prefix)\($0)" }, "\(format) \(prefix)")
      }
    }
  }

  @Test func linksAreNoMembersOfTheirOwn() throws {
    for format in Self.tars {
      let members = [
        ArchiveMember("a.json", Self.log), ArchiveMember("hard.json", .hardLink(to: "a.json")),
        ArchiveMember("soft.json", .symbolicLink(to: "a.json")),
        ArchiveMember("out.json", .symbolicLink(to: "/etc/passwd")), ArchiveMember("b.json", Self.log),
      ]
      let scan = try ArchiveScan("x", ArchiveWriter.archive(format, members))
      #expect(paths(scan) == ["x/a.json", "x/b.json"])
      #expect(scan.problems == [] && scan.summary.files == 2)
    }
  }

  @Test func theHolesOfASparseMemberAreZeros() throws {
    // An event log of which two chunks were never written.
    var bytes = Evil.eventLog.bytes
    let stored = bytes.count
    bytes += [UInt8](repeating: 0, count: 2 * EVTXFile.chunkSize)
    bytes += Evil.eventLog.bytes.dropFirst(EVTXFile.headerSize)
    let ends = [
      (bytes, [0..<stored, (stored + 2 * EVTXFile.chunkSize)..<bytes.count]),
      (Array(bytes[..<(stored + EVTXFile.chunkSize)]), [0..<stored]),
    ]
    for (bytes, ranges) in ends {
      let plain = ArchiveMember("a.evtx", bytes)
      let sparse = ArchiveWriter.archive(
        .pax, [ArchiveMember("a.evtx", .sparse(bytes, stored: ranges)), ArchiveMember("b", Self.log)])
      #expect(
        sparse.count < ArchiveWriter.archive(.pax, [plain, ArchiveMember("b", Self.log)]).count - 60_000)
      for chunkSize in [1, 100_000, 1 << 20] {
        let scan = try ArchiveScan("x", sparse, ReadOptions(chunkSize: chunkSize))
        let expected = try [plain, ArchiveMember("b", Self.log)].findings(in: "x")
        #expect(scan.findings == expected && scan.problems == [])
      }
    }
  }

  @Test func membersThatAreNoLogsAreSkippedWithTheReason() throws {
    let members = [
      ArchiveMember("notes.txt", "hello\n"), ArchiveMember("a.json", Self.log),
      ArchiveMember("tool.exe", [0x4D, 0x5A, 0, 0, 3] + [UInt8](repeating: 0, count: 100_000)),
      ArchiveMember("short.evtx", Array("ElfFile\0".utf8)), ArchiveMember("b.json", Self.log),
    ]
    for format in ArchiveFormat.readable {
      let scan = try ArchiveScan("x", ArchiveWriter.archive(format, members))
      #expect(try scan.findings == [members[1], members[4]].findings(in: "x"), "\(format)")
      #expect(
        scan.problems == [
          "x/notes.txt: no log that is known: neither JSON nor EVTX, XML of Windows events, CSV, syslog or auditd (--input-format)",
          "x/tool.exe: a binary file of no known format",
          "x/short.evtx: a Windows event log that ends within its header",
        ])
      #expect(scan.unreadable == ["x/short.evtx"] && scan.summary.files == 2)
    }
  }

  @Test func badRecordsAreToldByTheNameOfTheirMember() throws {
    let log = Evil.event("evil") + "\n{\"v\":\n" + Evil.event("evil")
    let scan = try ArchiveScan("x", ArchiveWriter.archive(.zip, .gzip, [ArchiveMember("a", log)]))
    #expect(scan.findings.count == 2)
    #expect(scan.summary.firstProblems.map(\.place) == [.record(2)])
    #expect(scan.summary.firstProblems.allSatisfy { $0.file.hasSuffix("/x/a") })
  }
}
