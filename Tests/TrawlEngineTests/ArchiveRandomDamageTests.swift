import Testing
import TrawlScanner
import TrawlTestSupport

/// Small archives of all kinds, damaged anywhere: nothing traps or hangs, and what is lost is told.
@Suite(.timeLimit(.minutes(5))) struct ArchiveRandomDamageTests {
  /// An archive, and what can be said of it when it is damaged.
  struct Kind: Sendable, CustomTestStringConvertible {
    enum Check: Sendable {
      /// All is under checksums that libarchive looks at.
      case everything
      /// What members hold is, their names are not.
      case contents
      /// Nothing is, but a byte that is changed changes no other.
      case inPlace
      case nothing
    }

    var testDescription: String
    var bytes: [UInt8]
    var check: Check

    init(_ name: String, _ bytes: [UInt8], _ check: Check) {
      (testDescription, self.bytes, self.check) = (name, bytes, check)
    }
  }

  private static let members = [
    ArchiveMember("a.json", Evil.log(1)), ArchiveMember("d/b.evtx", Evil.eventLog.bytes),
    ArchiveMember("c.json", "{\n\"x\":1}" + Evil.log(2)),
  ]

  static let kinds: [Kind] = {
    let formats = ArchiveFormat.readable.map { format in
      let check: Kind.Check =
        switch format {
        case .sevenZip: .everything
        case .zip, .storedZip: .contents
        default: .inPlace
        }
      return Kind(format.rawValue, ArchiveWriter.archive(format, members), check)
    }
    let filters = ArchiveFilter.allCases.dropFirst().flatMap { filter in
      let check: Kind.Check = filter == .bzip2 || filter == .xz ? .everything : .nothing
      return [
        Kind("\(filter)", ArchiveWriter.compressed(filter, members[2].bytes), check),
        Kind("tar.\(filter)", ArchiveWriter.archive(.pax, filter, members), check),
      ]
    }
    let tar = ArchiveWriter.archive(.gnu, .xz, members)
    return formats + filters + [
      Kind("tar.xz in zip", ArchiveWriter.archive(.storedZip, [ArchiveMember("i", tar)]), .contents)
    ]
  }()

  /// Places of the findings, without names.
  private func places(_ scan: ArchiveScan) -> Set<String> {
    Set(scan.findings.map { $0.split(separator: ":").suffix(2).joined(separator: ":") })
  }

  @Test(arguments: kinds)
  func whatIsCutOffIsAPartOfTheWholeAndTold(_ kind: Kind) throws {
    var random = SplitMix64(seed: 11)
    let whole = try ArchiveScan("x", kind.bytes)
    #expect(whole.findings.count >= 13 && whole.problems == [])
    for _ in 0..<60 {
      var count = Int.random(in: 0..<kind.bytes.count, using: &random)
      // Between two members of a tar archive nothing shows that there were more.
      if kind.check == .inPlace, count % 512 == 0 { count += 1 }
      let cut = try ArchiveScan("x", Array(kind.bytes.prefix(count)), ReadOptions(chunkSize: 4096))
      #expect(Set(cut.findings).isSubset(of: whole.findings), "\(count)")
      let isTold = count < 512 ? !cut.problems.isEmpty || count == 0 : !cut.unreadable.isEmpty
      #expect(cut.findings == whole.findings || isTold, "\(count) of \(kind.bytes.count): \(cut.problems)")
    }
  }

  @Test(arguments: kinds)
  func bytesThatAreChangedCostLittleAndAreToldWhereTheyCanBe(_ kind: Kind) throws {
    var random = SplitMix64(seed: 12)
    let whole = try ArchiveScan("x", kind.bytes)
    for _ in 0..<60 {
      var bytes = kind.bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      }
      let scan = try ArchiveScan("x", bytes, threads: 1)
      switch kind.check {
      case .everything:
        #expect(scan.findings == whole.findings || !scan.problems.isEmpty, "\(scan.findings)")
      case .contents:
        #expect(places(scan).isSubset(of: places(whole)) || !scan.problems.isEmpty)
      case .inPlace:
        let offsets = [scan, whole].map { Set($0.findings.map { $0.split(separator: ":").last ?? "" }) }
        #expect(offsets[0].symmetricDifference(offsets[1]).count <= 3 || !scan.problems.isEmpty)
      case .nothing: break
      }
    }
  }

  @Test(arguments: kinds)
  func theFirstBytesAloneAreNoTrap(_ kind: Kind) throws {
    for count in 0..<64 {
      let scan = try ArchiveScan("x", Array(kind.bytes.prefix(count)))
      #expect(scan.findings == [])
    }
  }
}
