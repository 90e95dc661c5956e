import Glibc
import TrawlEvents

/// What an event's log source means for it: which programs apply, and which of its fields are worth a look.
struct RouteEntry: BitwiseCopyable {
  /// Programs that no bit announces, in `RouteTable.always`.
  var firstAlways: UInt32 = 0
  var alwaysCount: UInt32 = 0
  /// Gates, in `RouteTable.gates`.
  var firstGate: UInt32 = 0
  var gateCount: UInt32 = 0
  var programCount: UInt32 = 0
  /// What its rows are read as besides, in `RouteTable.mappings`.
  var firstMapping: UInt32 = 0
  var mappingCount: UInt32 = 0
  /// Whether the log source is known at all.
  var isKnown = true
  /// Whether some fields of its events are columns of text.
  var hasText = false
}

/// A mapping of rows, and the route of the events that they are read as.
struct MappedRoute: BitwiseCopyable {
  var mapping: UInt32
  var route: UInt32
}

/// A bit, and a field whose values may set it.
struct GroupField: BitwiseCopyable {
  var group: UInt32
  var field: FieldID
}

/// The routes met so far, made on first sight. One for each worker.
struct RouteTable: ~Copyable {
  struct Slot: BitwiseCopyable {
    var hash: UInt64 = 0
    /// Of the key's parts in `texts`.
    var offset: UInt32 = 0
    var route: UInt32 = 0
    var firstCount = 0
    var secondCount = 0
    var thirdCount = 0
    var kind: UInt16 = 0
    var forms: UInt16 = 0
  }

  private let ruleset: Ruleset
  private var slots = Block<Slot>(repeating: Slot(), count: 4096)
  private var texts = Block<UInt8>(capacity: 4096)
  private(set) var entries = Block<RouteEntry>()
  private(set) var always = Block<UInt32>()
  private(set) var gates = Block<UInt32>()
  private(set) var mappings = Block<MappedRoute>()
  /// The routes of events that rows are read as, by their category.
  private var categoryRoutes: [String: Int] = [:]
  /// Several keys may name one source: each form that its names are encoded in is a key.
  private var sourceRoutes: [EventSource: Int] = [:]
  /// Per route a bit for each program, and for each group that its programs ask for.
  private var programBits = Block<UInt64>()
  private var groupBits = Block<UInt64>()
  /// Per route and field: whether the database or the table of equalities is asked.
  private var fieldFlags = Block<Bool>()
  /// Per route and field: whether it is a column of text.
  private var textFlags = Block<Bool>()
  private let programWords: Int
  private let groupWords: Int
  private let fieldCount: Int
  /// The fields whose values may set a group, for all groups in order; and where those of each begin.
  private let groupFields: Block<FieldID>
  private let groupStarts: Block<UInt32>
  /// Per field: whether some shape asks for it first.
  private let shapeFields: Block<Bool>
  /// Making one takes a system call: too much for each test of an event id.
  private let scratch = ExpressionScratch()

  /// Of all routes.
  private var keyCount = 0

  /// More keys than this are strange; all are forgotten then.
  static let limit = 2048

  init(_ ruleset: Ruleset) {
    self.ruleset = ruleset
    programWords = (ruleset.tables.programs.count + 63) / 64
    groupWords = (ruleset.tables.groups.count + 63) / 64
    fieldCount = ruleset.fields.count
    let pairs = RouteTable.groupFields(ruleset.tables)
    groupStarts = RouteTable.starts(pairs, groupCount: ruleset.tables.groups.count)
    groupFields = RouteTable.ordered(pairs, groupStarts)
    shapeFields = RouteTable.shapeFields(ruleset)
  }

  /// Whether an event with a value of the field may have a shape; an event without any such field has none.
  @inline(__always)
  func mayShowShape(_ field: FieldID) -> Bool { shapeFields[Int(field)] }

  @inline(__always)
  func contains(_ program: Int, in route: Int) -> Bool {
    programBits[route * programWords + program >> 6] >> UInt64(program & 63) & 1 != 0
  }

  @inline(__always)
  func wants(group: Int, in route: Int) -> Bool {
    groupBits[route * groupWords + group >> 6] >> UInt64(group & 63) & 1 != 0
  }

  @inline(__always)
  func wants(field: FieldID, in route: Int) -> Bool { fieldFlags[route * fieldCount + Int(field)] }

  /// By number: whether the field's values decide a program of the route; those of programs that any value may decide
  /// are not all among them.
  func askedFields(in route: Int) -> [Bool] {
    var asked = (0..<fieldCount).map { fieldFlags[route * fieldCount + $0] }
    for word in 0..<programWords {
      var bits = programBits[route * programWords + word]
      while bits != 0 {
        let program = ruleset.tables.programs[word << 6 | bits.trailingZeroBitCount]
        bits &= bits - 1
        guard program.isBounded else { continue }
        for place in Int(program.firstField)..<(Int(program.firstField) + Int(program.fieldCount)) {
          asked[Int(ruleset.tables.programFields[place])] = true
        }
      }
    }
    return asked
  }

