/// A JSON value as a log line spells it: numbers keep their text, members their order.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The digits as they stand: `4688.0` is not `4688`.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A name and its value. Of a repeated name the parser keeps the last only.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// Parses one JSON text.
  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(bytes: Array(text.utf8))
    self = try parser.document()
  }

  /// What a test compares: the text of a string, number or boolean; nothing of null, lists and objects.
  public var scalarText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}

/// Not JSON, found at this byte.
public struct JSONError: Error, CustomStringConvertible {
  public var offset: Int
  public var description: String { "not JSON at byte \(offset)" }
}

/// A strict parser (RFC 8259), which knows nothing of speed.
private struct JSONParser {
  let bytes: [UInt8]
  var at = 0

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipBlanks()
    guard at == bytes.count else { throw JSONError(offset: at) }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    default: return try number()
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [JSONValue.Member] = []
    at += 1
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      let name = try string()
      guard take(":") else { throw JSONError(offset: at) }
      let value = try value()
      members.removeAll { $0.name.unicodeScalars.elementsEqual(name.unicodeScalars) }
      members.append(JSONValue.Member(name, value))
    } while take(",")
    guard take("}") else { throw JSONError(offset: at) }
    return .object(members)
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    at += 1
    if take("]") { return .array([]) }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw JSONError(offset: at) }
    return .array(elements)
  }

  private mutating func string() throws(JSONError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw JSONError(offset: at) }
    at += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw JSONError(offset: at) }
      if byte == UInt8(ascii: "\\") {
        text += Array(String(try escape()).utf8)
      } else {
        text.append(byte)
        at += 1
      }
    }
    guard peek != nil else { throw JSONError(offset: at) }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    at += 1
    let letter = peek.map { Character(Unicode.Scalar($0)) }
    at += 1
    switch letter {
    case "\"", "\\", "/": return letter!.unicodeScalars.first!
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try escapedScalar()
    default: throw JSONError(offset: at)
    }
  }

  /// Half a surrogate pair stands for no character: U+FFFD.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try fourDigits()
    if (0xD800..<0xDC00).contains(first), bytes[at...].starts(with: Array("\\u".utf8)) {
      let before = at
      at += 2
      let second = try fourDigits()
      if (0xDC00..<0xE000).contains(second) {
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
      }
      at = before
    }
    return Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw JSONError(offset: at)
      }
      value = value * 16 + UInt32(digit)
      at += 1
    }
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    while let byte = peek, "+-.eE0123456789".utf8.contains(byte) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    let form = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/
    guard (try? form.wholeMatch(in: text)) != nil else { throw JSONError(offset: start) }
    return .number(text)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[at...].starts(with: Array(word.utf8)) else { throw JSONError(offset: at) }
    at += word.utf8.count
    return value
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, " \t\r\n".utf8.contains(byte) { at += 1 }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: sign) else { return false }
    at += 1
    return true
  }
}
