import TrawlEvents

/// An element of a record, as XML has it.
struct EVTXElement {
  enum Part {
    case element(EVTXElement)
    case value(EVTXScalar)
  }

  var name: String
  var attributes: [(name: String, values: [EVTXScalar])] = []
  var parts: [Part] = []

  var elements: [EVTXElement] {
    parts.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }
  var values: [EVTXScalar] {
    parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
  }
}

/// A value's text, and whether JSON has a number or Boolean for it.
struct EVTXScalar {
  var text: String?
  var isPlain = false
  /// One of several values, not part of a text.
  var isOfArray = false
}

extension EVTXDecoder {
  /// A record as JSON on one line, in the shape that evtx_dump prints: attributes are members of `#attributes`, the text
  /// beside them is `#text`, a `Data` has the name that it gives itself. Elements of one name are an array. Slow; for
  /// records that are shown. `source`: where it lies among the chunks that were decoded last, which `base` still holds.
  @unsafe
  public mutating func json(of source: Int, _ base: UnsafePointer<UInt8>, count: Int) -> String? {
    let start = source / EVTXDecoder.chunkSize * EVTXDecoder.chunkSize
    guard start < count else { return nil }
    unsafe chunk = ByteRegion(
      UnsafeRawPointer(base) + start, count: min(EVTXDecoder.chunkSize, count - start))
    limitToRecords()
    defer { chunk = ByteRegion() }
    guard let size = chunk.load(source - start + 4, UInt32.self) else { return nil }
    // The batch still reads the texts.
    var kept = Block<UInt8>(capacity: 4096)
    beginSteps(ofChunk: true)
    swap(&kept, &texts)
    defer { swap(&kept, &texts) }
    let range = (source - start + EVTXDecoder.recordHeaderSize)..<(source - start + Int(size) - 4)
    guard let parts = try? fragment(range, isInValue: false, depth: 0) else { return nil }
    let elements = parts.compactMap { if case .element(let element) = $0 { element } else { nil } }
    var text = ""
    appendMembers(elements, attributes: [], &text)
    return text
  }

  /// The parts of a fragment of binary XML.
  private mutating func fragment(
    _ range: Range<Int>, isInValue: Bool, depth: Int
  ) throws(EVTXDamage) -> [EVTXElement.Part] {
    guard depth <= EVTXDecoder.maximumDepth else { throw EVTXDamage("values nested too deep") }
    var cursor = BinXMLCursor(
      offset: range.lowerBound, end: range.upperBound, isInValue: isInValue, depth: depth)
    return try parts(&cursor, [])
  }

  /// The parts at a cursor, up to the end of the element or fragment that they are in.
  private mutating func parts(
    _ cursor: inout BinXMLCursor, _ given: [Substitution]
  ) throws(EVTXDamage) -> [EVTXElement.Part] {
    var found: [EVTXElement.Part] = []
    while cursor.offset < cursor.end {
      let token = try next(UInt8.self, &cursor)
      switch token & ~BinXMLToken.hasMore {
      case BinXMLToken.fragmentHeader: cursor.offset += 3
      case BinXMLToken.openElement: found.append(.element(try element(token, &cursor, given)))
      case BinXMLToken.templateInstance: found += try instance(&cursor)
      case BinXMLToken.end, BinXMLToken.endElement: return found
      default:
        cursor.offset -= 1
        guard let more = try value(&cursor, given) else { throw EVTXDamage("an unknown token in a record") }
        found += more
      }
    }
    return found
  }