  /// Whether the field is a column of text in the route's table, for all that queries say.
  @inline(__always)
  func isText(field: FieldID, in route: Int) -> Bool { textFlags[route * fieldCount + Int(field)] }

  var isFull: Bool { keyCount >= RouteTable.limit }

  mutating func clear() {
    slots = Block(repeating: Slot(), count: 4096)
    texts.truncate(to: 0)
    keyCount = 0
    entries.truncate(to: 0)
    always.truncate(to: 0)
    gates.truncate(to: 0)
    mappings.truncate(to: 0)
    categoryRoutes = [:]
    sourceRoutes = [:]
    programBits.truncate(to: 0)
    groupBits.truncate(to: 0)
    fieldFlags.truncate(to: 0)
    textFlags.truncate(to: 0)
  }

  /// The route that was kept under a key, or nil.
  @inline(__always)
  func find(_ key: RouteKey, hash: UInt64) -> Int? {
    var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[index].hash != 0 {
      let slot = slots[index]
      if slot.hash == hash, isEqual(slot, key) { return Int(slot.route) }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  /// A key is kept as its kind, the lengths of its parts and their bytes.
  private func isEqual(_ slot: Slot, _ key: RouteKey) -> Bool {
    guard slot.kind == key.kind, slot.forms == key.forms, unsafe slot.firstCount == key.first.count,
      unsafe slot.secondCount == key.second.count,
      unsafe slot.thirdCount == key.third.count
    else { return false }
    let text = unsafe UnsafePointer(texts.pointer + Int(slot.offset))
    return unsafe isEqual(text, key.first) && isEqual(text + key.first.count, key.second)
      && isEqual(text + key.first.count + key.second.count, key.third)
  }

  private func isEqual(_ text: UnsafePointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = part.baseAddress else { return true }
    return unsafe memcmp(text, base, part.count) == 0
  }

  /// Makes the route for a log source, unless there is one, and keeps it under a key.
  mutating func add(_ source: EventSource, _ key: RouteKey, hash: UInt64) -> Int {
    let route = sourceRoutes[source] ?? build(source)
    sourceRoutes[source] = route
    keep(route, key, hash: hash)
    return route
  }

  /// Keeps a route under one more key.
  mutating func keep(_ route: Int, _ key: RouteKey, hash: UInt64) {
    keyCount += 1
    var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[index].hash != 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = unsafe Slot(
      hash: hash, offset: UInt32(texts.count), route: UInt32(route), firstCount: key.first.count,
      secondCount: key.second.count, thirdCount: key.third.count, kind: key.kind,
      forms: key.forms)
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(key.first))
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(key.second))
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(key.third))
  }
}

extension RouteTable {
  private mutating func build(_ source: EventSource) -> Int {
    let mapped = mappedRoutes(of: source)
    let route = build(source, ruleset.logSources.selectors.map { $0.selects(source) })
    entries[route].firstMapping = UInt32(mappings.count)
    entries[route].mappingCount = UInt32(mapped.count)
    for entry in mapped { mappings.append(entry) }
    return route
  }

  /// What rows of a source are read as besides, by rules that there are.
  private mutating func mappedRoutes(of source: EventSource) -> [MappedRoute] {
    guard case .named(let parts) = source, let table = parts[.category] else { return [] }
    var mapped: [MappedRoute] = []
    for (number, mapping) in ruleset.logSources.mappings.enumerated() where mapping.table == table {
      let route = route(ofCategory: mapping.category)
      guard entries[route].programCount > 0 else { continue }
      mapped.append(MappedRoute(mapping: UInt32(number), route: UInt32(route)))
    }
    return mapped
  }

  private mutating func route(ofCategory category: String) -> Int {
    if let known = categoryRoutes[category] { return known }
    let source = EventSource.named([.product: "windows", .category: category])
    let route = build(source, ruleset.logSources.selectors.map { $0.selects(rowsAs: category) })
    categoryRoutes[category] = route
    return route
  }

  private mutating func build(_ source: EventSource, _ selected: [Bool]) -> Int {
    let route = entries.count
    for _ in 0..<programWords { programBits.append(0) }
    for _ in 0..<groupWords { groupBits.append(0) }
    for _ in 0..<fieldCount {
      fieldFlags.append(false)
      textFlags.append(false)
    }
    var entry = RouteEntry()
    entry.isKnown = source != .unknown
    entry.firstAlways = UInt32(always.count)
    for program in 0..<ruleset.tables.programs.count {
      let info = ruleset.tables.programs[program]
      guard selected[Int(info.selector)], canHold(info, source) else { continue }
      programBits[route * programWords + program >> 6] |= 1 << UInt64(program & 63)
      entry.programCount += 1
      if info.isAlways { always.append(UInt32(program)) }
      addGroups(of: info, route)
    }
    entry.alwaysCount = UInt32(always.count) - entry.firstAlways
    addGates(&entry, route, selected)
    for column in ruleset.logSources.textColumns where selected[Int(column.selector)] {
      textFlags[route * fieldCount + Int(column.field)] = true
      entry.hasText = true
    }
    entries.append(entry)
    return route
  }

