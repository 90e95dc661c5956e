extension KQLValue {
  /// What `parse_json` makes of a text: null of "", the text itself where it is no JSON.
  package init(json text: String) {
    if text.isEmpty {
      self = .null(.dynamic)
    } else {
      var parser = JSONParser(bytes: Array(text.utf8))
      self = parser.document() ?? .string(text)
    }
  }
}

/// A strict parser of JSON (RFC 8259). Of a repeated name the last counts.
private struct JSONParser {
  /// Lists and objects lie so deep within each other at most; no log's do.
  private static let deepest = 200

  let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> KQLValue? {
    guard let value = value() else { return nil }
    skipBlanks()
    return at == bytes.count ? value : nil
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard peek == byte else { return false }
    at += 1
    return true
  }

  private mutating func value() -> KQLValue? {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return nested { $0.object() }
    case UInt8(ascii: "["): return nested { $0.list() }
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "n"): return word("null", .null(.dynamic))
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    default: return number()
    }
  }

  private mutating func nested(_ body: (inout JSONParser) -> KQLValue?) -> KQLValue? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= JSONParser.deepest else { return nil }
    at += 1
    return body(&self)
  }

  private mutating func word(_ word: String, _ value: KQLValue) -> KQLValue? {
    guard bytes[at...].starts(with: word.utf8) else { return nil }
    at += word.utf8.count
    return value
  }

  private mutating func object() -> KQLValue? {
    var members: [KQLMember] = []
    if take(UInt8(ascii: "}")) { return .bag([]) }
    repeat {
      skipBlanks()
      guard let name = string(), take(UInt8(ascii: ":")), let value = value() else { return nil }
      members.append(KQLMember(name, value))
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) ? .bag(KQLMember.lastOfEach(members)) : nil
  }

  private mutating func list() -> KQLValue? {
    var values: [KQLValue] = []
    if take(UInt8(ascii: "]")) { return .list([]) }
    repeat {
      guard let value = value() else { return nil }
      values.append(value)
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "]")) ? .list(values) : nil
  }

  private mutating func string() -> String? {
    guard peek == UInt8(ascii: "\"") else { return nil }
    at += 1
    var text: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { return nil }
      at += 1
      if byte == UInt8(ascii: "\\") {
        guard let scalar = escape() else { return nil }
        text += Array(String(scalar).utf8)
      } else {
        text.append(byte)
      }
    }
    guard peek != nil else { return nil }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// What stands behind a backslash; half of a surrogate pair stands for U+FFFD.
  private mutating func escape() -> Unicode.Scalar? {
    guard let letter = peek else { return nil }
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let unit = unit() else { return nil }
      guard unit & 0xFC00 == 0xD800, bytes[at...].starts(with: [0x5C, 0x75]) else {
        return Unicode.Scalar(unit) ?? "\u{FFFD}"
      }
      let start = at
      at += 2
      guard let low = self.unit() else { return nil }
      if low & 0xFC00 == 0xDC00 {
        return Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF))
      }
      at = start
      return "\u{FFFD}"
    default: return nil
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() -> UInt32? {
    guard at + 4 <= bytes.count else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[at..<(at + 4)] {
      guard let digit = Unicode.Scalar(byte).hexadecimalValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    at += 4
    return unit
  }

  private mutating func number() -> KQLValue? {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    let isZero = peek == 0x30
    let whole = digits()
    guard whole == 1 || whole > 1 && !isZero else { return nil }
    if peek == UInt8(ascii: ".") {
      at += 1
      if digits() == 0 { return nil }
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      if digits() == 0 { return nil }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    return Int64(text).map { .integer($0) } ?? Double(text).map { .real($0) }
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte = peek, (0x30...0x39).contains(byte) { at += 1 }
    return at - start
  }
}

extension KQLMember {
  /// Members without those that a later one of the same name overrules.
  static func lastOfEach(_ members: [KQLMember]) -> [KQLMember] {
    var seen: Set<[UInt8]> = []
    let kept = members.reversed().filter { seen.insert(Array($0.name.utf8)).inserted }
    return kept.count == members.count ? members : kept.reversed()
  }
}

extension Unicode.Scalar {
  /// 0 to 15 of an ASCII digit or letter.
  var hexadecimalValue: UInt8? {
    switch value {
    case 0x30...0x39: UInt8(value - 0x30)
    case 0x41...0x46: UInt8(value - 0x41 + 10)
    case 0x61...0x66: UInt8(value - 0x61 + 10)
    default: nil
    }
  }
}
