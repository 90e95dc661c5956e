import Testing
import TrawlScanner
import TrawlTestSupport

/// Damage is told of the archive and the member that it met, and costs as little as it can.
@Suite(.timeLimit(.minutes(5))) struct ArchiveDamageTests {
  private static let a = ArchiveMember("a.json", Evil.log(1))
  private static let b = ArchiveMember("b.json", Evil.log(2))
  private static let c = ArchiveMember("c.json", Evil.log(3))
  private static let plain = ArchiveMember("plain", Evil.log(4))
  /// Compressed by any filter it is several blocks.
  private static let long = ArchiveMember("long.json", Evil.log(5, lines: 20_000))
  private static let filters: [ArchiveFilter] = [.gzip, .bzip2, .xz, .zstd]

  /// A scan of a file, and of another behind it, which is read in any case.
  private func scan(_ bytes: [UInt8], threads: Int = 2) throws -> ArchiveScan {
    var scan = try ArchiveScan([("x", bytes), ("plain", Self.plain.bytes)], threads: threads)
    let last = try Self.plain.findings(as: "plain")
    #expect(scan.findings.suffix(last.count) == last[...])
    scan.findings.removeLast(last.count)
    return scan
  }

  @Test(arguments: filters)
  func ofACompressedLogThatIsCutOffTheBeginningIsRead(_ filter: ArchiveFilter) throws {
    let whole = ArchiveWriter.compressed(filter, Self.long.bytes)
    let expected = try Self.long.findings(as: "x")
    let cut = try scan(Array(whole.prefix(whole.count * 3 / 4)))
    #expect(cut.findings.count > expected.count / 3 && cut.findings.count < expected.count)
    #expect(cut.findings == Array(expected.prefix(cut.findings.count)))
    #expect(cut.problems.count == 1 && cut.unreadable == ["x"], "\(cut.problems)")
    let tar = ArchiveWriter.archive(.pax, filter, [Self.a, Self.long, Self.b])
    let cutTar = try scan(Array(tar.prefix(tar.count * 3 / 4)))
    let all = try [Self.a, Self.long].findings(in: "x")
    #expect(cutTar.findings.count > all.count / 3 && cutTar.findings.count < all.count)
    #expect(cutTar.findings == Array(all.prefix(cutTar.findings.count)))
    #expect(cutTar.unreadable == ["x/long.json", "x"], "\(cutTar.problems)")
  }

  @Test(arguments: filters)
  func ofACompressedLogWithDamageInTheMiddleTheBeginningIsRead(_ filter: ArchiveFilter) throws {
    var bytes = ArchiveWriter.compressed(filter, Self.long.bytes)
    let middle = bytes.count * 3 / 4
    bytes.replaceSubrange(middle..<(middle + 64), with: [UInt8](repeating: 0xFF, count: 64))
    let expected = try Self.long.findings(as: "x")
    let scan = try scan(bytes)
    #expect(Array(scan.findings.prefix(expected.count / 3)) == Array(expected.prefix(expected.count / 3)))
    #expect(scan.findings.count < expected.count)
    #expect(scan.unreadable == ["x"], "\(scan.problems)")
  }

  @Test func ofASmallLogThatIsCutOffAllBeforeTheCutIsRead() throws {
    let log = ArchiveMember("small.json", Evil.log(6))
    let expected = try log.findings(as: "x")
    let whole = ArchiveWriter.compressed(.gzip, log.bytes)
    let cut = try scan(Array(whole.prefix(whole.count - 12)))
    #expect(cut.findings.count >= expected.count - 1)
    #expect(cut.findings == Array(expected.prefix(cut.findings.count)))
    #expect(cut.problems == ["x: compressed with gzip, and cut off"])
  }

  @Test func aChecksumOfGzipThatIsWrongIsToldAndTheLogIsRead() throws {
    let log = ArchiveMember("small.json", Evil.log(7))
    var bytes = ArchiveWriter.compressed(.gzip, log.bytes)
    bytes[bytes.count - 8] ^= 1
    let damaged = try scan(bytes)
    #expect(damaged.findings == (try log.findings(as: "x")))
    #expect(damaged.problems == ["x: damaged where it is compressed with gzip: incorrect data check"])
    let followed = try scan(ArchiveWriter.compressed(.gzip, log.bytes) + Array("junk".utf8))
    #expect(followed.findings == (try log.findings(as: "x")))
    #expect(
      followed.problems == [
        "x: something that is not compressed stands behind what is compressed with gzip"
      ])
  }

  @Test func aLogThatIsCutOffBeforeItCanBeRecognisedIsUnreadableRatherThanNoLog() throws {
    let parts = ["# notes\n", Evil.log(1)].map { ArchiveWriter.compressed(.gzip, $0) }
    let scan = try scan(parts[0] + parts[1].prefix(40))
    #expect(scan.unreadable == ["x"], "\(scan.problems)")
  }

  @Test(arguments: [.pax, .gnu, .ustar] as [ArchiveFormat])
  func aTarArchiveThatIsCutOffIsReadUpToThere(_ format: ArchiveFormat) throws {
    let whole = ArchiveWriter.archive(format, [Self.a, Self.b])
    // In the middle of the second log.
    let place = whole.firstRange(of: Self.b.bytes)?.lowerBound ?? 0
    let cut = try scan(Array(whole.prefix(place + 700)))
    let expected = try [Self.a, Self.b].findings(in: "x")
    #expect(cut.findings == Array(expected.prefix(cut.findings.count)) && cut.findings.count > 13)
    #expect(cut.unreadable == ["x/b.json", "x"], "\(cut.problems)")
    // In the header before it.
    let atHeader = try scan(Array(whole.prefix(place - 100)))
    #expect(try atHeader.findings == [Self.a].findings(in: "x"))
    #expect(atHeader.unreadable == ["x"])
  }

  @Test func aDamagedHeaderInATarArchiveIsReported() throws {
    var bytes = ArchiveWriter.archive(.ustar, [Self.a, Self.b])
    bytes[(bytes.firstRange(of: Array("b.json".utf8))?.lowerBound ?? 0) + 2] ^= 1
    let scan = try scan(bytes)
    #expect(try scan.findings == [Self.a].findings(in: "x"))
    #expect(scan.unreadable == ["x"])
  }

  @Test func aBadMemberOfAZipArchiveCostsThatMemberOnly() throws {
    for format in [.zip, .storedZip] as [ArchiveFormat] {
      var bytes = ArchiveWriter.archive(format, [Self.a, Self.b, Self.c])
      let name = bytes.firstRange(of: Array("b.json".utf8))?.lowerBound ?? 0
      for index in 300..<330 { bytes[name + index] ^= 0x55 }
      let scan = try scan(bytes)
      let sound = try [Self.a, Self.c].findings(in: "x")
      #expect(scan.findings.filter { !$0.hasPrefix("x/b.json:") } == sound, "\(format)")
      #expect(scan.unreadable == ["x/b.json"], "\(scan.problems)")
    }
  }

  @Test func aMemberWhoseChecksumIsWrongIsReadAndReported() throws {
    for format in [.zip, .storedZip] as [ArchiveFormat] {
      var bytes = ArchiveWriter.archive(format, [Self.a, Self.b])
      // In the directory, where it stands 30 bytes before the name.
      let name = bytes.ranges(of: Array("a.json".utf8)).last?.lowerBound ?? 0
      bytes[name - 30] ^= 1
      let scan = try scan(bytes)
      #expect(try scan.findings == [Self.a, Self.b].findings(in: "x"), "\(format)")
      #expect(scan.problems.count == 1 && scan.problems[0].contains("CRC"), "\(scan.problems)")
      #expect(scan.unreadable == ["x/a.json"])
    }
  }

  @Test func aZipArchiveWithoutItsDirectoryIsReadFromTheFront() throws {
    for format in [.zip, .storedZip] as [ArchiveFormat] {
      let whole = ArchiveWriter.archive(format, [Self.a, Self.b])
      let directory = whole.firstRange(of: Array("PK\u{1}\u{2}".utf8))?.lowerBound ?? 0
      for count in [directory + 30, whole.count - 22] {
        let scan = try scan(Array(whole.prefix(count)))
        #expect(try scan.findings == [Self.a, Self.b].findings(in: "x"), "\(format)")
      }
      // libarchive wants more bytes than there are to see that the second log is over.
      let scan = try scan(Array(whole.prefix(directory)))
      #expect(try scan.findings.starts(with: [Self.a].findings(in: "x")))
      #expect(scan.unreadable == ["x/b.json", "x"], "\(scan.problems)")
    }
  }

  @Test func encryptedMembersAreReportedAndTheOthersRead() throws {
    let message = "encrypted: Trawl asks for no passwords; unpack it first"
    let all = try scan(ArchiveWriter.archive(.encryptedZip, [Self.a, Self.b]))
    #expect(all.findings == [])
    #expect(all.problems == ["x/a.json: \(message)", "x/b.json: \(message)"])
    // The flag alone, in both headers of one member: 24 bytes before the name, and 38.
    var bytes = ArchiveWriter.archive(.storedZip, [Self.a, Self.b, Self.c])
    let names = bytes.ranges(of: Array("b.json".utf8)).map(\.lowerBound)
    for (name, distance) in zip(names, [24, 38]) { bytes[name - distance] |= 1 }
    let some = try scan(bytes)
    #expect(try some.findings == [Self.a, Self.c].findings(in: "x"))
    #expect(some.problems == ["x/b.json: \(message)"] && some.unreadable == ["x/b.json"])
  }

  @Test func a7zArchiveThatIsCutOffIsReported() throws {
    let whole = ArchiveWriter.archive(.sevenZip, [Self.a, Self.b])
    for count in [6, 31, 32, whole.count / 2, whole.count - 1] {
      let scan = try scan(Array(whole.prefix(count)))
      #expect(scan.findings == [] && scan.unreadable == ["x"], "\(count): \(scan.problems)")
    }
  }

  @Test func damageInAnInnerArchiveDoesNotReachTheOuter() throws {
    // The others have no checksum that libarchive would look at.
    for filter in [.bzip2, .xz] as [ArchiveFilter] {
      let inner = ArchiveWriter.archive(.pax, filter, [Self.a, Self.b])
      var damaged = inner
      for index in (inner.count / 2)..<(inner.count / 2 + 40) { damaged[index] = 0xFF }
      let members = [
        Self.a, ArchiveMember("cut.tar", Array(inner.prefix(inner.count / 2))),
        ArchiveMember("bad.tar", damaged), Self.c,
      ]
      for format in [.pax, .zip, .sevenZip] as [ArchiveFormat] {
        let scan = try scan(ArchiveWriter.archive(format, members))
        let sound = try [Self.a, Self.c].findings(in: "x")
        #expect(scan.findings.filter { !$0.contains(".tar") } == sound, "\(format) \(filter)")
        #expect(scan.unreadable.contains { $0.hasPrefix("x/cut.tar") }, "\(scan.problems)")
        #expect(scan.unreadable.contains { $0.hasPrefix("x/bad.tar") }, "\(scan.problems)")
      }
    }
  }

  @Test func whatOnlyBeginsLikeAnArchiveIsReported() throws {
    var random = SplitMix64(seed: 7)
    let magics: [[UInt8]] = [
      [0x1F, 0x8B, 8], Array("BZh9".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], [0x28, 0xB5, 0x2F, 0xFD],
      Array("PK\u{3}\u{4}".utf8), Array("PK\u{7}\u{8}".utf8), Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C],
    ]
    for magic in magics {
      for count in [0, 1, 7, 20, 60, 500, 5000, 300_000] {
        let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let scan = try scan(magic + noise)
        #expect(scan.findings == [] && scan.problems.count == 1, "\(magic) \(count): \(scan.problems)")
      }
    }
    var tar = [UInt8](repeating: 65, count: 5000)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(try scan(tar).problems == ["x: a damaged tar archive"])
  }
}
