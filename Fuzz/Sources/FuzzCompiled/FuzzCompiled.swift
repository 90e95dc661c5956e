@testable import Trawl
@testable import TrawlDecoding
@testable import TrawlEvents
@testable import TrawlKQL
@testable import TrawlMatcher

/// Edits to files of compiled rules: what comes of them is refused, or it is loaded and matches events like any other.
///
/// An edit is six bytes: where (two), what (one), and a value (three). The first two bytes choose the file and whether the
/// edits go to the ruleset alone or to all below the head; the head is made to fit again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompiled(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count >= 2 else { return 0 }
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  fuzz.run(input)
  return 0
}

private let fuzz = CompiledFuzz()

struct CompiledFuzz {
  /// Rulesets of a few rules each, and files of them.
  private let rulesets: [[UInt8]]
  private let bodies: [[UInt8]]
  private let log: [UInt8]

  init() {
    var rules = RuleLoader().loadBuiltIn()
    let queries = KQLLoader().load(CompiledFuzz.queries, file: "fuzz.kql").queries
    precondition(!queries.isEmpty, "the queries load")
    rules.rules += queries.flatMap { $0.rules() }
    var rulesets: [[UInt8]] = []
    var bodies: [[UInt8]] = []
    for start in stride(from: 0, to: rules.rules.count, by: 3) {
      var some = rules
      some.rules = Array(rules.rules[start..<min(rules.rules.count, start + 3)])
      guard let prepared = try? PreparedRules(some), let stored = try? prepared.ruleset.stored(),
        let file = try? CompiledRules.file(of: prepared, key: nil)
      else { fatalError("the project's own rules compile") }
      rulesets.append(stored.contents)
      bodies.append(Array(file[CompiledRules.headSize...]))
    }
    self.rulesets = rulesets
    self.bodies = bodies
    log = CompiledFuzz.events()
  }

  /// With parts that are computed from rows.
  private static let queries = """
    DeviceEvents | where strcat(FileName, '.', RemotePort) == 'a.1' and AdditionalFields.k has 'x'

    DeviceEvents | where Timestamp > datetime(2024-01-01) and extract(@'(\\w)(\\d)?', 1, FolderPath) in ('a', 'b')

    union DeviceEvents, DeviceFileEvents | where array_length(split(FileName, '.')) + 1 > LogonId * 2
    """

  private static let row = #"""
    {"Type":"DeviceEvents","FileName":"a","RemotePort":1,"AdditionalFields":{"k":["x"]},"FolderPath":"a1"}
    """#

  private static func events() -> [UInt8] {
    let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let (files, _) = LogFile.find(["/\(folder)/Corpus/Events"])
    let lines = files.filter { $0.path.hasSuffix(".ndjson") }.flatMap { file in
      (try? readFile(file.path))?.split(separator: 10).prefix(3) ?? []
    }
    precondition(!lines.isEmpty, "the project's own events are there")
    return Array(lines.joined(separator: [10])) + [10] + Array(row.utf8)
  }

  func run(_ input: [UInt8]) {
    if input[0] & 1 == 0 {
      let contents = CompiledFuzz.edited(rulesets[Int(input[1]) % rulesets.count], input.dropFirst(2))
      if let ruleset = try? Ruleset(stored: StoredRuleset(contents: contents, databases: nil)) {
        match(ruleset)
      }
    } else {
      let body = CompiledFuzz.edited(bodies[Int(input[1]) % bodies.count], input.dropFirst(2))
      let file = CompiledRules.sealed(body, key: nil)
      if let compiled = try? CompiledRules(file, key: nil) { match(compiled.rules.ruleset) }
    }
  }

  private static func edited(_ original: [UInt8], _ edits: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = original
    var edits = edits
    while edits.count >= 6, !bytes.isEmpty {
      let edit = Array(edits.prefix(6))
      edits = edits.dropFirst(6)
      let place = (Int(edit[0]) << 8 | Int(edit[1])) % bytes.count
      let value = UInt32(edit[3]) << 16 | UInt32(edit[4]) << 8 | UInt32(edit[5])
      let end = min(bytes.count, place + 4)
      switch edit[2] % 7 {
      case 0: bytes[place] = edit[3]
      case 1: bytes[place] &+= 1
      case 2:
        for index in place..<end {
          bytes[index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * (index - place)))
        }
      case 3: for index in place..<end { bytes[index] = 0xFF }
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int(edit[3])))
      case 5: bytes.insert(contentsOf: edit[3...], at: place)
      default:
        let source = Int(value) % bytes.count
        for index in 0..<4 where place + index < bytes.count && source + index < bytes.count {
          bytes[place + index] = bytes[source + index]
        }
      }
    }
    return bytes
  }

  private func match(_ ruleset: Ruleset) {
    var bytes = Block<UInt8>(capacity: log.count + EventBatch.padding)
    for byte in log { bytes.append(byte) }
    for _ in 0..<EventBatch.padding { bytes.append(0) }
    var decoder = JSONDecoder(fields: ruleset.fields)
    guard var matcher = try? Matcher(ruleset, memoCapacity: 64) else { return }
    var batch = EventBatch()
    for _ in 0..<2 {
      unsafe decoder.decodeLines(bytes.pointer, count: log.count, into: &batch)
      matcher.match(batch)
      for index in 0..<matcher.matches.count { _ = matcher.evidence(for: matcher.matches[index], in: batch) }
    }
  }
}
