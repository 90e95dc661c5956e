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
    case fileName(FieldID)
    case constant(String)
  }

  func value(of column: String, _ type: KQLType) -> KQLValue {
    if let found = found(column), let value = KQLValue(found, type) { return value }
    if let other = EventRow.otherName[column] {
      if let found = found(other), let value = KQLValue(found, type) { return value }
      if let time { return .datetime(time.ticks) }
    }
    return type == .string ? .string("") : .null(type)
  }

  /// The time of the event has two names: Defender's and Sentinel's.
  private static let otherName = ["Timestamp": "TimeGenerated", "TimeGenerated": "Timestamp"]

  private func found(_ column: String) -> FieldText? {
    switch sources[column] {
    case nil: return nil
    case .constant(let text): return FieldText(field: 0, kind: .text, text: text)
    case .field(let field): return values[field]
    case .fileName(let field):
      guard var value = values[field] else { return nil }
      if let slash = value.text.utf8.lastIndex(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") })
      {
        value.text = String(value.text[value.text.utf8.index(after: slash)...])
      }
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
    if value.kind == .null { return nil }
    switch type {
    case .string: self = .string(value.text)
    case .int, .long:
      guard let number = KQLValue.integer(value.text) else { return nil }
      self = .integer(number)
    case .real, .decimal:
      guard let number = Double(value.text) else { return nil }
      self = .real(number)
    case .bool:
      switch value.text.lowercased() {
      case "true", "1": self = .bool(true)
      case "false", "0": self = .bool(false)
      default: return nil
      }
    case .datetime:
      guard let ticks = KQLTime.datetime(parsing: value.text) else { return nil }
      self = .datetime(ticks)
    case .guid: self = .guid(value.text.lowercased())
    case .timespan: return nil
    case .dynamic: self = KQLValue(json: value.text)
    case .unknown: self = value.kind == .text ? .string(value.text) : KQLValue(json: value.text)
    }
  }

  /// Windows writes ids in hexadecimal.
  private static func integer(_ text: String) -> Int64? {
    if let number = Int64(text) { return number }
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int64(text.dropFirst(2), radix: 16) }
    return Double(text).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
  }
}
