import TrawlCompiler
import TrawlDecoding
import TrawlEvents
import TrawlKQL
import TrawlMatcher
import TrawlRules
import TrawlTestSupport

/// A query compiled as a scan has it.
struct QueryEngine {
  let ruleset: Ruleset

  init(_ rules: [Rule]) throws {
    let result = try RulesetCompiler.compile(rules)
    if let error = result.diagnostics.first(where: { $0.severity == .error }) { throw error }
    ruleset = result.ruleset
  }

  init(ruleset: Ruleset) { self.ruleset = ruleset }

  init(_ query: KQLQuery) throws { try self.init(query.rules()) }

  /// Whether a row of a table matches: as Sentinel writes it, twice, so that the memo answers the second time, and in the
  /// envelope of Defender's streaming API. All must say the same.
  func matches(table: String, _ row: [String: JSONValue]) throws -> Bool {
    let members = row.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
    let flat = JSONValue.object([JSONValue.Member("Type", .string(table))] + members).compactText
    let envelope = JSONValue.object([
      JSONValue.Member("category", .string("AdvancedHunting-\(table)")),
      JSONValue.Member("properties", .object(members)),
    ]).compactText
    let found = try matches([flat, flat] + (table.hasPrefix("Device") ? [envelope] : []))
    guard Set(found).count == 1, let first = found.first else { throw Inconsistent(found: found) }
    return first
  }

  struct Inconsistent: Error {
    var found: [Bool]
  }

  /// Whether each line matches.
  func matches(_ lines: [String]) throws -> [Bool] {
    let text = Array(lines.joined(separator: "\n").utf8)
    var bytes = Block<UInt8>(capacity: text.count + EventBatch.padding)
    for byte in text { bytes.append(byte) }
    for _ in 0..<EventBatch.padding { bytes.append(0x20) }
    var decoder = JSONDecoder(fields: ruleset.fields)
    var batch = EventBatch()
    unsafe decoder.decodeLines(bytes.pointer, count: text.count, into: &batch)
    var matcher = try Matcher(ruleset)
    matcher.match(batch)
    var found = lines.map { _ in false }
    for index in 0..<matcher.matches.count { found[Int(matcher.matches[index].event)] = true }
    return found
  }
}
