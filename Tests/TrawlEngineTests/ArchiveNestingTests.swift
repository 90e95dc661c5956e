import Testing
import TrawlScanner
import TrawlTestSupport

/// Archives in archives, and many files and archives in one scan.
@Suite struct ArchiveNestingTests {
  private static let log = ArchiveMember("a.json", Evil.log(1))
  private static let last = ArchiveMember("z.json", Evil.log(2))
  private static let tooDeep = "archives nested more than 2 deep: unpack it first"

  private static func archive(_ format: ArchiveFormat, _ filter: ArchiveFilter = .none) -> [UInt8] {
    ArchiveWriter.archive(format, filter, [log, last])
  }

  /// A member, and what is found in it from its path on.
  private static let inner: [(member: ArchiveMember, logs: [String])] = [
    (ArchiveMember("l.json.gz", ArchiveWriter.compressed(.gzip, log.bytes)), [""]),
    (ArchiveMember("l.json.xz", ArchiveWriter.compressed(.xz, log.bytes)), [""]),
    (ArchiveMember("z.zip", archive(.zip)), ["/a.json", "/z.json"]),
    (ArchiveMember("s.zip", archive(.storedZip)), ["/a.json", "/z.json"]),
    (ArchiveMember("t.tar", archive(.pax)), ["/a.json", "/z.json"]),
    (ArchiveMember("t.tar.gz", archive(.gnu, .gzip)), ["/a.json", "/z.json"]),
    (ArchiveMember("t.tar.zst", archive(.ustar, .zstd)), ["/a.json", "/z.json"]),
  ]

  private static func findings(_ path: String, _ logs: [String]) throws -> [String] {
    try logs.flatMap { try ($0 == "/z.json" ? last : log).findings(as: path + $0) }
  }

  @Test(arguments: [.pax, .zip, .storedZip, .sevenZip] as [ArchiveFormat])
  func archivesInAnArchiveAreRead(_ format: ArchiveFormat) throws {
    let outer = ArchiveWriter.archive(format, Self.inner.map(\.member) + [Self.last])
    let expected =
      try Self.inner.flatMap { try Self.findings("x/" + $0.member.name, $0.logs) }
      + Self.last.findings(as: "x/z.json")
    for chunkSize in [64, 256 << 10] {
      for threads in [1, 4] {
        let scan = try ArchiveScan("x", outer, threads: threads, ReadOptions(chunkSize: chunkSize))
        #expect(scan.findings == expected)
        #expect(scan.problems == [] && scan.summary.files == 13)
      }
    }
  }

  @Test func aThirdLevelIsReportedAndTheRestIsRead() throws {
    for format in [.pax, .zip, .storedZip, .sevenZip] as [ArchiveFormat] {
      let middle = ArchiveWriter.archive(.zip, Self.inner.map(\.member) + [Self.last])
      let outer = ArchiveWriter.archive(format, [ArchiveMember("m.zip", middle), Self.log])
      let scan = try ArchiveScan("x", outer)
      #expect(
        try scan.findings == Self.findings("x/m.zip", ["/z.json"]) + Self.findings("x", ["/a.json"]),
        "\(format)")
      #expect(scan.problems == Self.inner.map { "x/m.zip/\($0.member.name): \(Self.tooDeep)" })
      #expect(scan.unreadable.count == Self.inner.count && scan.summary.files == 2)
    }
  }

  @Test func a7zArchiveInAnotherIsReported() throws {
    let outer = ArchiveWriter.archive(.zip, [ArchiveMember("a.7z", Self.archive(.sevenZip)), Self.log])
    let scan = try ArchiveScan("x", outer)
    #expect(try scan.findings == Self.findings("x", ["/a.json"]))
    let message = "a 7z archive that comes through a pipe or lies in another archive: unpack it first"
    #expect(scan.problems == ["x/a.7z: \(message)"])
  }

  @Test func memberOfAnInnerArchiveAreSelectedToo() throws {
    var options = ReadOptions()
    options.selection.exclude = ["z.json"]
    let scan = try ArchiveScan(
      "x", ArchiveWriter.archive(.pax, Self.inner.map(\.member) + [Self.last]), options)
    #expect(
      try scan.findings
        == Self.inner.flatMap {
          try Self.findings("x/" + $0.member.name, $0.logs.filter { $0 != "/z.json" })
        })
  }

  /// Many files of all kinds, of which some take long to unpack.
  private static let files: [(name: String, bytes: [UInt8])] = (0..<40).map { number in
    let log = ArchiveMember("a.json", Evil.log(number, lines: number % 7 == 0 ? 600 : 5))
    let other = ArchiveMember("b.json", Evil.log(number + 100, lines: 1 + number % 5))
    let bytes =
      switch number % 8 {
      case 0: ArchiveWriter.archive(.pax, .xz, [log, other])
      case 1: ArchiveWriter.archive(.zip, [other, log])
      case 2: ArchiveWriter.compressed(.bzip2, log.bytes)
      case 3: ArchiveWriter.archive(.sevenZip, [log, other])
      case 4: ArchiveWriter.archive(.gnu, .zstd, [other, log])
      case 5: ArchiveWriter.archive(.zip, [ArchiveMember("i.gz", ArchiveWriter.compressed(.gzip, log.bytes))])
      case 6: Array("no log".utf8)
      default: log.bytes
      }
    return ("file\(number)", bytes)
  }

  @Test func manyFilesAndArchivesInOneScanAreAsEachAlone() throws {
    let alone = try Self.files.map { try ArchiveScan($0.name, $0.bytes, threads: 1) }
    for threads in [1, 2, 4, 9] {
      for chunkSize in [200, 256 << 10] {
        let scan = try ArchiveScan(Self.files, threads: threads, ReadOptions(chunkSize: chunkSize))
        #expect(scan.findings == alone.flatMap(\.findings), "\(threads) threads, chunks of \(chunkSize)")
        #expect(scan.problems == alone.flatMap(\.problems) && scan.problems.count == 5)
        #expect(scan.summary.files == alone.reduce(0) { $0 + $1.summary.files })
        #expect(scan.summary.events == alone.reduce(0) { $0 + $1.summary.events })
      }
    }
  }
}
