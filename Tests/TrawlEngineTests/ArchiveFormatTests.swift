import Foundation
import Testing
import TrawlScanner
import TrawlTestSupport

/// A log is the same log in whatever it is packed.
@Suite struct ArchiveFormatTests {
  private static let members = [
    ArchiveMember("day1/a.json", Evil.log(1)), ArchiveMember("b.json", Evil.log(2, lines: 7)),
    ArchiveMember("empty.json", ""), ArchiveMember("c.evtx", Evil.eventLog.bytes),
    ArchiveMember(
      "d.json", "[" + Evil.log(3, lines: 12).split(separator: "\n").joined(separator: ",\n ") + "]"),
  ]

  private static let packings = ArchiveFormat.readable.flatMap { format in
    // The directory of a 7z archive lies at its end, where a stream does not come.
    ArchiveFilter.allCases.filter { format != .sevenZip || $0 == .none }.map { (format, $0) }
  }

  @Test(arguments: packings)
  func findingsInAnArchiveAreThoseOfItsMembersInTheirOrder(
    _ format: ArchiveFormat, _ filter: ArchiveFilter
  ) throws {
    let archive = ArchiveWriter.archive(format, filter, Self.members)
    let expected = try Self.members.findings(in: "x")
    #expect(expected.count == 13 + 2 + 2 + 4)
    for chunkSize in [1, 64, 4096, 256 << 10] {
      for threads in [1, 2, 4] {
        let scan = try ArchiveScan("x", archive, threads: threads, ReadOptions(chunkSize: chunkSize))
        #expect(scan.findings == expected, "\(threads) threads, chunks of \(chunkSize)")
        #expect(scan.problems == [] && scan.summary.problems == [:])
        #expect(scan.summary.files == 5 && scan.summary.events == 69)
      }
    }
  }

  @Test(arguments: ArchiveFilter.allCases)
  func findingsInACompressedLogAreThoseOfTheLog(_ filter: ArchiveFilter) throws {
    for log in Self.members {
      let compressed = ArchiveWriter.compressed(filter, log.bytes)
      for chunkSize in [1, 4096] {
        for threads in [1, 4] {
          let scan = try ArchiveScan("x.gz", compressed, threads: threads, ReadOptions(chunkSize: chunkSize))
          #expect(try scan.findings == log.findings(as: "x.gz"), "\(log.name)")
          #expect(scan.problems == [])
        }
      }
    }
  }

  @Test(arguments: ArchiveFilter.allCases)
  func aLogOfManyChunksIsReadWhole(_ filter: ArchiveFilter) throws {
    let log = ArchiveMember("a.json", Evil.log(4, lines: 5000))
    let scan = try ArchiveScan(
      "x", ArchiveWriter.archive(.pax, filter, [log, Self.members[0]]), threads: 4,
      ReadOptions(chunkSize: 10_000))
    #expect(try scan.findings == [log, Self.members[0]].findings(in: "x"))
    #expect(scan.summary.events == 5040)
  }

  @Test func severalCompressedPartsOneAfterTheOtherAreOneLog() throws {
    let parts = [Evil.log(1), String(Evil.log(2).dropLast(30)), Evil.log(3), ""]
    let expected = try ArchiveMember("a", parts.joined()).findings(as: "x")
    for filter in ArchiveFilter.allCases {
      let scan = try ArchiveScan("x", parts.flatMap { ArchiveWriter.compressed(filter, $0) })
      #expect(scan.findings == expected, "\(filter)")
      #expect(scan.problems == [], "\(filter)")
    }
  }

  @Test func whatIsCompressedTwiceIsRead() throws {
    let twice = ArchiveWriter.compressed(.gzip, ArchiveWriter.compressed(.zstd, Evil.log(1)))
    let scan = try ArchiveScan("x", twice)
    #expect(try scan.findings == ArchiveMember("x", Evil.log(1)).findings(as: "x"))
  }

  @Test func anArchiveIsKnownByItsContentsAndNotByItsName() throws {
    let log = ArchiveMember("a.json", Evil.log(1))
    let scan = try ArchiveScan([
      ("gzip.txt", ArchiveWriter.compressed(.gzip, log.bytes)), ("plain.gz", log.bytes),
      ("tar.json", ArchiveWriter.archive(.gnu, [log])), ("plain.zip", log.bytes),
      ("zip.evtx", ArchiveWriter.archive(.zip, [log])),
    ])
    let paths = ["gzip.txt", "plain.gz", "tar.json/a.json", "plain.zip", "zip.evtx/a.json"]
    #expect(try scan.findings == paths.flatMap { try log.findings(as: $0) })
    #expect(scan.problems == [] && scan.summary.files == 5)
  }

  @Test func archivesWithoutLogsAreNoError() throws {
    let folders = [ArchiveMember("a", .folder), ArchiveMember("a/b", .folder)]
    for (format, filter) in Self.packings {
      for members in [[], folders, [ArchiveMember("empty", "")]] {
        let archive = ArchiveWriter.archive(format, filter, members)
        let scan = try ArchiveScan("x", archive)
        // A tar archive of nothing is nothing but zeros: only libarchive, which unpacks it, takes it for one.
        let isZeros = ArchiveWriter.archive(format, .none, members).allSatisfy { $0 == 0 }
        let isTold = isZeros && (filter == .none || filter == .gzip)
        #expect(
          scan.problems == (isTold ? ["x: nothing but zeros"] : []),
          "\(format) \(filter) \(members.map(\.name))")
        #expect(scan.findings == [] && scan.summary.events == 0)
      }
    }
    for filter in ArchiveFilter.allCases {
      #expect(try ArchiveScan("x", ArchiveWriter.compressed(filter, "")).problems == [], "\(filter)")
    }
  }
}
