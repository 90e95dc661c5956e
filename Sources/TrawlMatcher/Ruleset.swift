import Hyperscan
import TrawlEvents

/// Compiled rules: what a scan needs and nothing else. Immutable, shared by all workers.
@safe
public final class Ruleset: @unchecked Sendable {
  public let rules: [RuleInfo]
  public let fields: FieldTable
  public let logSources: LogSourceSelection
  /// On the heap at a fixed place: workers reach the tables without counting references to the ruleset.
  let storage: UnsafeMutablePointer<RulesetTables>
  /// Databases of literals; the plan (`FieldEntry.database`) says which one scans the values of a field.
  public let databases: [LiteralDatabase]
  public let expressions: [Expression]
  /// Tests of whole events, by the arguments of `TestKind.row`.
  public let rowTests: [RowTest]
  let gates: [Gate]
  /// Programs that may find a keyword in a number, a time, a GUID or a SID.
  let programsOfNumbers: [Int]

  public init(
    rules: [RuleInfo], fields: FieldTable, logSources: LogSourceSelection, tables: consuming RulesetTables,
    databases: [LiteralDatabase], expressions: [Expression], rowTests: [RowTest] = [], gates: [Gate]
  ) {
    self.rules = rules
    self.fields = fields
    self.logSources = logSources
    var tables = tables
    tables.prepare()
    programsOfNumbers = tables.programsOfNumbers(rowTests)
    unsafe storage = UnsafeMutablePointer<RulesetTables>.allocate(capacity: 1)
    unsafe storage.initialize(to: tables)
    self.databases = databases
    self.expressions = expressions
    self.rowTests = rowTests
    self.gates = gates
  }

  deinit {
    unsafe storage.deinitialize(count: 1)
    unsafe storage.deallocate()
  }

  /// Throws what a matcher of this ruleset would throw; there is enough memory for one otherwise.
  public func checkMemory() throws(HyperscanError) {
    var scratch = Scratch()
    try fit(&scratch)
  }

  /// Makes a scratch fit for all databases and gates.
  func fit(_ scratch: inout Scratch) throws(HyperscanError) {
    for database in databases { try scratch.fit(database.database) }
    for gate in gates { try scratch.fit(gate.database) }
  }

  var tables: RulesetTables {
    @inline(__always) _read { yield unsafe storage.pointee }
  }
}

/// The numbers of a ruleset, all in flat tables.
public struct RulesetTables: ~Copyable, Sendable {
  /// By pattern number.
  public var patterns = Block<PatternEntry>()
  /// The bytes of all patterns, in order of their numbers, one behind the other: from them databases can be compiled anew.
  public var patternTexts = Block<UInt8>()
  public var targets = Block<TargetEntry>()
  /// A power of two of slots, at most half of them taken.
  public private(set) var equalities = Block<EqualityEntry>(repeating: EqualityEntry(), count: 2)
  /// A bit for each hash of an equality, a power of two of them: most values that are looked up have none, and the bits
  /// lie in the nearest cache.
  private var equalityFilter = Block<UInt64>(repeating: 0, count: 1)
  public var groups = Block<GroupEntry>()
  /// Programs, by group.
  public var triggers = Block<UInt32>()
  public var programs = Block<ProgramEntry>()
  public var nodes = Block<NodeEntry>()
  public var tests = Block<TestEntry>()
  public var textTests = Block<TextEntry>()
  /// By text test.
  var textHints = Block<TextHint>()
  var runIndex = RunIndex()
  /// By field: how many of its checks are made on every new value; they come first.
  var plainChecks = Block<UInt32>()
  public var globs = Block<GlobEntry>()
  public var needles = Block<NeedleEntry>()
  public var numbers = Block<NumberEntry>()
  public var networks = Block<NetworkEntry>()
  /// The bytes of all literals.
  public var texts = Block<UInt8>()
  /// By field: what is asked of its values.
  public var fieldUses = Block<FieldEntry>()
  /// By field: tests that are made on each new value, since no literal stands for them.
  public var checks = Block<CheckEntry>()
  /// By field: families of literals like `sha256=...`.
  public var families = Block<FamilyEntry>()
  /// The fields and the groups that decide programs.
  public var programFields = Block<FieldID>()
  public var programGroups = Block<UInt32>()

  /// Rows that are read as events of other names.
  public var mappings = Block<MappingEntry>()
  public var mappedFields = Block<MappedField>()

  public init() {}

  /// Whether there may be an equality of this hash.
  @inline(__always)
  func mayHaveEquality(_ hash: UInt64) -> Bool {
    let bit = Int(truncatingIfNeeded: hash &>> 32) & (equalityFilter.count * 64 - 1)
    return equalityFilter[bit >> 6] >> UInt64(bit & 63) & 1 != 0
  }

  /// Takes the table of equalities.
  mutating func setEqualities(_ table: consuming Block<EqualityEntry>) {
    equalities = table
    equalityFilter = Block(repeating: 0, count: max(1, equalities.count / 16))
    for index in 0..<equalities.count where equalities[index].group != EqualityEntry.noGroup {
      let bit = Int(truncatingIfNeeded: equalities[index].hash &>> 32) & (equalityFilter.count * 64 - 1)
      equalityFilter[bit >> 6] |= 1 << UInt64(bit & 63)
    }
  }
}

/// A database of literals, whose pattern numbers are those of `RulesetTables.patterns`.
public final class LiteralDatabase: Sendable {
  public let database: Database
  /// The numbers of the patterns that it holds.
  public let patterns: [UInt32]

  public init(_ database: consuming Database, patterns: [UInt32]) {
    self.database = database
    self.patterns = patterns
  }
}

/// The keywords of the rules of one log source, looked for in the raw bytes of a record: only what they let through
/// is looked at value by value. A gate may only weaken.
public final class Gate: Sendable {
  /// The selector of the log source, then those of wider ones whose keywords are among these too: where this gate is asked,
  /// theirs need not be.
  public let selectors: [UInt32]
  let database: Database
  /// By pattern number.
  let literals: [[UInt8]]
  /// By pattern number: the programs to look at, as a range of `programs`.
  let ranges: [Range<Int>]
  let programs: [UInt32]

  public init(
    selectors: [UInt32], database: consuming Database, literals: [[UInt8]], ranges: [Range<Int>],
    programs: [UInt32]
  ) {
    self.selectors = selectors
    self.database = database
    self.literals = literals
    self.ranges = ranges
    self.programs = programs
  }
}
