import Hyperscan
import TrawlEvents

extension ByteWriter {
  mutating func put(bytes: [UInt8]) {
    put(count: bytes.count)
    put(raw: bytes)
  }
}

extension Ruleset {
  /// The databases of a plan, from their code or, without it, compiled from the literals.
  static func databases(
    _ plan: [[UInt32]], _ tables: borrowing RulesetTables, _ code: inout ByteReader?
  ) throws(StoredRulesError) -> [LiteralDatabase] {
    var offsets: [Int] = [0]
    for index in 0..<tables.patterns.count {
      offsets.append(offsets[index] + Int(tables.patterns[index].length))
    }
    var databases: [LiteralDatabase] = []
    for numbers in plan {
      var patterns: [Pattern] = []
      for number in numbers {
        guard Int(number) < tables.patterns.count else { throw StoredRulesError("a pattern is missing") }
        // With code the literals are of no use.
        guard code == nil else { continue }
        let literal = (offsets[Int(number)]..<offsets[Int(number) + 1]).map { tables.patternTexts[$0] }
        guard let pattern = Pattern(literal, id: number) else { throw StoredRulesError("a pattern is empty") }
        patterns.append(pattern)
      }
      let database = try database(patterns, &code)
      databases.append(LiteralDatabase(database, patterns: numbers))
    }
    return databases
  }

  fileprivate static func database(
    _ patterns: [Pattern], _ code: inout ByteReader?
  ) throws(StoredRulesError) -> Database {
    do {
      if code != nil { return try Database(serialized: code!.raw(code!.count(of: 1))) }
      return try Database(literals: patterns)
    } catch let error as StoredRulesError {
      throw error
    } catch {
      throw StoredRulesError("\(error)")
    }
  }
}

extension Gate {
  func store(in writer: inout ByteWriter) {
    writer.put(count: selectors.count)
    for selector in selectors { writer.put(selector) }
    writer.put(count: literals.count)
    for (literal, range) in zip(literals, ranges) {
      writer.put(bytes: literal)
      writer.put(count: range.count)
      for program in programs[range] { writer.put(program) }
    }
  }
}

/// A gate whose database is still to be made.
struct StoredGate {
  private let selectors: [UInt32]
  private var literals: [[UInt8]] = []
  private var ranges: [Range<Int>] = []
  private var programs: [UInt32] = []

  init(from reader: inout ByteReader, selectors: Int, programs programCount: Int) throws(StoredRulesError) {
    self.selectors = try Ruleset.numbers(from: &reader)
    guard !self.selectors.isEmpty, self.selectors.allSatisfy({ Int($0) < selectors }) else {
      throw StoredRulesError("a gate is of no log source")
    }
    for _ in 0..<(try reader.count(of: 8)) {
      literals.append(try reader.raw(try reader.count(of: 1)))
      let announced = try Ruleset.numbers(from: &reader)
      guard announced.allSatisfy({ Int($0) < programCount }) else {
        throw StoredRulesError("a gate announces a program that does not exist")
      }
      ranges.append(programs.count..<(programs.count + announced.count))
      programs += announced
    }
  }

  func gate(_ code: inout ByteReader?) throws(StoredRulesError) -> Gate {
    var patterns: [Pattern] = []
    for (number, literal) in literals.enumerated() {
      guard let pattern = Pattern(literal, id: UInt32(number), flags: .caseless) else {
        throw StoredRulesError("a pattern is empty")
      }
      patterns.append(pattern)
    }
    let database = try Ruleset.database(patterns, &code)
    return Gate(
      selectors: selectors, database: database, literals: literals, ranges: ranges, programs: programs)
  }
}
