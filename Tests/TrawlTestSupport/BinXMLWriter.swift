/// Writes binary XML into a chunk: a name or template stands where it is used first, and is referred to later.
struct BinXMLWriter {
  /// The chunk, from its header on.
  private(set) var bytes = [UInt8](repeating: 0, count: 512)
  private(set) var names: [String: Int] = [:]
  /// Offsets of definitions by the template's number.
  private(set) var templates: [UInt32: Int] = [:]

  private enum Token {
    static let openElement: UInt8 = 0x01
    static let closeStartTag: UInt8 = 0x02
    static let closeEmptyElement: UInt8 = 0x03
    static let endElement: UInt8 = 0x04
    static let text: UInt8 = 0x05
    static let attribute: UInt8 = 0x06
    static let cdata: UInt8 = 0x07
    static let character: UInt8 = 0x08
    static let entity: UInt8 = 0x09
    static let instructionTarget: UInt8 = 0x0A
    static let instructionData: UInt8 = 0x0B
    static let instance: UInt8 = 0x0C
    static let substitution: UInt8 = 0x0D
    static let optionalSubstitution: UInt8 = 0x0E
    static let hasMore: UInt8 = 0x40
  }

  mutating func append(_ more: [UInt8]) { bytes += more }
  mutating func append<Number: FixedWidthInteger>(_ number: Number) { bytes += littleEndian(number) }

  mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    bytes.replaceSubrange(offset..<(offset + Number.bitWidth / 8), with: littleEndian(number))
  }

  /// A fragment: its header, the parts, its end.
  mutating func fragment(_ parts: [EVTXPart], isInValue: Bool = false) {
    append([0x0F, 0x01, 0x01, 0x00] as [UInt8])
    for part in parts { write(part, isInValue) }
    append(UInt8(0))
  }

  private mutating func write(_ part: EVTXPart, _ isInValue: Bool) {
    switch part {
    case .element(let element): write(element, isInValue)
    case .text(let text): write(units: Array(text.utf16), [Token.text, 0x01])
    case .units(let units): write(units: units, [Token.text, 0x01])
    case .cdata(let text): write(units: Array(text.utf16), [Token.cdata])
    case .character(let code):
      append(Token.character)
      append(code)
    case .entity(let name):
      append(Token.entity)
      write(name: name)
    case .substitution(let number): write(substitution: number, Token.substitution)
    case .optional(let number): write(substitution: number, Token.optionalSubstitution)
    case .instruction(let target, let data):
      append(Token.instructionTarget)
      write(name: target)
      write(units: Array(data.utf16), [Token.instructionData])
    case .instance(let instance): write(instance)
    }
  }

  private mutating func write(units: [UInt16], _ before: [UInt8]) {
    append(before)
    append(UInt16(units.count))
    for unit in units { append(unit) }
  }

  /// The type is what the template expects, and of no consequence: the record says what it has.
  private mutating func write(substitution number: Int, _ token: UInt8) {
    append(token)
    append(UInt16(number))
    append(UInt8(0x01))
  }

  /// An offset: of the name right behind it, or of an earlier one.
  private mutating func write(name: String) {
    if let known = names[name] { return append(UInt32(known)) }
    let offset = bytes.count + 4
    names[name] = offset
    append(UInt32(offset))
    append(UInt32(0))
    let units = Array(name.utf16)
    append(UInt16(truncatingIfNeeded: units.reduce(UInt32(0)) { $0 &* 65599 &+ UInt32($1) }))
    write(units: units, [])
    append(UInt16(0))
  }

  private mutating func write(_ element: EVTXElement, _ isInValue: Bool) {
    append(Token.openElement | (element.attributes.isEmpty ? 0 : Token.hasMore))
    if !isInValue { append(UInt16.max) }
    measured { writer in
      writer.write(name: element.name)
      if !element.attributes.isEmpty { writer.write(element.attributes, isInValue) }
      if element.parts.isEmpty { return writer.append(Token.closeEmptyElement) }
      writer.append(Token.closeStartTag)
      for part in element.parts { writer.write(part, isInValue) }
      writer.append(Token.endElement)
    }
  }

  private mutating func write(_ attributes: [(name: String, parts: [EVTXPart])], _ isInValue: Bool) {
    measured { writer in
      for (index, attribute) in attributes.enumerated() {
        writer.append(Token.attribute | (index + 1 < attributes.count ? Token.hasMore : 0))
        writer.write(name: attribute.name)
        for part in attribute.parts { writer.write(part, isInValue) }
      }
    }
  }

  /// Writes something behind its size of four bytes.
  private mutating func measured(_ write: (inout BinXMLWriter) -> Void) {
    let place = bytes.count
    append(UInt32(0))
    write(&self)
    set(UInt32(bytes.count - place - 4), at: place)
  }

  private mutating func write(_ instance: EVTXInstance) {
    append([Token.instance, 0x01])
    append(instance.template.number)
    if let known = templates[instance.template.number] {
      append(UInt32(known))
    } else {
      append(UInt32(bytes.count + 4))
      define(instance.template)
    }
    write(instance.values)
  }

  private mutating func define(_ template: EVTXTemplate) {
    templates[template.number] = bytes.count
    append(UInt32(0))
    append(template.number)
    append([UInt8](repeating: 0x6D, count: 12))
    measured { $0.fragment(template.parts) }
  }

  /// How many values, the size and type of each, then the values.
  private mutating func write(_ values: [EVTXValue]) {
    append(UInt32(values.count))
    let sizes = bytes.count
    for value in values { append([0, 0, value.type, 0]) }
    for (index, value) in values.enumerated() {
      let start = bytes.count
      switch value.content {
      case .bytes(let bytes): append(bytes)
      case .parts(let parts): fragment(parts, isInValue: true)
      }
      set(UInt16(bytes.count - start), at: sizes + 4 * index)
    }
  }
}
