/// Decides whether text is JSON by RFC 8259, to the letter. Depth costs a byte, not a call.
struct JSONValidator {
  private let bytes: [UInt8]
  private var index = 0
  /// The brackets that are open.
  private var open: [UInt8] = []

  private init(_ text: String) { bytes = Array(text.utf8) }

  static func isValid(_ text: String) -> Bool {
    var validator = JSONValidator(text)
    return validator.validate()
  }

  private mutating func validate() -> Bool {
    repeat {
      skipBlanks()
      guard let isClosed = value() else { return false }
      if isClosed, !afterValue() { return false }
    } while !open.isEmpty
    skipBlanks()
    return index == bytes.count
  }

  /// Reads a scalar, an empty container (true), or the beginning of a container with its first key (false).
  private mutating func value() -> Bool? {
    switch current {
    case UInt8(ascii: "{"):
      index += 1
      skipBlanks()
      if take("}") { return true }
      open.append(UInt8(ascii: "}"))
      return key() ? false : nil
    case UInt8(ascii: "["):
      index += 1
      skipBlanks()
      if take("]") { return true }
      open.append(UInt8(ascii: "]"))
      return false
    case UInt8(ascii: "\""): return string() ? true : nil
    case UInt8(ascii: "t"): return take("true") ? true : nil
    case UInt8(ascii: "f"): return take("false") ? true : nil
    case UInt8(ascii: "n"): return take("null") ? true : nil
    default: return number() ? true : nil
    }
  }

  /// Closes what ends behind a value, up to the comma before the next one.
  private mutating func afterValue() -> Bool {
    while let bracket = open.last {
      skipBlanks()
      if current == bracket {
        index += 1
        open.removeLast()
      } else if take(",") {
        skipBlanks()
        return bracket == UInt8(ascii: "]") || key()
      } else {
        return false
      }
    }
    return true
  }

  private mutating func key() -> Bool {
    guard string() else { return false }
    skipBlanks()
    return take(":")
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while let byte = current, byte >= 0x20 {
      index += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\"), !escape() { return false }
    }
    return false
  }

  private mutating func escape() -> Bool {
    guard let byte = current else { return false }
    index += 1
    guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
    for _ in 0..<4 {
      guard let digit = current, Character(Unicode.Scalar(digit)).isHexDigit else { return false }
      index += 1
    }
    return true
  }

  private mutating func number() -> Bool {
    _ = take("-")
    if !take("0"), !digits() { return false }
    if take("."), !digits() { return false }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      return digits()
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = index
    while let byte = current, byte >= 48, byte <= 57 { index += 1 }
    return index > start
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ text: StaticString) -> Bool {
    let text = "\(text)".utf8
    guard bytes[index...].starts(with: text) else { return false }
    index += text.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = current, byte == 32 || byte == 10 || byte == 13 || byte == 9 { index += 1 }
  }
}
