import TrawlHTML
import TrawlMatcher

/// What a report says of all findings together, and which of them it shows. Findings come in the order of the input; memory
/// is bounded by the rules, and by the hosts and files of what is shown.
public struct ReportTally {
  /// `critical` first; the last is of rules without a level that is known.
  static let levels = ["critical", "high", "medium", "low", "informational", ""]

  /// How often something hit, by level, and when.
  struct Count {
    var byLevel = [Int](repeating: 0, count: levels.count)
    /// Microseconds since 1970; the first is the earliest, not the first that was met.
    var first: Int?
    var last: Int?

    var total: Int { byLevel.reduce(0, +) }

    mutating func add(_ level: Int, _ time: Int?) {
      byLevel[level] += 1
      guard let time else { return }
      first = min(first ?? time, time)
      last = max(last ?? time, time)
    }
  }

  let rules: [RuleInfo]
  private let levelOfRule: [Int]
  private(set) var all = Count()
  private(set) var byRule: [Int: Count] = [:]
  private(set) var byHost: [String: Count] = [:]
  /// Findings of hosts beyond those that are told apart.
  private(set) var ofOtherHosts = Count()
  private(set) var withoutHost = Count()
  private(set) var timeline = ReportTimeline()
  /// Rows of each level that were kept.
  private(set) var kept = [Int](repeating: 0, count: levels.count)
  private var keptBytes = [Int](repeating: 0, count: levels.count)
  private(set) var hosts = ReportNames()
  private(set) var files = ReportNames()

  /// Of one level, and of a page: what a browser still shows at once.
  package static let mostRows = 100_000
  package static let mostBytes = 100 << 20
  private static let mostHosts = 20_000

  /// `rules`: of the ruleset, by number.
  public init(rules: [RuleInfo]) {
    self.rules = rules
    levelOfRule = rules.map { ReportTally.levels.firstIndex(of: $0.level) ?? ReportTally.levels.count - 1 }
  }

  /// Counts a record, and gives the row that the page has of it: the level whose rows it goes to, and its bytes.
  public mutating func take(_ record: ArraySlice<UInt8>) -> (level: Int, row: [UInt8])? {
    guard let record = ReportRecord(record), levelOfRule.indices.contains(record.rule) else { return nil }
    let level = levelOfRule[record.rule]
    all.add(level, record.time)
    byRule[record.rule, default: Count()].add(level, record.time)
    countHost(record.host, level, record.time)
    if let time = record.time { timeline.add(level, time) }
    guard kept[level] < ReportTally.mostRows, keptBytes[level] < ReportTally.mostBytes else { return nil }
    let row = row(of: record)
    kept[level] += 1
    keptBytes[level] += row.count
    return (level, row)
  }

  func level(of rule: Int) -> Int { levelOfRule[rule] }

  private mutating func countHost(_ host: String?, _ level: Int, _ time: Int?) {
    guard let host else { return withoutHost.add(level, time) }
    if byHost[host] == nil, byHost.count >= ReportTally.mostHosts { return ofOtherHosts.add(level, time) }
    byHost[host, default: Count()].add(level, time)
  }

  /// `[milliseconds, rule, host, file, record, offset, evidence],` and a line break.
  private mutating func row(of record: ReportRecord) -> [UInt8] {
    var data = PageData()
    data.array { data in
      data.add(record.time.map { $0 / 1000 })
      data.add(record.rule)
      data.add(record.host.map { hosts.number(of: $0) })
      data.add(files.number(of: record.file))
      data.add(record.record)
      data.add(record.offset)
      data.add(json: record.evidence)
    }
    return data.bytes + ",\n".utf8
  }
}

/// Passes rows on as long as a browser has room for them, given the most severe first.
public struct ReportRoom {
  private var rows: Int
  private var bytes: Int

  public init() { self.init(rows: ReportTally.mostRows, bytes: ReportTally.mostBytes) }

  package init(rows: Int, bytes: Int) {
    self.rows = rows
    self.bytes = bytes
  }

  /// The part of some bytes of rows that still has room; it ends with a row, if not with the bytes.
  public mutating func take(_ part: [UInt8]) -> ArraySlice<UInt8> {
    guard rows > 0, bytes > 0 else { return [] }
    for (index, byte) in part.enumerated() where byte == UInt8(ascii: "\n") {
      rows -= 1
      if rows == 0 || index >= bytes {
        rows = 0
        return part[...index]
      }
    }
    bytes -= part.count
    return part[...]
  }
}

/// Names by number, in the order in which they were met.
struct ReportNames {
  private(set) var texts: [String] = []
  private var numbers: [String: Int] = [:]

  mutating func number(of text: String) -> Int {
    if let number = numbers[text] { return number }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
