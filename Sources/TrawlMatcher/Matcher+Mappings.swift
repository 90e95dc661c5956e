import TrawlEvents

extension Matcher {
  /// Matches a row as the events that rules of other names read it as. The matches of the event, from `first` on, are in
  /// order afterwards.
  @inline(never)
  mutating func matchMapped(_ event: Int, _ route: Int, first: Int, _ batch: borrowing EventBatch) {
    let entry = routes.entries[route]
    let own = matches.count
    for index in Int(entry.firstMapping)..<Int(entry.firstMapping + entry.mappingCount) {
      let mapped = routes.mappings[index]
      guard var row = mappedRow.take() else { return }
      let before = matches.count
      if make(&row, mapped, event, batch) { findMatches(0, Int(mapped.route), row.batch) }
      for match in before..<matches.count { matches[match].event = UInt32(event) }
      mappedRow = consume row
    }
    if matches.count > own { orderMatches(from: first) }
  }

  /// Sorts the matches from `first` on by their rules, each of which is in once then. There are few.
  private mutating func orderMatches(from first: Int) {
    var end = first
    for index in first..<matches.count {
      let match = matches[index]
      var place = end
      while place > first, matches[place - 1].rule > match.rule { place -= 1 }
      if place > first, matches[place - 1].rule == match.rule { continue }
      for behind in stride(from: end, to: place, by: -1) { matches[behind] = matches[behind - 1] }
      matches[place] = match
      end += 1
    }
    matches.truncate(to: end)
  }

  /// Makes the event that a row is read as; false where the row is none that is read so.
  mutating func make(
    _ row: inout MappedRow, _ mapped: MappedRoute, _ event: Int, _ batch: borrowing EventBatch
  ) -> Bool {
    let mapping = tables.mappings[Int(mapped.mapping)]
    texts.beginEvent()
    fieldIndex.build(event, batch)
    guard holds(Int(mapping.firstNode), batch) else { return false }
    row.begin(batch.events[event], batch)
    // Keywords are looked for in every value.
    for index in batch.values(of: event) { row.add(batch.values[index], as: 0, batch) }
    for index in Int(mapping.firstField)..<Int(mapping.firstField + mapping.fieldCount) {
      addField(tables.mappedFields[index], to: &row, batch)
    }
    row.finish()
    return true
  }
}

extension Matcher {
  /// Whether a route has a program of a rule.
  func reads(_ rule: UInt32, _ route: Int) -> Bool { program(of: rule, route) != nil }

  /// The first program of a rule that a route has.
  private func program(of rule: UInt32, _ route: Int) -> Int? {
    var (low, high) = (0, tables.programs.count)
    while low < high {
      let middle = (low + high) / 2
      if tables.programs[middle].rule < rule { low = middle + 1 } else { high = middle }
    }
    while low < tables.programs.count, tables.programs[low].rule == rule {
      if routes.contains(low, in: route) { return low }
      low += 1
    }
    return nil
  }

  /// Has `body` look at the events that a row is read as by a rule, until it finds something. Slow; for what is shown.
  mutating func withMapped<Found>(
    _ event: Int, for rule: UInt32, in batch: borrowing EventBatch,
    _ body: (inout Matcher, MappingEntry, borrowing EventBatch) -> Found?
  ) -> Found? {
    let entry = routes.entries[route(of: event, in: batch)]
    for index in Int(entry.firstMapping)..<Int(entry.firstMapping + entry.mappingCount) {
      let mapped = routes.mappings[index]
      guard reads(rule, Int(mapped.route)), var row = mappedRow.take() else { continue }
      let isMade = make(&row, mapped, event, batch)
      let found = isMade ? body(&self, tables.mappings[Int(mapped.mapping)], row.batch) : nil
      mappedRow = consume row
      if let found { return found }
    }
    return nil
  }

  /// The columns that the current row's value of a field is made of, as the row names them; nil where it is made of none.
  func columns(of field: FieldID, _ mapping: MappingEntry, _ row: borrowing EventBatch) -> String? {
    // What was written anew lies behind the row.
    let isColumn = fieldIndex.first(field).map { row.values[$0].offset < row.events[0].length } ?? false
    for index in Int(mapping.firstField)..<Int(mapping.firstField + mapping.fieldCount) {
      let mapped = tables.mappedFields[index]
      guard mapped.target == field, mapped.kind != .constant else { continue }
      let name = ruleset.fields.names[Int(mapped.source)]
      return mapped.other == 0 || isColumn ? name : "\(name), \(ruleset.fields.names[Int(mapped.other)])"
    }
    return nil
  }
}
