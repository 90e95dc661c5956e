/// An element of a record or of a template, to be written as binary XML.
public struct EVTXElement: Sendable {
  public var name: String
  public var attributes: [(name: String, parts: [EVTXPart])]
  public var parts: [EVTXPart]

  public init(
    _ name: String, _ attributes: [(name: String, parts: [EVTXPart])] = [], _ parts: [EVTXPart] = []
  ) {
    self.name = name
    self.attributes = attributes
    self.parts = parts
  }
}

/// What stands in an element or an attribute.
public indirect enum EVTXPart: Sendable {
  case element(EVTXElement)
  case text(String)
  /// UTF-16 that need not be whole characters.
  case units([UInt16])
  case cdata(String)
  /// `&#10;`
  case character(UInt16)
  /// `&amp;`
  case entity(String)
  /// Of the record's values, the one of this number.
  case substitution(Int)
  /// The same, absent where it is null.
  case optional(Int)
  case instruction(target: String, data: String)
  case instance(EVTXInstance)

  /// An element of an element.
  public static func element(
    _ name: String, _ attributes: [(name: String, parts: [EVTXPart])] = [], _ parts: [EVTXPart] = []
  ) -> EVTXPart {
    .element(EVTXElement(name, attributes, parts))
  }
}

extension EVTXPart: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self = .text(text) }
}

/// A template: a chunk has its definition where it is used first.
public struct EVTXTemplate: Sendable {
  /// Tells templates of a file apart.
  public var number: UInt32
  public var parts: [EVTXPart]

  public init(_ number: UInt32, _ parts: EVTXPart...) {
    self.number = number
    self.parts = parts
  }
}

/// A template and the values that it is filled with.
public struct EVTXInstance: Sendable {
  public var template: EVTXTemplate
  public var values: [EVTXValue]

  public init(_ template: EVTXTemplate, _ values: [EVTXValue] = []) {
    self.template = template
    self.values = values
  }
}

/// A record of a chunk.
public struct EVTXRecord: Sendable {
  /// Number and time in the record's header.
  public var number: UInt64
  public var time: UInt64 = 0x01DC_0000_0000_0000
  public var parts: [EVTXPart]

  public init(_ number: UInt64, _ parts: EVTXPart...) {
    self.number = number
    self.parts = parts
  }
}

/// A value with its type, as [MS-EVEN6] 2.2.12 numbers them.
public struct EVTXValue: Sendable {
  public enum Content: Sendable {
    case bytes([UInt8])
    /// Binary XML: what it looks like depends on where it lies.
    case parts([EVTXPart])
  }

  public var type: UInt8
  public var content: Content

  public init(type: UInt8, _ bytes: [UInt8]) {
    self.type = type
    content = .bytes(bytes)
  }

  private init<Number: FixedWidthInteger>(_ type: UInt8, _ number: Number) {
    self.init(type: type, littleEndian(number))
  }
}

extension EVTXValue {
  public static let null = EVTXValue(type: 0x00, [])
  public static func string(_ text: String) -> EVTXValue { units(Array(text.utf16)) }
  public static func units(_ units: [UInt16]) -> EVTXValue {
    EVTXValue(type: 0x01, units.flatMap(littleEndian))
  }
  public static func ansi(_ bytes: [UInt8]) -> EVTXValue { EVTXValue(type: 0x02, bytes) }
  public static func int8(_ number: Int8) -> EVTXValue { EVTXValue(0x03, number) }
  public static func uint8(_ number: UInt8) -> EVTXValue { EVTXValue(0x04, number) }
  public static func int16(_ number: Int16) -> EVTXValue { EVTXValue(0x05, number) }
  public static func uint16(_ number: UInt16) -> EVTXValue { EVTXValue(0x06, number) }
  public static func int32(_ number: Int32) -> EVTXValue { EVTXValue(0x07, number) }
  public static func uint32(_ number: UInt32) -> EVTXValue { EVTXValue(0x08, number) }
  public static func int64(_ number: Int64) -> EVTXValue { EVTXValue(0x09, number) }
  public static func uint64(_ number: UInt64) -> EVTXValue { EVTXValue(0x0A, number) }
  public static func real32(_ number: Float) -> EVTXValue { EVTXValue(0x0B, number.bitPattern) }
  public static func real64(_ number: Double) -> EVTXValue { EVTXValue(0x0C, number.bitPattern) }
  public static func boolean(_ value: Bool) -> EVTXValue { EVTXValue(0x0D, UInt32(value ? 1 : 0)) }
  public static func binary(_ bytes: [UInt8]) -> EVTXValue { EVTXValue(type: 0x0E, bytes) }
  /// The sixteen bytes as they lie in memory.
  public static func guid(_ bytes: [UInt8]) -> EVTXValue { EVTXValue(type: 0x0F, bytes) }
  public static func size(_ number: UInt32) -> EVTXValue { EVTXValue(0x10, number) }
  public static func size(_ number: UInt64) -> EVTXValue { EVTXValue(0x10, number) }
  /// 100 ns since 1601.
  public static func fileTime(_ ticks: UInt64) -> EVTXValue { EVTXValue(0x11, ticks) }
  /// Year, month, day of the week, day, hour, minute, second, millisecond.
  public static func systemTime(_ parts: [UInt16]) -> EVTXValue {
    EVTXValue(type: 0x12, parts.flatMap(littleEndian))
  }
  public static func sid(authority: UInt8, _ parts: [UInt32]) -> EVTXValue {
    EVTXValue(
      type: 0x13, [1, UInt8(parts.count), 0, 0, 0, 0, 0, authority] + parts.flatMap(littleEndian))
  }
  public static func hex(_ number: UInt32) -> EVTXValue { EVTXValue(0x14, number) }
  public static func hex(_ number: UInt64) -> EVTXValue { EVTXValue(0x15, number) }
  public static func handle(_ number: UInt64) -> EVTXValue { EVTXValue(0x20, number) }

  public static func binXML(_ parts: EVTXPart...) -> EVTXValue {
    var value = EVTXValue(type: 0x21, [])
    value.content = .parts(parts)
    return value
  }

  /// Values of one type; each string ends in a zero.
  public static func array(_ values: [EVTXValue], of type: UInt8? = nil) -> EVTXValue {
    let type = type ?? values.first?.type ?? 0x01
    let bytes = values.flatMap { value -> [UInt8] in
      guard case .bytes(let bytes) = value.content else { return [] }
      return bytes + Array(repeating: 0, count: type == 0x01 ? 2 : type == 0x02 ? 1 : 0)
    }
    return EVTXValue(type: type | 0x80, bytes)
  }
}

/// The bytes of a number, the lowest first.
func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}
