import TrawlCompiler
import TrawlEvents
import TrawlMatcher
import TrawlRows

/// An event that matched, as the row of a table.
struct EventRow: KQLRow {
  /// By the columns' names.
  let sources: [String: ColumnSource]
  let values: [FieldID: FieldText]
  let time: DateText?

  /// Where the value of a column stands in the events of one kind.
  enum ColumnSource: Sendable {
    case field(FieldID)
    case part(TrawlMatcher.ValuePart, FieldID)
    case constant(String)
  }

  func value(of column: String, _ type: KQLType) -> KQLValue {
    if let found = found(column), let value = KQLValue(found, type) { return value }
    if let other = EventRow.otherName[column] {
      if let found = found(other), let value = KQLValue(found, type) { return value }
      if let time { return .datetime(time.ticks) }
    }
    return type.absent
  }

  /// The time of the event has two names: Defender's and Sentinel's.
  private static let otherName = ["Timestamp": "TimeGenerated", "TimeGenerated": "Timestamp"]

  /// Columns, with the other name of the time if one is among them.
  static func withOtherTimes(_ columns: Set<String>) -> Set<String> {
    columns.union(columns.compactMap { otherName[$0] })
  }

  private func found(_ column: String) -> FieldText? {
    switch sources[column] {
    case nil: return nil
    case .constant(let text): return FieldText(field: 0, kind: .text, text: text)
    case .field(let field): return values[field]
    case .part(let part, let field):
      guard var value = values[field] else { return nil }
      value.text = part.text(of: value.text)
      return value
    }
  }

  var columnTexts: [String] { values.values.map(\.text) }
}

extension DateText {
  /// Ticks of 100 ns since the year 1.
  fileprivate var ticks: Int64 { 621_355_968_000_000_000 &+ microseconds &* 10 }
}

extension KQLValue {
  /// The value of a field as a column of a type has it; nil where there is none.
  fileprivate init?(_ value: FieldText, _ type: KQLType) {
    switch value.kind {
    case .null: return nil
    case .json: self.init(container: value.text, type)
    case .text, .plain:
      self.init(column: value.text, type)
      guard isNull else { return }
      // Windows writes ids in hexadecimal.
      guard type == .long || type == .int, value.text.hasPrefix("0x"),
        let number = Int64(value.text.dropFirst(2), radix: 16)
      else { return nil }
      self = .integer(number)
    }
  }
}
