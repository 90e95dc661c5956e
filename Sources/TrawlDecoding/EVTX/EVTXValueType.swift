/// The types of values in binary XML.
enum EVTXValueType {
  static let null: UInt8 = 0x00
  static let string: UInt8 = 0x01
  static let ansiString: UInt8 = 0x02
  static let int8: UInt8 = 0x03
  static let uint8: UInt8 = 0x04
  static let int16: UInt8 = 0x05
  static let uint16: UInt8 = 0x06
  static let int32: UInt8 = 0x07
  static let uint32: UInt8 = 0x08
  static let int64: UInt8 = 0x09
  static let uint64: UInt8 = 0x0A
  static let real32: UInt8 = 0x0B
  static let real64: UInt8 = 0x0C
  static let boolean: UInt8 = 0x0D
  static let binary: UInt8 = 0x0E
  static let guid: UInt8 = 0x0F
  static let sizeT: UInt8 = 0x10
  static let fileTime: UInt8 = 0x11
  static let systemTime: UInt8 = 0x12
  static let sid: UInt8 = 0x13
  static let hexInt32: UInt8 = 0x14
  static let hexInt64: UInt8 = 0x15
  static let eventHandle: UInt8 = 0x20
  static let binXML: UInt8 = 0x21
  static let eventXML: UInt8 = 0x23
  /// Set where there are several values of the type in the low bits.
  static let array: UInt8 = 0x80

  /// Whether JSON has a number or a Boolean for values of a type.
  static func isPlain(_ type: UInt8) -> Bool { (int8...uint64).contains(type) || type == boolean }

  /// Whether a value of a type can be kept as it lies: it is a string, or its text has no characters but those of numbers,
  /// times, GUIDs and SIDs.
  @inline(__always)
  static func staysEncoded(_ type: UInt8) -> Bool {
    type == string || (int8...uint64).contains(type) || (binary...hexInt64).contains(type)
  }

  /// Bytes of a value of a type, where all have as many.
  static func size(_ type: UInt8) -> Int? {
    switch type {
    case int8, uint8: 1
    case int16, uint16: 2
    case int32, uint32, real32, boolean, hexInt32: 4
    case int64, uint64, real64, fileTime, hexInt64: 8
    case guid, systemTime: 16
    default: nil
    }
  }
}
