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
      add(tables.mappedFields[index], to: &row, batch)
    }
    row.finish()
    return true
  }
}

extension Matcher {
  private mutating func add(
    _ field: MappedField, to row: inout MappedRow, _ batch: borrowing EventBatch
  ) {
    switch field.kind {
    case .constant:
      row.beginText()
      unsafe row.write(UnsafePointer(tables.texts.pointer + Int(field.offset)), Int(field.length))
      row.endText(as: field.target)
    case .path, .filePath, .registryValue: addPath(field, to: &row, batch)
    case .registryDetails: addDetails(field, to: &row, batch)
    case .column: addColumn(field, field.part, to: &row, batch)
    }
  }

  /// Adds all values of the first column.
  private mutating func addColumn(
    _ field: MappedField, _ part: ValuePart, to row: inout MappedRow, _ batch: borrowing EventBatch
  ) {
    var next = fieldIndex.first(field.source)
    while let index = next {
      let value = batch.values[index]
      if part == .whole || !value.isScalar {
        row.add(value, as: field.target, batch)
      } else {
        row.beginText()
        write(part, index, to: &row, batch)
        row.endText(as: field.target)
      }
      next = fieldIndex.next(index)
    }
  }

  private mutating func addPath(
    _ field: MappedField, to row: inout MappedRow, _ batch: borrowing EventBatch
  ) {
    let (first, second) = (firstText(field.source, batch), firstText(field.other, batch))
    let isDefault = second == nil && first != nil && field.kind == .registryValue
    var isWhole = second == nil
    if let first, let second, field.kind == .filePath { isWhole = ends(first, withNameIn: second, batch) }
    guard isDefault || !isWhole else { return addColumn(field, field.part, to: &row, batch) }
    row.beginText()
    if let first {
      write(field.part, first, to: &row, batch)
      row.writeSeparator()
    }
    if let second { row.write(texts.text(second, batch.values[second], batch)) }
    if isDefault { row.write("(Default)") }
    row.endText(as: field.target)
  }

  /// Adds the data of a registry value as Sysmon writes it.
  private mutating func addDetails(
    _ field: MappedField, to row: inout MappedRow, _ batch: borrowing EventBatch
  ) {
    let type = registryType(field.other, batch)
    let isEmpty = fieldIndex.first(field.source).map { isEmptyText(batch.values[$0]) } ?? false
    guard type == .binary || isEmpty else {
      return addColumn(field, type == .dword ? .dword : type == .qword ? .qword : .whole, to: &row, batch)
    }
    row.beginText()
    row.write(type == .binary ? "Binary Data" : "(Empty)")
    row.endText(as: field.target)
  }

  private func isEmptyText(_ value: EventValue) -> Bool { value.isScalar && value.length == 0 }

  private mutating func write(
    _ part: ValuePart, _ index: Int, to row: inout MappedRow, _ batch: borrowing EventBatch
  ) {
    let text = texts.text(index, batch.values[index], batch)
    if let slice = text.slice(part) { return row.write(slice) }
    _ = text.withRewritten(part) { rewritten in
      row.write(rewritten)
      return true
    }
  }

  /// The first value of a column that has a text; nil where there is none.
  private mutating func firstText(_ field: FieldID, _ batch: borrowing EventBatch) -> Int? {
    var next = fieldIndex.first(field)
    while let index = next {
      if batch.values[index].isScalar, batch.values[index].length > 0 { return index }
      next = fieldIndex.next(index)
    }
    return nil
  }

  /// Whether a path's last name is another value, in any case.
  private mutating func ends(_ path: Int, withNameIn name: Int, _ batch: borrowing EventBatch) -> Bool {
    // Asking for both first: the second may move the memory of the first.
    _ = texts.text(path, batch.values[path], batch)
    let name = texts.text(name, batch.values[name], batch)
    let path = texts.text(path, batch.values[path], batch)
    guard let last = path.slice(.fileName), last.foldedCount == name.foldedCount else { return false }
    return unsafe isEqual(last.folded, name.folded, last.foldedCount)
  }

  /// Types of registry values whose data Sysmon does not write as it is.
  private enum RegistryType { case dword, qword, binary }

  private mutating func registryType(_ column: FieldID, _ batch: borrowing EventBatch) -> RegistryType? {
    guard let index = firstText(column, batch) else { return nil }
    let text = texts.text(index, batch.values[index], batch)
    func isNamed(_ name: StaticString) -> Bool {
      unsafe name.utf8CodeUnitCount == text.foldedCount
        && isEqual(text.folded, name.utf8Start, text.foldedCount)
    }
    return isNamed("dword") ? .dword : isNamed("qword") ? .qword : isNamed("binary") ? .binary : nil
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
