/// A tag or a text of XML.
struct XMLToken {
  enum Kind {
    case start, end, text
    /// Text whose characters stand for themselves.
    case cdata
    /// A comment or a processing instruction.
    case other
  }

  var kind: Kind
  /// Of a tag.
  var name = 0..<0
  /// A text, or the attributes of a start tag.
  var body = 0..<0
  /// Whether a start tag is its element's end too.
  var isEmpty = false
}

/// Why XML cannot be read.
struct XMLDamage: Error {
  var reason: String
  /// Whether more bytes could mend it.
  var isCutOff = false

  init(_ reason: String, isCutOff: Bool = false) {
    self.reason = reason
    self.isCutOff = isCutOff
  }

  static var cutOff: XMLDamage { XMLDamage("an event that is cut off", isCutOff: true) }
}

/// Reads the tags and texts of XML, one after the other. Document types are refused, so nobody can define an entity.
struct XMLTokens {
  let bytes: LogBytes
  var offset: Int
  /// From where on there is known to be no `]]>` or `?>`: what follows a start of such is not searched again and again.
  private var noSection = Int.max
  private var noInstruction = Int.max

  init(_ bytes: LogBytes, from offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next token; the offset is behind it then. Where this fails, it stays.
  mutating func next() throws(XMLDamage) -> XMLToken {
    guard offset < bytes.count else { throw .cutOff }
    if bytes[offset] != UInt8(ascii: "<") {
      let start = offset
      offset = bytes.index(of: UInt8(ascii: "<"), from: start, to: bytes.count)
      return XMLToken(kind: .text, body: start..<offset)
    }
    switch bytes[offset + 1] {
    case UInt8(ascii: "/"): return try endTag()
    case UInt8(ascii: "!"): return try declaration()
    case UInt8(ascii: "?"):
      let body = try upTo("?>", from: offset + 2, &noInstruction)
      offset = body.upperBound + 2
      return XMLToken(kind: .other)
    default: return try startTag()
    }
  }

  private mutating func endTag() throws(XMLDamage) -> XMLToken {
    let start = offset + 2
    var end = start
    while isInName(bytes[end]) { end += 1 }
    var close = end
    while isBlank(bytes[close]) { close += 1 }
    if close >= bytes.count { throw .cutOff }
    guard bytes[close] == UInt8(ascii: ">"), end > start else {
      throw XMLDamage("an end tag that does not end")
    }
    offset = close + 1
    return XMLToken(kind: .end, name: start..<end)
  }

  private mutating func startTag() throws(XMLDamage) -> XMLToken {
    let start = offset + 1
    var nameEnd = start
    while isInName(bytes[nameEnd]) { nameEnd += 1 }
    var end = nameEnd
    var quote: UInt8 = 0
    scan: while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "<"): throw XMLDamage("a tag within a tag")
      case UInt8(ascii: ">") where quote == 0: break scan
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if quote == 0 { quote = bytes[end] } else if quote == bytes[end] { quote = 0 }
      default: break
      }
      end += 1
    }
    if end >= bytes.count { throw .cutOff }
    if nameEnd == start { throw XMLDamage("a tag without a name") }
    let isEmpty = end > nameEnd && bytes[end - 1] == UInt8(ascii: "/")
    offset = end + 1
    return XMLToken(
      kind: .start, name: start..<nameEnd, body: nameEnd..<(isEmpty ? end - 1 : end), isEmpty: isEmpty)
  }

  private func isInName(_ byte: UInt8) -> Bool {
    byte > 0x20
      && ![UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "=")].contains(byte)
  }

  private mutating func declaration() throws(XMLDamage) -> XMLToken {
    if bytes.has("<![CDATA[", at: offset) {
      let body = try upTo("]]>", from: offset + 9, &noSection)
      offset = body.upperBound + 3
      return XMLToken(kind: .cdata, body: body)
    }
    if bytes.count - offset < 9 { throw .cutOff }
    guard bytes.has("<!--", at: offset) else { throw XMLDamage("a declaration among events") }
    // XML has no two dashes within a comment, so the search ends where another begins.
    guard let dashes = bytes.index(of: "--", from: offset + 4, to: bytes.count), dashes + 2 < bytes.count
    else {
      throw .cutOff
    }
    guard bytes[dashes + 2] == UInt8(ascii: ">") else { throw XMLDamage("two dashes in a comment") }
    offset = dashes + 3
    return XMLToken(kind: .other)
  }

  private func upTo(
    _ end: StaticString, from start: Int, _ missing: inout Int
  ) throws(XMLDamage) -> Range<Int> {
    guard start < missing, let found = bytes.index(of: end, from: start, to: bytes.count) else {
      missing = min(missing, start)
      throw .cutOff
    }
    return start..<found
  }
}
