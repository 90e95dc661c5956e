import TrawlEvents
import TrawlRows

extension Matcher {
  /// Whether the current event, whose values `fieldIndex` knows, passes a test of rows.
  mutating func holds(_ test: RowTest, _ batch: borrowing EventBatch) -> Bool {
    var values: [KQLValue] = []
    values.reserveCapacity(test.columns.count)
    for column in test.columns { values.append(value(of: column, batch)) }
    let row = EventRow(
      columns: test.columns, values: values, columnTexts: test.readsAnyColumn ? allTexts(batch) : [])
    return test.predicate.truth(in: row) == test.isWanted
  }

  /// The first value that the sources of a column have.
  private mutating func value(of column: RowTest.Column, _ batch: borrowing EventBatch) -> KQLValue {
    for source in column.sources {
      if let value = value(of: source, column.type, batch) { return value }
    }
    return column.type.absent
  }

  /// Every transformation that a route makes has its case here.
  private mutating func value(
    of source: RowTest.Source, _ type: KQLType, _ batch: borrowing EventBatch
  ) -> KQLValue? {
    switch source {
    case .field(let field): return value(of: field, type, batch)
    case .part(let part, let field):
      guard let index = firstScalar(field, batch) else { return nil }
      return KQLValue(column: texts.text(index, batch.values[index], batch).string(part), type)
    case .constant(let text): return KQLValue(column: text, type)
    case .eventTime:
      guard let time = time(of: fieldIndex.event, in: batch), let ticks = time.ticks else { return nil }
      return type == .datetime
        ? .datetime(ticks) : KQLValue(column: KQLValue.datetime(ticks).text ?? "", type)
    }
  }

  /// The first value of a field; of an object or array its JSON. Nil where there is none but null.
  private mutating func value(
    of field: FieldID, _ type: KQLType, _ batch: borrowing EventBatch
  ) -> KQLValue? {
    guard let first = fieldIndex.first(field) else { return nil }
    if batch.values[first].kind == .container, let json = json(at: first, batch) {
      if let value = KQLValue(container: json, type) { return value }
    }
    guard let index = firstScalar(field, batch) else { return nil }
    return KQLValue(column: texts.text(index, batch.values[index], batch).string, type)
  }

  private func firstScalar(_ field: FieldID, _ batch: borrowing EventBatch) -> Int? {
    var value = fieldIndex.first(field)
    while let index = value {
      if batch.values[index].isScalar { return index }
      value = fieldIndex.next(index)
    }
    return nil
  }

  /// The text of an object or array as the log has it; nil if it is none of JSON.
  private func json(at index: Int, _ batch: borrowing EventBatch) -> String? {
    let value = batch.values[index]
    let record = batch.events[fieldIndex.event]
    let (start, limit) = (Int(value.offset), Int(record.offset) + Int(record.length))
    guard start >= Int(record.offset), let end = Matcher.end(ofJSONAt: start, before: limit, in: batch) else {
      return nil
    }
    return Matcher.text(start..<end, in: batch)
  }

  private mutating func allTexts(_ batch: borrowing EventBatch) -> [String] {
    var found: [String] = []
    for index in fieldIndex.firstValue..<(fieldIndex.firstValue + fieldIndex.valueCount)
    where batch.values[index].isScalar {
      found.append(texts.text(index, batch.values[index], batch).string)
    }
    return found
  }
}

extension DateText {
  /// In the calendar of KQL; nil beyond it.
  fileprivate var ticks: Int64? {
    guard let epoch = KQLTime.datetime(1970, 1, 1) else { return nil }
    let (ticks, overflow) = microseconds.multipliedReportingOverflow(by: 10)
    let (sum, isTooFar) = epoch.addingReportingOverflow(ticks)
    return !overflow && !isTooFar && (0..<KQLTime.end).contains(sum) ? sum : nil
  }
}
