import Foundation
import Testing
import Trawl
import TrawlMatcher
import TrawlRules
import TrawlTestSupport

/// Rules find the same in records of which only some values are decoded as in records that are decoded whole.
@Suite struct EVTXSelectionAgreementTests {
  /// A round of three asks for no keywords, the next for some, the last for some that may be part of a number, so that all
  /// is decoded where such a rule applies.
  @Test(arguments: 0..<60) func `random rules find the same in random records`(_ round: Int) throws {
    var random = RandomLog(seed: UInt64(round), keywords: RandomLog.Keywords.allCases[round % 3])
    let ruleset = try EngineUnderTest(random.rules).ruleset
    let file = EVTXFile(random.chunks())
    let compared = try Self.compare([file.bytes, random.damaged(file).bytes, file.bytes], ruleset, round)
    #expect(compared.found > 0)
    // Many have a value of a rare type, or a fragment that its template does not ask for.
    if round % 3 < 2 { #expect(5 * compared.selected > compared.events, "\(compared)") }
    if round % 3 == 0 { #expect(compared.known > 0, "\(compared)") }
  }

  private static let rules = Result {
    try SharedData.unpack("sigma-rules.tar.zst")
  }
  private static let ruleset = Result {
    let folder = try rules.get().url.path
    let loaded = RuleLoader().load(
      ["rules", "rules-emerging-threats", "rules-threat-hunting"].map { "\(folder)/\($0)" })
    return try RulesetCompiler.compile(loaded.rules).ruleset
  }

  @Test(
    .enabled(
      if: SharedData.folder != nil, "no ../shared/data: set TRAWL_SHARED to the folder that holds data"),
    arguments: [("evtx-attack-samples.tar.zst", 277, 1500), ("sigma-regression.tar.zst", 100, 200)])
  func `real rules find the same in real records`(
    _ archive: String, _ leastFiles: Int, _ leastFound: Int
  ) throws {
    let folder = try SharedData.unpack(archive)
    let files = SharedData.files(below: folder.url, ext: "evtx")
    let logs = try files.map { try [UInt8](Data(contentsOf: folder.url.appending(path: $0))) }
    let compared = try Self.compare(logs, Self.ruleset.get(), 0)
    #expect(files.count >= leastFiles && compared.found >= leastFound)
    #expect(2 * compared.selected > compared.events && 2 * compared.known > compared.events, "\(compared)")
  }

  /// Logs matched by one worker, each of them three times, and by one that decodes all values; what the last time comes to.
  private static func compare(
    _ logs: [[UInt8]], _ ruleset: Ruleset, _ round: Int
  ) throws -> (events: Int, found: Int, selected: Int, known: Int) {
    var worker = try SelectingWorker(ruleset)
    var (events, found, selected, known) = (0, 0, 0, 0)
    for (number, log) in logs.enumerated() {
      let whole = try SelectingWorker.whole(log, ruleset)
      for pass in 1...3 {
        let matched = worker.match(log)
        guard matched != whole else { continue }
        let pair = zip(matched.events, whole.events).first { $0 != $1 }
        Issue.record(
          "round \(round), log \(number), pass \(pass): \(pair.map { "\($0), not \($1)" } ?? "events or problems")"
        )
        return (events, found, selected, known)
      }
      (events, found) = (events + whole.events.count, found + whole.found.count)
      (selected, known) = (selected + worker.selected, known + worker.known)
    }
    return (events, found, selected, known)
  }
}

/// Records of few templates with values that random rules look for, and others.
struct RandomLog {
  enum Keywords: CaseIterable { case none, ofText, ofNumbers }

  private(set) var rules: [Rule]
  private var random: SplitMix64
  /// By name of the field.
  private var values: [String: [EVTXValue]] = [:]
  private var templates: [(template: EVTXTemplate, names: [String], body: Body?)] = []

  /// A template within that of a record, as Windows writes them.
  private struct Body {
    var template: EVTXTemplate
    var names: [String]
  }

  init(seed: UInt64, keywords: Keywords) {
    random = SplitMix64(seed: seed)
    var source = RandomRules(seed: seed)
    rules = source.rules(40).filter { rule in
      switch keywords {
      case .none: !rule.items.contains { $0.predicate.subject == .anyValue }
      case .ofText: !rule.asksForPartsOfNumbers
      case .ofNumbers: true
      }
    }
    for index in rules.indices where rules[index].logSource == RandomRules.given {
      rules[index].logSource = LogSource(product: "windows")
    }
    for _ in 0..<60 {
      guard case .object(let members)? = try? JSONValue(parsing: source.event(for: rules)) else { continue }
      for member in members { values[member.name, default: []].append(Self.value(member.value)) }
    }
    for number in 1...5 {
      let (template, names) = template(UInt32(number))
      templates.append((template, names, nil))
    }
    for number in 6...10 { templates.append(nestedTemplate(UInt32(number))) }
  }

  mutating func chunks() -> [[EVTXRecord]] {
    (0..<3).map { chunk in (0..<15).map { record(UInt64(chunk * 15 + $0 + 1)) } }
  }

  /// The file with some bytes of its records changed.
  mutating func damaged(_ file: EVTXFile) -> EVTXFile {
    var file = file
    for chunk in file.chunks {
      for _ in 0..<pick([1, 4, 12]) {
        file.set(UInt8(truncatingIfNeeded: random.next()), at: pick(Array((chunk.offset + 512)..<chunk.end)))
      }
    }
    return file
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  private mutating func record(_ number: UInt64) -> EVTXRecord {
    let (template, names, body) = pick(templates)
    var filled: [EVTXValue] = [
      .uint64(number), .string(pick(["Security", "System", "security"])), .uint16(pick([1, 4688])),
    ]
    for name in names { filled.append(value(of: name)) }
    if let body {
      let values = body.names.map { value(of: $0) }
      // Some have none.
      let part = EVTXValue.binXML(.instance(EVTXInstance(body.template, values)))
      filled.append(random.next() % 8 == 0 ? .null : part)
    }
    return EVTXRecord(number, .instance(EVTXInstance(template, filled)))
  }

  private mutating func value(of name: String) -> EVTXValue {
    let others: [EVTXValue] = [
      .null, .string(""), .string("mimikatz"), .uint32(7), .boolean(false), .guid(Array(1...16)),
      .size(UInt64(7)),
      .array([.string("a"), .string("k")]), .binXML(Written.data("f", "ab")),
      .binXML(.element(pick(["Channel", "EventID", "x"]), [("k", ["1"])], ["a"])), .real64(0.5),
      .ansi([0x61]),
    ]
    guard random.next() % 4 != 0, let known = values[name] else { return pick(others) }
    return pick(known)
  }

  /// The values 1 and 2 are channel and event id, unless they are fixed; those behind them are of names.
  private mutating func template(_ number: UInt32) -> (EVTXTemplate, [String]) {
    let isFixed = random.next() % 2 == 0
    let system: [EVTXPart] = [
      .element("Provider", [("Name", [.text("k\(number)")])]),
      .element("EventID", [], [isFixed ? "4688" : .substitution(2)]),
      .element("EventRecordID", [], [.optional(0)]),
      .element("Channel", [], [isFixed ? "Security" : .substitution(1)]),
      .element("Computer", [], [.optional(3)]),
    ]
    var (names, body) = (["Computer"], [EVTXPart]())
    for _ in 0..<6 {
      names.append(pick(Array(values.keys).sorted()))
      body.append(part(names[names.count - 1], number: names.count + 2))
    }
    let place = random.next() % 4 == 0 ? "UserData" : "EventData"
    let event = EVTXPart.element(
      "Event", [Written.namespace], [.element("System", [], system), .element(place, [], body)])
    return (EVTXTemplate(number, event), names)
  }

  private mutating func nestedTemplate(
    _ number: UInt32
  ) -> (template: EVTXTemplate, names: [String], body: Body?) {
    let system: [EVTXPart] = [
      .element("Provider", [("Name", [.text("k\(number)")])]), .element("EventID", [], [.substitution(2)]),
      .element("EventRecordID", [], [.optional(0)]), .element("Channel", [], [.substitution(1)]),
      .element("Computer", [], [.optional(3)]),
    ]
    let event = EVTXPart.element(
      "Event", [Written.namespace], [.element("System", [], system), .substitution(4)])
    let names = (0..<4).map { _ in pick(Array(values.keys).sorted()) }
    let data = names.indices.map { place in
      EVTXPart.element("Data", [("Name", [.text(names[place])])], [.optional(place)])
    }
    let body = Body(
      template: EVTXTemplate(number + 100, .element("EventData", [], data)), names: names)
    return (EVTXTemplate(number, event), ["Computer"], body)
  }

  private mutating func part(_ name: String, number: Int) -> EVTXPart {
    switch random.next() % 8 {
    case 0: .element(name.isEmpty ? "x" : name, [("k", [.optional(number)])], ["ak", .optional(number)])
    case 1: .element(name.isEmpty ? "x" : name, [], [.substitution(number)])
    case 2: .element("Data", [("Name", [.substitution(number)])], [.substitution(1)])
    case 3: .substitution(number)
    case 4: .element("Data", [("Name", [.text(name)])], ["a b", .character(10), .substitution(number)])
    default: .element("Data", [("Name", [.text(name)])], [.optional(number)])
    }
  }

  private static func value(_ value: JSONValue) -> EVTXValue {
    switch value {
    case .null: .null
    case .bool(let value): .boolean(value)
    case .string(let text): .string(text)
    case .number(let text):
      Int64(text).map { $0 >= 0 && $0 < 100 ? .uint8(UInt8($0)) : .int64($0) } ?? .real64(Double(text) ?? 0)
    case .array(let values):
      .array(values.map { if case .string(let text) = $0 { .string(text) } else { .string("") } }, of: 0x01)
    case .object(let members):
      .binXML(.element("Data", [("Name", [.text(members.first?.name ?? "f")])], ["a"]))
    }
  }
}

extension Rule {
  /// Whether a keyword may be found in a number.
  fileprivate var asksForPartsOfNumbers: Bool {
    items.contains { item in
      guard item.predicate.subject == .anyValue else { return false }
      guard case .text(let pattern) = item.predicate.test else { return true }
      return !pattern.elements.contains { element in
        if case .text(let text) = element { text.contains { "kKi\\/".contains($0) } } else { false }
      }
    }
  }
}
