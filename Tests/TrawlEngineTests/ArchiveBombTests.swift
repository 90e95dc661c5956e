import Testing
import TrawlScanner
import TrawlTestSupport

/// An archive that was made to fill memory or time is left where it goes too far, and the rest is read.
@Suite struct ArchiveBombTests {
  private static let log = ArchiveMember("a.json", Evil.log(1, lines: 6))
  private static let large = 17 << 20

  private static func message(_ ratio: Int) -> String {
    "expands to more than \(ratio) times its size, as archives do that are made to do harm; --max-expansion sets the limit"
  }

  private static func bytes(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: large) }

  /// What a scan says of a file, after which another comes that is read in any case.
  private func problems(_ bytes: [UInt8], ratio: Int, chunkSize: Int = 256 << 10, findings: [String] = [])
    throws
    -> [String]
  {
    var options = ReadOptions(chunkSize: chunkSize)
    options.maximumExpansion = ratio
    let scan = try ArchiveScan([("x", bytes), ("plain", Self.log.bytes)], options)
    #expect(try scan.findings == findings + Self.log.findings(as: "plain"))
    return scan.problems
  }

  @Test(arguments: [.gzip, .bzip2, .xz, .zstd] as [ArchiveFilter])
  func aCompressedFileOfSpacesIsLeftAtTheLimit(_ filter: ArchiveFilter) throws {
    let bomb = ArchiveWriter.compressed(filter, Self.bytes(32))
    #expect(try problems(bomb, ratio: 20) == ["x: \(Self.message(20))"])
    // As it would be without the limit.
    if filter == .gzip { #expect(try problems(bomb, ratio: 1_000_000) == []) }
  }

  @Test func whatIsFoundBeforeTheLimitIsWritten() throws {
    let bomb = ArchiveWriter.compressed(.gzip, Self.log.bytes + Self.bytes(32))
    #expect(try problems(bomb, ratio: 20, findings: Self.log.findings(as: "x")) == ["x: \(Self.message(20))"])
  }

  @Test func aLogOfAnArchiveIsLeftAtTheLimit() throws {
    for format in [.pax, .zip, .sevenZip] as [ArchiveFormat] {
      let members = [Self.log, ArchiveMember("bomb.json", Self.bytes(32))]
      let bomb = ArchiveWriter.archive(format, format == .pax ? .gzip : .none, members)
      let told = try problems(bomb, ratio: 20, findings: Self.log.findings(as: "x/a.json"))
      #expect(told.first == "x/bomb.json: \(Self.message(20))", "\(format)")
    }
  }

  /// Only its beginning is looked at: nothing of it is unpacked in a zip archive.
  @Test func aMemberThatIsNoLogDoesNotKeepAZipArchiveFromBeingRead() throws {
    let members = [ArchiveMember("zeros.bin", Self.bytes(0)), Self.log]
    let told = try problems(
      ArchiveWriter.archive(.zip, members), ratio: 20, findings: Self.log.findings(as: "x/a.json"))
    #expect(told == ["x/zeros.bin: nothing but zeros"])
  }

  @Test(arguments: [.gzip, .bzip2, .xz, .zstd] as [ArchiveFilter])
  func aMemberThatIsPassedOverCountsInATarArchive(_ filter: ArchiveFilter) throws {
    for name in ["zeros.bin", ".hidden"] {
      let members = [ArchiveMember(name, Self.bytes(0)), Self.log]
      let told = try problems(ArchiveWriter.archive(.pax, filter, members), ratio: 20)
      #expect(told.last == "x: \(Self.message(20))", "\(told)")
    }
  }

  @Test func theHoleOfASparseMemberCounts() throws {
    let sparse = ArchiveMember(
      "a.json", .sparse(Self.bytes(0) + Array("{}".utf8), stored: [Self.large..<(Self.large + 2)]))
    #expect(try problems(ArchiveWriter.archive(.pax, [sparse]), ratio: 20).first?.hasPrefix("x") == true)
  }

  @Test func archivesInEachOtherAreMeasuredByTheFile() throws {
    // What each level expands to is within the limit.
    let inner = ArchiveWriter.compressed(.gzip, Self.bytes(32))
    let ratio = Self.large / inner.count + 1
    for (format, filter) in [(.pax, .gzip), (.zip, .none)] as [(ArchiveFormat, ArchiveFilter)] {
      let outer = ArchiveWriter.archive(format, filter, [ArchiveMember("y.gz", inner)])
      #expect(outer.count < inner.count / 10)
      #expect(try problems(outer, ratio: ratio).first == "x/y.gz: \(Self.message(ratio))")
    }
  }

  @Test func manySmallArchivesInOneAreMeasuredTogether() throws {
    let inner = ArchiveWriter.compressed(.gzip, [UInt8](repeating: 32, count: 1 << 20))
    let outer = ArchiveWriter.archive(.zip, (0..<20).map { ArchiveMember("\($0).gz", inner) })
    #expect(try problems(outer, ratio: 100).last?.hasSuffix(Self.message(100)) == true)
    #expect(try problems(outer, ratio: 2000) == [])
  }
}
