/// Why bytes are no JSON of a catalogue.
public struct JSONProblem: Error, Sendable, Equatable {
  /// From 0.
  public var offset: Int
  public var message: String
}

extension JSON {
  /// Reads one JSON text (RFC 8259) whose numbers are whole. About 50 MB/s.
  public init(_ bytes: ArraySlice<UInt8>) throws(JSONProblem) {
    var reader = JSONReader(bytes: bytes, position: bytes.startIndex)
    self = try reader.document()
  }
}

private struct JSONReader {
  /// More is an attack on the stack.
  static let maximumDepth = 64

  let bytes: ArraySlice<UInt8>
  var position: Int
  private var depth = 0

  init(bytes: ArraySlice<UInt8>, position: Int) {
    self.bytes = bytes
    self.position = position
  }

  mutating func document() throws(JSONProblem) -> JSON {
    let value = try value()
    skipBlanks()
    guard position == bytes.endIndex else { throw problem("something follows the value") }
    return value
  }

  private func problem(_ message: String) -> JSONProblem {
    JSONProblem(offset: position - bytes.startIndex, message: message)
  }

  private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard current == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSON {
    skipBlanks()
    switch current {
    case UInt8(ascii: "{"):
      return .object(try list("}") { reader throws(JSONProblem) in try reader.member() })
    case UInt8(ascii: "["): return .array(try list("]") { reader throws(JSONProblem) in try reader.value() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return try integer()
    }
  }

  private mutating func list<Element>(
    _ end: Unicode.Scalar, _ element: (inout JSONReader) throws(JSONProblem) -> Element
  ) throws(JSONProblem) -> [Element] {
    position += 1
    depth += 1
    guard depth <= JSONReader.maximumDepth else { throw problem("nested too deeply") }
    defer { depth -= 1 }
    var elements: [Element] = []
    if take(end) { return elements }
    repeat { elements.append(try element(&self)) } while take(",")
    guard take(end) else { throw problem("',' or '\(end)' is missing") }
    return elements
  }

  private mutating func member() throws(JSONProblem) -> JSON.Member {
    skipBlanks()
    guard current == UInt8(ascii: "\"") else { throw problem("a name is missing") }
    let name = try string()
    guard take(":") else { throw problem("':' is missing") }
    return JSON.Member(name, try value())
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONProblem) -> JSON {
    let text = "\(word)"
    guard bytes[position...].starts(with: text.utf8) else { throw problem("this is no value") }
    position += text.utf8.count
    return value
  }

  private mutating func integer() throws(JSONProblem) -> JSON {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) || (byte == 0x2D && position == start) {
      position += 1
    }
    guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)),
      current != UInt8(ascii: "."), current != UInt8(ascii: "e"), current != UInt8(ascii: "E")
    else {
      position = start
      throw problem("this is no value, or no whole number")
    }
    return .integer(number)
  }
}

// MARK: - Strings

extension JSONReader {
  private mutating func string() throws(JSONProblem) -> String {
    position += 1
    let start = position
    while let byte = current, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
    if current == 0x22 {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while let byte = current, byte != 0x22 {
      guard byte >= 0x20 else { throw problem("a control character in a string") }
      if byte == 0x5C {
        text += Array(String(try escape()).utf8)
      } else {
        text.append(byte)
        position += 1
      }
    }
    guard current != nil else { throw problem("a string without an end") }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
    position += 1
    guard let letter = current else { throw problem("a string without an end") }
    position += 1
    switch letter {
    case 0x22, 0x5C, UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw problem("an unknown escape in a string")
    }
  }

  /// Half a surrogate pair stands for no character: U+FFFD.
  private mutating func escapedScalar() throws(JSONProblem) -> Unicode.Scalar {
    let first = try fourDigits()
    guard (0xD800..<0xDC00).contains(first), bytes[position...].starts(with: [0x5C, UInt8(ascii: "u")]) else {
      return Unicode.Scalar(first) ?? "\u{FFFD}"
    }
    let before = position
    position += 2
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second) else {
      position = before
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func fourDigits() throws(JSONProblem) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits are missing") }
    position += 4
    return value
  }
}
