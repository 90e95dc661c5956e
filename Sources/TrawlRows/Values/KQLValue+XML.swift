extension KQLValue {
  /// What `parse_xml` makes of a text: a bag of its only element; null where it is no XML, or longer than 1 MiB
  /// (learn.microsoft.com, "parse_xml()"). That blanks around a text are left out, and that text which is a number of JSON
  /// becomes one, follows its examples.
  package init(xml text: String) {
    var parser = XMLParser(bytes: Array(text.utf8))
    self = parser.document() ?? .null(.dynamic)
  }
}

/// A parser of XML 1.0 without document types of their own: comments and instructions are passed over.
private struct XMLParser {
  private static let longest = 1 << 20
  /// Elements lie so deep within each other at most.
  private static let deepest = 200

  let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> KQLValue? {
    guard bytes.count <= XMLParser.longest else { return nil }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    guard skipBetween(), let element = element(), skipBetween(), at == bytes.count else { return nil }
    return .bag([element])
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private mutating func skipBlanks() {
    while let byte = peek, XMLParser.isBlank(byte) { at += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    guard
      unsafe bytes[at...].starts(
        with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    else { return false }
    at += text.utf8CodeUnitCount
    return true
  }

  /// The bytes up to a mark, which is passed over too; nil without it.
  private mutating func taken(upTo mark: String) -> ArraySlice<UInt8>? {
    guard let place = KQLText.place(of: Array(mark.utf8), in: bytes, from: at) else { return nil }
    defer { at = place + mark.utf8.count }
    return bytes[at..<place]
  }

  /// Passes over what may stand before and behind the element; false where that does not end.
  private mutating func skipBetween() -> Bool {
    while true {
      skipBlanks()
      if take("<!--") {
        if taken(upTo: "-->") == nil { return false }
      } else if take("<?") {
        if taken(upTo: "?>") == nil { return false }
      } else if take("<!DOCTYPE") {
        guard let type = taken(upTo: ">"), !type.contains(UInt8(ascii: "[")) else { return false }
      } else {
        return true
      }
    }
  }

  private mutating func name() -> String? {
    let start = at
    while let byte = peek, !XMLParser.isBlank(byte), !"<>&\"'/=".utf8.contains(byte) { at += 1 }
    return at == start ? nil : String(decoding: bytes[start..<at], as: UTF8.self)
  }
}

extension XMLParser {
  private mutating func element() -> KQLMember? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= XMLParser.deepest, take("<"), let name = name() else { return nil }
    var content = XMLContent()
    while true {
      let start = at
      skipBlanks()
      if take("/>") { return KQLMember(name, content.value) }
      if take(">") { break }
      guard at > start, let attribute = attribute() else { return nil }
      content.members.append(attribute)
    }
    guard fill(&content), self.name() == name else { return nil }
    skipBlanks()
    return take(">") ? KQLMember(name, content.value) : nil
  }

  private mutating func attribute() -> KQLMember? {
    guard let name = name() else { return nil }
    skipBlanks()
    guard take("=") else { return nil }
    skipBlanks()
    guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    at += 1
    guard let end = bytes[at...].firstIndex(of: quote), let text = resolved(bytes[at..<end]),
      !bytes[at..<end].contains(UInt8(ascii: "<"))
    else { return nil }
    at = end + 1
    return KQLMember("@" + name, .string(String(decoding: text, as: UTF8.self)))
  }

  /// Reads what is in an element and the beginning of its end; false where that is no XML.
  private mutating func fill(_ content: inout XMLContent) -> Bool {
    while at < bytes.count {
      if take("</") { return true }
      if take("<!--") {
        if taken(upTo: "-->") == nil { return false }
      } else if take("<?") {
        if taken(upTo: "?>") == nil { return false }
      } else if take("<![CDATA[") {
        guard let text = taken(upTo: "]]>") else { return false }
        content.text += text
      } else if peek == UInt8(ascii: "<") {
        guard let child = element() else { return false }
        content.add(child)
      } else {
        let end = bytes[at...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        guard let text = resolved(bytes[at..<end]) else { return false }
        content.text += text
        at = end
      }
    }
    return false
  }

  /// With what its references stand for; nil where one stands for nothing.
  private func resolved(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard var mark = text.firstIndex(of: UInt8(ascii: "&")) else { return Array(text) }
    var (result, rest) = (Array(text[..<mark]), text[mark...])
    while let end = rest.firstIndex(of: UInt8(ascii: ";")) {
      let name = String(decoding: rest[(mark + 1)..<end], as: UTF8.self)
      guard let scalar = XMLParser.scalar(name) else { return nil }
      result += Array(String(scalar).utf8)
      rest = rest[(end + 1)...]
      guard let next = rest.firstIndex(of: UInt8(ascii: "&")) else { return result + rest }
      result += rest[..<next]
      (mark, rest) = (next, rest[next...])
    }
    return nil
  }

  private static func scalar(_ reference: String) -> Unicode.Scalar? {
    switch reference {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default: break
    }
    guard reference.hasPrefix("#") else { return nil }
    let digits = reference.dropFirst()
    let isHexadecimal = digits.hasPrefix("x")
    return UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
      .flatMap(Unicode.Scalar.init)
  }
}
