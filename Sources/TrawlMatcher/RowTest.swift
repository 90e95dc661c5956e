import TrawlEvents
import TrawlRows

/// A predicate over an event as the row of a table: made last, and only of events for which the rest of a rule may hold.
public struct RowTest: Sendable {
  /// Where the value of a column comes from.
  public enum Source: Sendable, Equatable {
    case field(FieldID)
    /// A part of a field, or what it is taken for.
    case part(ValuePart, FieldID)
    /// The same in every event.
    case constant(String)
    /// When the event happened.
    case eventTime
  }

  public struct Column: Sendable {
    public var name: String
    public var type: KQLType
    /// The first that the event has counts.
    public var sources: [Source]

    public init(name: String, type: KQLType, sources: [Source]) {
      self.name = name
      self.type = type
      self.sources = sources
    }
  }

  public let predicate: KQLPredicate
  /// Whether the predicate is to be true, or to be false.
  public let isWanted: Bool
  public let columns: [Column]
  /// Whether it reads all columns that there are.
  let readsAnyColumn: Bool

  public init(_ predicate: KQLPredicate, is isWanted: Bool, columns: [Column]) {
    self.predicate = predicate
    self.isWanted = isWanted
    self.columns = columns
    readsAnyColumn = predicate.readsAnyColumn
  }

  /// The fields whose scalar values decide it; nil where more of an event does, such as what is in an object.
  public var fields: Set<FieldID>? {
    if readsAnyColumn || columns.contains(where: { [.dynamic, .unknown].contains($0.type) }) { return nil }
    var fields: Set<FieldID> = []
    for source in columns.flatMap(\.sources) {
      switch source {
      case .field(let field), .part(_, let field): fields.insert(field)
      case .constant: break
      case .eventTime: return nil
      }
    }
    return fields
  }
}

/// The values of an event that a test of rows reads.
struct EventRow: KQLRow {
  let columns: [RowTest.Column]
  /// By column.
  let values: [KQLValue]
  let columnTexts: [String]

  func value(of column: String, _ type: KQLType) -> KQLValue {
    for place in columns.indices where columns[place].type == type && columns[place].name == column {
      return values[place]
    }
    return type.absent
  }
}