  private mutating func element(
    _ token: UInt8, _ cursor: inout BinXMLCursor, _ given: [Substitution]
  ) throws(EVTXDamage) -> EVTXElement {
    cursor.depth += 1
    defer { cursor.depth -= 1 }
    guard cursor.depth <= EVTXDecoder.maximumDepth else { throw EVTXDamage("elements nested too deep") }
    try count(steps: 1)
    cursor.offset += cursor.isInValue ? 4 : 6
    var element = EVTXElement(name: try name(&cursor))
    if token & BinXMLToken.hasMore != 0 {
      cursor.offset += 4
      while peek(cursor) & ~BinXMLToken.hasMore == BinXMLToken.attribute {
        cursor.offset += 1
        let name = try name(&cursor)
        var values: [EVTXScalar] = []
        while let more = try value(&cursor, given) {
          values += more.compactMap { if case .value(let value) = $0 { value } else { nil } }
        }
        element.attributes.append((name, values))
      }
    }
    switch try next(UInt8.self, &cursor) {
    case BinXMLToken.closeStartTag: element.parts = try parts(&cursor, given)
    case BinXMLToken.closeEmptyElement: break
    default: throw EVTXDamage("an element's start tag that does not end")
    }
    return element
  }

  private mutating func instance(_ cursor: inout BinXMLCursor) throws(EVTXDamage) -> [EVTXElement.Part] {
    try count(steps: 1)
    let definition = try skipDefinition(&cursor)
    let first = substitutions.count
    try readSubstitutions(&cursor)
    let given = (first..<substitutions.count).map { substitutions[$0] }
    substitutions.truncate(to: first)
    guard let size = chunk.load(definition + 20, UInt32.self) else {
      throw EVTXDamage("a template outside the chunk")
    }
    let start = definition + 24
    guard chunk.load(start, UInt8.self) == BinXMLToken.fragmentHeader else {
      throw EVTXDamage("no template where one should be")
    }
    var inner = BinXMLCursor(
      offset: start, end: min(start + Int(size), chunk.count), depth: cursor.depth + 1)
    return try parts(&inner, given)
  }

  private mutating func name(_ cursor: inout BinXMLCursor) throws(EVTXDamage) -> String {
    try readName(&cursor)
    return String(decoding: (0..<scratch.count).map { scratch[$0] }, as: UTF8.self)
  }

  /// The texts or elements that a text, reference or substitution at a cursor comes to; nil when there is none.
  private mutating func value(
    _ cursor: inout BinXMLCursor, _ given: [Substitution]
  ) throws(EVTXDamage) -> [EVTXElement.Part]? {
    try count(steps: 1)
    switch peek(cursor) & ~BinXMLToken.hasMore {
    case BinXMLToken.substitution, BinXMLToken.optionalSubstitution: break
    case BinXMLToken.instructionTarget, BinXMLToken.instructionData:
      try skipInstruction(&cursor)
      return []
    case BinXMLToken.templateInstance:
      cursor.offset += 1
      return try instance(&cursor)
    default: return try text(&cursor)
    }
    cursor.offset += 1
    let number = Int(try next(UInt16.self, &cursor))
    cursor.offset += 1
    guard number < given.count else { return [] }
    let substitution = given[number]
    let range = Int(substitution.offset)..<(Int(substitution.offset) + Int(substitution.length))
    switch substitution.type {
    case EVTXValueType.null: return [.value(EVTXScalar(text: nil))]
    case EVTXValueType.binXML: return try fragment(range, isInValue: true, depth: cursor.depth + 1)
    case _ where substitution.type & EVTXValueType.array != 0:
      return try elements(of: substitution).map { element throws(EVTXDamage) in
        .value(EVTXScalar(text: try self.text(of: element), isOfArray: true))
      }
    default:
      return [
        .value(
          EVTXScalar(
            text: try text(of: substitution), isPlain: EVTXValueType.isPlain(substitution.type)))
      ]
    }
  }

  /// A fixed text, as the fast path compiles it.
  private mutating func text(_ cursor: inout BinXMLCursor) throws(EVTXDamage) -> [EVTXElement.Part]? {
    let (firstPiece, firstLiteral) = (programs.pieces.count, programs.literals.count)
    guard try compileFixedText(&cursor) else { return nil }
    let bytes = (firstLiteral..<programs.literals.count).map { programs.literals[$0] }
    programs.pieces.truncate(to: firstPiece)
    programs.literals.truncate(to: firstLiteral)
    return [.value(EVTXScalar(text: String(decoding: bytes, as: UTF8.self)))]
  }

