import Hyperscan
import TrawlEvents

/// An event of the batch for which a rule holds.
@frozen
public struct Match: BitwiseCopyable, Sendable, Equatable {
  /// Index of the event in its batch.
  public var event: UInt32
  /// Index of the rule in `Ruleset.rules`.
  public var rule: UInt32
}

/// What a matcher did, for reports.
public struct MatchCounts: Sendable {
  /// Events whose log source no rule looks at.
  public var unroutedEvents = 0
  /// Events of which no log source is known.
  public var unknownEvents = 0
  /// Values that were looked for in the memo, and those that were there.
  public var memoLookups = 0
  public var memoHits = 0
  /// Values that were scanned, their bytes, and the hits that the database reported.
  public var scans = 0
  public var scannedBytes = 0
  public var reports = 0
  /// Records that a gate let through.
  public var openGates = 0
  /// Rules that were evaluated, for some event.
  public var candidates = 0

  public init() {}
}

/// Matches batches against a ruleset. One for each worker: it owns the memo, the routes and all memory in which an event
/// is matched; no event costs an allocation.
public struct Matcher: ~Copyable {
  let ruleset: Ruleset
  var scratch = Scratch()
  var memo: Memo
  var routes: RouteTable
  /// Numbers the events; what bears this number holds for the current one.
  var serial: UInt32 = 0
  var groupSerials: Block<UInt32>
  var programSerials: Block<UInt32>
  /// Programs to evaluate for the current event.
  var candidates = Block<UInt32>(capacity: 256)
  /// Numbers the scanned values, and the groups that the current one set.
  var valueSerial: UInt32 = 0
  var groupValueSerials: Block<UInt32>
  var valueGroups = Block<UInt32>(capacity: 256)
  var pendingTests = Block<PendingTest>(capacity: 64)
  var texts: TextCache
  var fieldIndex: FieldIndex
  var routeKey = Block<UInt8>(capacity: 256)
  var expressionStates: Block<ExpressionState>
  var use: Block<FieldUse>
  /// Log source by shape, worked out anew for each event that has no other.
  var shapeHits: Block<UInt8>

  /// The matches of the last batch: by event, then by rule.
  public private(set) var matches = Block<Match>(capacity: 256)
  public internal(set) var counts = MatchCounts()

  /// `memoCapacity`: values that the memo keeps, a power of two; 0 turns it off.
  public init(_ ruleset: Ruleset, memoCapacity: Int = 1 << 15) throws(HyperscanError) {
    self.ruleset = ruleset
    memo = Memo(capacity: memoCapacity)
    routes = RouteTable(ruleset)
    groupSerials = Block(repeating: 0, count: ruleset.tables.groups.count)
    programSerials = Block(repeating: 0, count: ruleset.tables.programs.count)
    groupValueSerials = Block(repeating: 0, count: ruleset.tables.groups.count)
    texts = TextCache()
    fieldIndex = FieldIndex(fieldCount: ruleset.fields.count)
    expressionStates = Block(repeating: .untried, count: ruleset.expressions.count)
    use = Block(repeating: FieldUse(), count: ruleset.fields.count)
    shapeHits = Block(repeating: 0, count: ruleset.logSources.shapes.count)
    if ruleset.tables.database != nil { try scratch.fit(ruleset.tables.database!) }
    for gate in ruleset.gates { try scratch.fit(gate.database) }
  }

  /// Matches all events of a batch; `matches` then holds what was found.
  public mutating func match(_ batch: borrowing EventBatch) {
    matches.truncate(to: 0)
    for event in 0..<batch.events.count { match(event, of: batch) }
  }

  @inline(__always)
  private mutating func match(_ event: Int, of batch: borrowing EventBatch) {
    let route = route(of: event, in: batch)
    let entry = routes.entries[route]
    guard entry.programCount > 0 else {
      if entry.isKnown { counts.unroutedEvents += 1 } else { counts.unknownEvents += 1 }
      return
    }
    beginEvent()
    for index in batch.values(of: event) {
      let value = batch.values[index]
      if routes.wants(field: value.field, in: route), value.isScalar { look(at: index, value, route, batch) }
    }
    for gate in Int(entry.firstGate)..<Int(entry.firstGate + entry.gateCount) {
      ask(ruleset.gates[Int(routes.gates[gate])], event, route, batch)
    }
    for index in Int(entry.firstAlways)..<Int(entry.firstAlways + entry.alwaysCount) {
      addCandidate(routes.always[index])
    }
    if !candidates.isEmpty { evaluateCandidates(event, batch) }
  }

  private mutating func beginEvent() {
    candidates.truncate(to: 0)
    serial &+= 1
    if serial == 0 {
      for index in 0..<groupSerials.count { groupSerials[index] = 0 }
      for index in 0..<programSerials.count { programSerials[index] = 0 }
      serial = 1
    }
    texts.beginEvent()
  }

  @inline(__always)
  mutating func addCandidate(_ program: UInt32) {
    if programSerials[Int(program)] == serial { return }
    programSerials[Int(program)] = serial
    candidates.append(program)
  }

  private mutating func evaluateCandidates(_ event: Int, _ batch: borrowing EventBatch) {
    counts.candidates += candidates.count
    sortCandidates()
    fieldIndex.build(event, batch)
    let first = matches.count
    for index in 0..<candidates.count {
      let program = ruleset.tables.programs[Int(candidates[index])]
      guard holds(Int(program.firstNode), batch) else { continue }
      if matches.count > first, matches[matches.count - 1].rule == program.rule { continue }
      matches.append(Match(event: UInt32(event), rule: program.rule))
    }
  }

  /// Insertion sort: there are few, and mostly in order.
  private mutating func sortCandidates() {
    for index in 1..<max(candidates.count, 1) {
      let program = candidates[index]
      var place = index
      while place > 0, candidates[place - 1] > program {
        candidates[place] = candidates[place - 1]
        place -= 1
      }
      candidates[place] = program
    }
  }
}
