import Testing
import TrawlKQL
import TrawlMatcher
import TrawlRows
import TrawlTestSupport

/// Predicates as bytes.
struct StoredPredicateTests {
  private static let conditions = [
    "not(extract(@'(\\w+)', 1, FileName) =~ 'é') and Timestamp > datetime(2024-02-29)",
    "parse_json(AdditionalFields).a[1]['b'] in (1, 2.5) or isempty(AdditionalFields.c)",
    "FolderPath has_any ('a', 'b') or tolower(FolderPath) has FileName or isnull(LogonId)",
    "strcat(FileName, 'x') matches regex '(?i)a|b$' and iff(RemotePort > 3, true, bool(null))",
    "toguid(FileName) == guid(74be27de-1e4e-49d9-b579-fe0b331d3642) and Timestamp - datetime(2024-01-01) > 1d",
    "set_has_element(dynamic([1, {'a': 'b'}]), LogonId) and * has 'x'",
  ]

  @Test("a predicate is the same when it was stored", arguments: conditions)
  func roundTrip(condition: String) throws {
    let predicate = try predicate(condition, table: "DeviceEvents")
    let bytes = predicate.encoded
    #expect(try KQLPredicate(encoded: bytes) == predicate)
    #expect(try KQLPredicate(encoded: bytes).encoded == bytes)
  }

  @Test("texts that only Unicode takes for equal are two")
  func exact() {
    let operand = KQLOperand.column("FileName", .string)
    let one = KQLPredicate.text(operand, .equals, ["\u{E9}"], .any, isCased: true)
    let other = KQLPredicate.text(operand, .equals, ["e\u{301}"], .any, isCased: true)
    #expect(one.encoded != other.encoded)
  }

  @Test("damaged bytes are refused or are another predicate, and end nothing", arguments: conditions)
  func damage(condition: String) throws {
    let bytes = try predicate(condition, table: "DeviceEvents").encoded
    var random = SplitMix64(seed: 7)
    var refused = 0
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        damaged.removeLast(Int.random(in: 1...4, using: &random))
      }
      do throws(KQLDecodingError) {
        _ = try KQLPredicate(encoded: damaged).truth(in: TestRow())
      } catch {
        refused += 1
      }
    }
    #expect(refused > 200)
  }

  @Test("a predicate that is nested without end is refused")
  func depth() {
    var predicate = KQLPredicate.constant(true)
    for _ in 0..<1000 { predicate = .not(predicate) }
    #expect(throws: KQLDecodingError.self) { try KQLPredicate(encoded: predicate.encoded) }
  }

  @Test("compiled rules with computed parts match as before when they were stored")
  func ruleset() throws {
    let query = try loadedQuery(
      "DeviceEvents\n| where strcat(FileName, '.', RemotePort) == 'a.1' and LogonId > 2")
    let ruleset = try QueryEngine(query).ruleset
    let stored = try ruleset.stored()
    let again = QueryEngine(ruleset: try Ruleset(stored: stored))
    let row: [String: JSONValue] = [
      "FileName": .string("a"), "RemotePort": .number("1"), "LogonId": .number("3"),
    ]
    #expect(try again.matches(table: "DeviceEvents", row))
    var contents = stored.contents
    var random = SplitMix64(seed: 11)
    for _ in 0..<3000 {
      let place = Int.random(in: 0..<contents.count, using: &random)
      let old = contents[place]
      contents[place] = UInt8.random(in: 0...255, using: &random)
      if let ruleset = try? Ruleset(stored: StoredRuleset(contents: contents, databases: nil)) {
        _ = try? QueryEngine(ruleset: ruleset).matches([
          #"{"Type":"DeviceEvents","FileName":"a","RemotePort":1}"#
        ])
      }
      contents[place] = old
    }
  }
}
