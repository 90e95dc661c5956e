import TrawlEvents

extension Matcher {
  /// Adds what a field is made of to the event that a row is read as; `fieldIndex` knows the row.
  mutating func addField(
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
