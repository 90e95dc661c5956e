import Foundation
import Testing
import TrawlRules

@testable import TrawlCatalog

/// The counts of an independent oracle (../shared/data/expected/indicators.json), for the two corpora that this target reads.
@Suite(.enabled(if: VendorCollections.shared != nil, VendorCollections.absent))
struct ExpectedIndicatorsTests {
  struct Expected: Decodable {
    var cases: [Case]

    struct Case: Decodable {
      var corpus: String
      var ruleId: String
      var title: String
      var indicatorCount: Int
      var indicators: [Row]
    }

    struct Row: Decodable {
      var field: String
      var kind: String
      var value: String
      var polarity: [String]
      var counts: [String: Int]
      var excludedOnly: [String: Int]
      var countsWithDeprecated: [String: Int]

      var key: IndexedRules.Key { IndexedRules.Key(field, kind, value) }
    }
  }

  private func expected() throws -> Expected {
    let path = "\(try #require(VendorCollections.shared))/data/expected/indicators.json"
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Expected.self, from: Data(contentsOf: URL(filePath: path)))
  }

  @Test
  func `each indicator occurs in as many rules of Splunk and Elastic, also those with it only under a not`()
    throws
  {
    let index = try IndexedRules()
    var rows = 0
    for test in try expected().cases {
      for row in test.indicators {
        for corpus in ["splunk", "elastic"] {
          let counts = index.counts(row.key, corpus)
          #expect(counts.live == row.counts[corpus, default: 0], "\(test.title): \(row.key) in \(corpus)")
          #expect(
            counts.excluded == row.excludedOnly[corpus, default: 0], "\(test.title): \(row.key) in \(corpus)"
          )
          #expect(
            counts.all == row.countsWithDeprecated[corpus, default: 0],
            "\(test.title): \(row.key) in \(corpus)")
          rows += 1
        }
      }
    }
    #expect(rows == 236)
  }

  @Test func `the rules of the cases have as many indicators, with their polarity`() throws {
    let index = try IndexedRules()
    for test in try expected().cases where test.corpus != "sigma" {
      let keys = try #require(index.keysOfRule[test.ruleId], "\(test.title)")
      #expect(keys.count == test.indicatorCount, "\(test.title)")
      for row in test.indicators {
        #expect(row.polarity == [keys[row.key] == true ? "excluded" : "matched"], "\(test.title): \(row.key)")
      }
    }
  }

  @Test(
    arguments: [
      ("OriginalFileName", "eq", "cmd.exe", 11, 13), ("OriginalFileName", "eq", "reg.exe", 8, 3),
      ("CommandLine", "match", "http", 3, 4), ("process_name", "eq", "regsvr32.exe", 14, 28),
      ("ParentImage", "null", "", 0, 32), ("Image", "eq", "c:\\windows\\system32\\svchost.exe", 0, 4),
      ("Image", "ends_with", "\\svchost.exe", 0, 0),
    ])
  func `the samples of the specification are counted alike`(
    field: String, kind: String, value: String, splunk: Int, elastic: Int
  ) throws {
    let index = try IndexedRules()
    #expect(index.counts(.init(field, kind, value), "splunk").live == splunk)
    #expect(index.counts(.init(field, kind, value), "elastic").live == elastic)
  }
}
