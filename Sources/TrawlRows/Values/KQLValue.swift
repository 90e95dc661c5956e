/// The scalar types of KQL.
public enum KQLType: String, Sendable {
  case bool, int, long, real, decimal, string, datetime, timespan, guid, dynamic
  /// Not known before the query runs.
  case unknown

  /// By any of the names that KQL has for it.
  package init?(name: String) {
    switch name {
    case "boolean": self = .bool
    case "date": self = .datetime
    case "time": self = .timespan
    case "double": self = .real
    case "uint", "int32": self = .int
    case "ulong", "int64": self = .long
    case "uniqueid", "uuid": self = .guid
    case "unknown": return nil
    default: self.init(rawValue: name)
    }
  }

  /// What a column of the type holds where it has no value: text is never null.
  package var absent: KQLValue { self == .string ? .string("") : .null(self) }

  /// Numbers, which compare with each other.
  public var isNumber: Bool {
    switch self {
    case .int, .long, .real, .decimal: true
    default: false
    }
  }
}

/// A constant of a query. Text compares byte by byte in KQL; `==` of this type is for tests.
public indirect enum KQLValue: Equatable, Sendable {
  /// Strings are never null.
  case null(KQLType)
  case bool(Bool)
  /// An int or long.
  case integer(Int64)
  /// A real or decimal.
  case real(Double)
  case string(String)
  /// Ticks of 100 ns since the year 1, UTC.
  case datetime(Int64)
  /// Ticks of 100 ns.
  case timespan(Int64)
  /// In lower case, with dashes.
  case guid(String)
  /// A dynamic array.
  case list([KQLValue])
  /// A dynamic property bag, in the order written.
  case bag([KQLMember])

  /// The type that KQL gives it.
  public var type: KQLType {
    switch self {
    case .null(let type): type
    case .bool: .bool
    case .integer: .long
    case .real: .real
    case .string: .string
    case .datetime: .datetime
    case .timespan: .timespan
    case .guid: .guid
    case .list, .bag: .dynamic
    }
  }
}

/// A name and its value in a property bag.
public struct KQLMember: Equatable, Sendable {
  public var name: String
  public var value: KQLValue

  public init(_ name: String, _ value: KQLValue) {
    self.name = name
    self.value = value
  }
}

extension KQLValue {
  /// What `tostring` makes of it; empty for null. Nil for lists and bags, whose text is JSON.
  public var text: String? {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .real(let value): String(value)
    case .string(let text), .guid(let text): text
    case .datetime(let ticks): KQLTime.text(ofDatetime: ticks)
    case .timespan(let ticks): KQLTime.text(ofTimespan: ticks)
    case .list, .bag: nil
    }
  }
}
