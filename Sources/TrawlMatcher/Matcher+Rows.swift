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
    return column.type == .string ? .string("") : .null(column.type)
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
    let end = Int(record.offset) + Int(record.length)
    guard Int(value.offset) >= Int(record.offset), Int(value.offset) < end else { return nil }
    let rest = unsafe UnsafeBufferPointer(
      start: batch.base + Int(value.offset), count: end - Int(value.offset))
    guard let count = unsafe Matcher.lengthOfContainer(rest) else { return nil }
    return unsafe String(decoding: UnsafeBufferPointer(rebasing: rest[..<count]), as: UTF8.self)
  }

  /// Bytes of the object or array that the text begins with.
  private static func lengthOfContainer(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    var (depth, isText, at) = (0, false, 0)
    while at < text.count {
      switch unsafe text[at] {
      case UInt8(ascii: "\\") where isText: at += 1
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "{") where !isText, UInt8(ascii: "[") where !isText: depth += 1
      case UInt8(ascii: "}") where !isText, UInt8(ascii: "]") where !isText: depth -= 1
      default: break
      }
      at += 1
      if depth == 0 { return at > 1 ? at : nil }
    }
    return nil
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