  private mutating func text(of substitution: Substitution) throws(EVTXDamage) -> String {
    let start = texts.count
    try append(substitution)
    let bytes = (start..<texts.count).map { texts[$0] }
    texts.truncate(to: start)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Appends an object of elements and of the attributes beside them.
func appendMembers(
  _ elements: [EVTXElement], attributes: [(name: String, values: [EVTXScalar])], text: [EVTXScalar] = [],
  _ output: inout String
) {
  output += "{"
  var isFirst = true
  func key(_ name: String, _ output: inout String) {
    if !isFirst { output += "," }
    isFirst = false
    appendJSON(string: name, &output)
    output += ":"
  }
  if !attributes.isEmpty {
    key("#attributes", &output)
    output += "{"
    for (index, attribute) in attributes.enumerated() {
      if index > 0 { output += "," }
      appendJSON(string: attribute.name, &output)
      output += ":"
      append(attribute.values, &output)
    }
    output += "}"
  }
  if text.contains(where: { $0.text != nil }) {
    key("#text", &output)
    append(text, &output)
  }
  let named = elements.map { (name: $0.ownName, element: $0) }
  let groups = Dictionary(grouping: named.indices) { named[$0].name.key }
  for (place, (name, _)) in named.enumerated() {
    guard let same = groups[name.key], same[0] == place else { continue }
    key(name.key, &output)
    if same.count > 1 { output += "[" }
    for (index, place) in same.enumerated() {
      if index > 0 { output += "," }
      let (name, element) = named[place]
      append(element, attributes: name.isGiven ? [] : element.attributes, &output)
    }
    if same.count > 1 { output += "]" }
  }
  output += "}"
}

private func append(
  _ element: EVTXElement, attributes: [(name: String, values: [EVTXScalar])], _ output: inout String
) {
  let attributes = attributes.filter { $0.values.contains { $0.text != nil } }
  var text = element.elements.isEmpty ? element.values : []
  if element.name != "Data", text.allSatisfy({ !$0.isOfArray && ($0.text ?? "").isEmpty }) {
    text = []
  }
  if attributes.isEmpty, element.elements.isEmpty { return append(text, &output) }
  appendMembers(element.elements, attributes: attributes, text: text, &output)
}

/// Appends the value that texts come to together.
private func append(_ values: [EVTXScalar], _ output: inout String) {
  let present = values.filter { $0.text != nil }
  if present.contains(where: \.isOfArray), present.count > 1 {
    output += "["
    for (index, value) in present.enumerated() {
      if index > 0 { output += "," }
      appendJSON(string: value.text ?? "", &output)
    }
    output += "]"
  } else if present.isEmpty {
    output += "null"
  } else if present.count == 1, present[0].isPlain {
    output += present[0].text ?? ""
  } else {
    appendJSON(string: present.map { $0.text ?? "" }.joined(), &output)
  }
}

/// Appends a string of JSON.
func appendJSON(string text: String, _ output: inout String) {
  output += "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": output += "\\\(scalar)"
    case _ where scalar.value < 0x20:
      output += "\\u00"
      output += scalar.value < 0x10 ? "0" : ""
      output += String(scalar.value, radix: 16)
    default: output.unicodeScalars.append(scalar)
    }
  }
  output += "\""
}

extension EVTXElement {
  /// What the element is called, and whether its attributes serve for that alone: a `Data` says it itself.
  var ownName: (key: String, isGiven: Bool) {
    guard name == "Data", let given = attributes.first(where: { $0.name == "Name" && !$0.values.isEmpty })
    else { return (name, false) }
    let text = given.values.compactMap(\.text).joined()
    return (text.isEmpty ? name : text, true)
  }
}
