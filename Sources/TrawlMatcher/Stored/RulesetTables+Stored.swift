import TrawlEvents

extension RulesetTables {
  func store(in writer: inout ByteWriter) {
    patterns.store(in: &writer)
    writer.put(raw: patternTexts)
    targets.store(in: &writer)
    groups.store(in: &writer)
    triggers.store(in: &writer)
    programs.store(in: &writer)
    nodes.store(in: &writer)
    tests.store(in: &writer)
    textTests.store(in: &writer)
    globs.store(in: &writer)
    needles.store(in: &writer)
    numbers.store(in: &writer)
    networks.store(in: &writer)
    writer.put(count: texts.count)
    writer.put(raw: texts)
    fieldUses.store(in: &writer)
    checks.store(in: &writer)
    families.store(in: &writer)
    programFields.store(in: &writer)
    programGroups.store(in: &writer)
    mappings.store(in: &writer)
    mappedFields.store(in: &writer)
    takenEqualities().store(in: &writer)
  }

  /// Reads all tables; they refer to each other as yet unchecked.
  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init()
    patterns = try Block(from: &reader)
    patternTexts = try reader.block(patternLengths)
    targets = try Block(from: &reader)
    groups = try Block(from: &reader)
    triggers = try Block(from: &reader)
    programs = try Block(from: &reader)
    nodes = try Block(from: &reader)
    tests = try Block(from: &reader)
    textTests = try Block(from: &reader)
    globs = try Block(from: &reader)
    needles = try Block(from: &reader)
    numbers = try Block(from: &reader)
    networks = try Block(from: &reader)
    texts = try reader.block(try reader.count(of: 1))
    fieldUses = try Block(from: &reader)
    checks = try Block(from: &reader)
    families = try Block(from: &reader)
    programFields = try Block(from: &reader)
    programGroups = try Block(from: &reader)
    mappings = try Block(from: &reader)
    mappedFields = try Block(from: &reader)
    try fillEqualities(Block(from: &reader))
  }

  private var patternLengths: Int {
    var sum = 0
    for index in 0..<patterns.count { sum += Int(patterns[index].length) }
    return sum
  }

  private func takenEqualities() -> Block<EqualityEntry> {
    var taken = Block<EqualityEntry>(capacity: equalities.count / 4)
    for index in 0..<equalities.count where equalities[index].group != EqualityEntry.noGroup {
      taken.append(equalities[index])
    }
    return taken
  }

  /// So many taken slots are passed over at most while the table is made: a second's work. The same literal in ten thousand
  /// rules takes a twentieth of it.
  private static let mostProbes = 1 << 30

  /// Makes the table of equalities; their hashes follow from the literals, which lie in `texts`.
  public mutating func fillEqualities(_ entries: consuming Block<EqualityEntry>) throws(StoredRulesError) {
    var slots = 2
    while slots < entries.count * 4 { slots *= 2 }
    var table = Block<EqualityEntry>(repeating: EqualityEntry(), count: slots)
    let literals = unsafe texts.paddedPointer()
    var probes = 0
    for index in 0..<entries.count {
      var entry = entries[index]
      guard entry.group != EqualityEntry.noGroup, Int(entry.offset) + Int(entry.length) <= texts.count else {
        throw StoredRulesError("an equality has no text")
      }
      unsafe entry.hash = EqualityEntry.hash(
        literals + Int(entry.offset), Int(entry.length), field: entry.field)
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots - 1)
      while table[slot].group != EqualityEntry.noGroup {
        slot = (slot + 1) & (slots - 1)
        probes += 1
      }
      if probes > RulesetTables.mostProbes { throw StoredRulesError("too many equalities are alike") }
      table[slot] = entry
    }
    setEqualities(table)
  }
}