  private mutating func addGroups(of program: ProgramEntry, _ route: Int) {
    let first = Int(program.firstNode)
    for index in first..<Int(ruleset.tables.nodes[first].end) {
      let node = ruleset.tables.nodes[index]
      guard node.kind == .group else { continue }
      if wants(group: Int(node.argument), in: route) { continue }
      groupBits[route * groupWords + Int(node.argument) >> 6] |= 1 << UInt64(node.argument & 63)
      addFields(of: Int(node.argument), route)
    }
  }

  private mutating func addGates(_ entry: inout RouteEntry, _ route: Int, _ selected: [Bool]) {
    entry.firstGate = UInt32(gates.count)
    var answered: Set<UInt32> = []
    let widest = ruleset.gates.indices.sorted {
      ruleset.gates[$0].selectors.count > ruleset.gates[$1].selectors.count
    }
    for index in widest {
      let gate = ruleset.gates[index]
      guard selected[Int(gate.selectors[0])], !answered.contains(gate.selectors[0]),
        gate.programs.contains(where: { contains(Int($0), in: route) })
      else { continue }
      gates.append(UInt32(index))
      answered.formUnion(gate.selectors)
    }
    entry.gateCount = UInt32(gates.count) - entry.firstGate
  }

  private mutating func addFields(of group: Int, _ route: Int) {
    for index in Int(groupStarts[group])..<Int(groupStarts[group + 1]) {
      fieldFlags[route * fieldCount + Int(groupFields[index])] = true
    }
  }

  private static func shapeFields(_ ruleset: Ruleset) -> Block<Bool> {
    let isOpen = ruleset.logSources.shapes.contains { $0.conditions.isEmpty }
    var fields = Block(repeating: isOpen, count: ruleset.fields.count)
    for shape in ruleset.logSources.shapes {
      if let first = shape.conditions.first { fields[Int(first.field)] = true }
    }
    return fields
  }

  private static func groupFields(_ tables: borrowing RulesetTables) -> Block<GroupField> {
    var pairs = Block<GroupField>(capacity: tables.targets.count + tables.checks.count)
    for index in 0..<tables.targets.count {
      pairs.append(GroupField(group: tables.targets[index].group, field: tables.targets[index].field))
    }
    for index in 0..<tables.equalities.count where tables.equalities[index].group != EqualityEntry.noGroup {
      pairs.append(GroupField(group: tables.equalities[index].group, field: tables.equalities[index].field))
    }
    for field in 0..<tables.fieldUses.count {
      let entry = tables.fieldUses[field]
      for index in Int(entry.firstCheck)..<Int(entry.firstCheck + entry.checkCount) {
        pairs.append(GroupField(group: tables.checks[index].group, field: FieldID(field)))
      }
    }
    return pairs
  }

  /// Where the fields of each group begin, and behind the last where they end.
  private static func starts(_ pairs: borrowing Block<GroupField>, groupCount: Int) -> Block<UInt32> {
    var starts = Block<UInt32>(repeating: 0, count: groupCount + 1)
    for index in 0..<pairs.count { starts[Int(pairs[index].group) + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    return starts
  }

  private static func ordered(
    _ pairs: borrowing Block<GroupField>, _ starts: borrowing Block<UInt32>
  ) -> Block<FieldID> {
    var next = Block<UInt32>(capacity: starts.count)
    for group in 0..<starts.count { next.append(starts[group]) }
    var fields = Block<FieldID>(repeating: 0, count: pairs.count)
    for index in 0..<pairs.count {
      let group = Int(pairs[index].group)
      fields[Int(next[group])] = pairs[index].field
      next[group] += 1
    }
    return fields
  }

  /// Whether a program can hold for an event with this id: what it asks of EventID is known here and now.
  private func canHold(_ program: ProgramEntry, _ source: EventSource) -> Bool {
    guard case .windows(_, let eventID) = source, ruleset.logSources.eventIDField != 0 else { return true }
    // Without a single event id of the record, the field may still have values.
    if eventID.isEmpty { return true }
    return outcome(Int(program.firstNode), eventID) != false
  }

  /// Three-valued: nil is unknown.
  private func outcome(_ index: Int, _ eventID: String) -> Bool? {
    let node = ruleset.tables.nodes[index]
    switch node.kind {
    case .group: return nil
    case .test:
      let test = ruleset.tables.tests[Int(node.argument)]
      guard test.field == ruleset.logSources.eventIDField, test.kind != .field, test.kind != .column
      else { return nil }
      return ruleset.holds(test, text: eventID, scratch)
    case .not: return outcome(index + 1, eventID).map { !$0 }
    case .all, .any:
      let decisive = node.kind == .any
      var isKnown = true
      var child = index + 1
      while child < Int(node.end) {
        let outcome = outcome(child, eventID)
        if outcome == decisive { return decisive }
        if outcome == nil { isKnown = false }
        child = Int(ruleset.tables.nodes[child].end)
      }
      return isKnown ? !decisive : nil
    }
  }
}
