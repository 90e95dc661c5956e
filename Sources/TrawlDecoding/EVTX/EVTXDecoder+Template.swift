import TrawlEvents

/// A place in binary XML, and where it ends.
struct BinXMLCursor {
  var offset: Int
  var end: Int
  /// Elements of a value have no dependency identifier; those of records and templates do.
  var isInValue = false
  var depth: Int
}

extension EVTXDecoder {
  /// Compiles the element at a cursor, which stands behind its token, and moves it behind the element. Items of its
  /// children follow its own, in the order of the document.
  mutating func compileElement(
    _ token: UInt8, _ cursor: inout BinXMLCursor, parent: UInt32
  ) throws(EVTXDamage) {
    cursor.depth += 1
    defer { cursor.depth -= 1 }
    guard cursor.depth <= EVTXDecoder.maximumDepth else { throw EVTXDamage("elements nested too deep") }
    try count(steps: 1)
    if !cursor.isInValue { _ = try next(UInt16.self, &cursor) }
    _ = try next(UInt32.self, &cursor)
    try readName(&cursor)
    var item = TemplatePrograms.Item(kind: .value, node: nodeOfName(in: parent))
    if nameIs("EventRecordID"), fields.keys.isSystem(parent) { item.kind = .recordID }
    let isData = nameIs("Data")
    item.mayBeEmpty = isData
    if token & BinXMLToken.hasMore != 0 {
      _ = try next(UInt32.self, &cursor)
      try compileAttributes(&cursor, isData: isData, parent: parent, &item)
    }
    switch try next(UInt8.self, &cursor) {
    case BinXMLToken.closeStartTag: try compileContent(&cursor, item)
    case BinXMLToken.closeEmptyElement: programs.items.append(item)
    default: throw EVTXDamage("an element's start tag that does not end")
    }
  }

  /// Compiles attributes; the one that names a `Data` decides which member that is, and hides the others.
  private mutating func compileAttributes(
    _ cursor: inout BinXMLCursor, isData: Bool, parent: UInt32, _ element: inout TemplatePrograms.Item
  ) throws(EVTXDamage) {
    let firstItem = programs.items.count
    var isNamed = false
    while peek(cursor) & ~BinXMLToken.hasMore == BinXMLToken.attribute {
      cursor.offset += 1
      try readName(&cursor)
      let isName = isData && nameIs("Name")
      var item = TemplatePrograms.Item(
        kind: .attribute, mayBeEmpty: true,
        node: isName ? 0 : nodeOfName(in: node(of: "#attributes", in: element.node)),
        firstPiece: UInt32(programs.pieces.count))
      try compilePieces(&cursor)
      item.pieceCount = UInt32(programs.pieces.count) - item.firstPiece
      if isName {
        isNamed = try takeName(item, parent: parent, &element)
      } else {
        programs.items.append(item)
      }
    }
    if isNamed { programs.items.truncate(to: firstItem) }
  }

  /// Makes an element the member that its attribute `Name` says: now if that is a fixed text, else with each record. False
  /// when there is none.
  private mutating func takeName(
    _ name: TemplatePrograms.Item, parent: UInt32, _ element: inout TemplatePrograms.Item
  ) throws(EVTXDamage) -> Bool {
    guard name.pieceCount > 0 else { return false }
    guard name.pieceCount == 1 else { throw EVTXDamage("a name made of several parts") }
    let piece = programs.pieces[Int(name.firstPiece)]
    programs.pieces.truncate(to: Int(name.firstPiece))
    if piece.kind == .text {
      guard piece.length > 0 else { return true }
      scratch.truncate(to: 0)
      for index in 0..<Int(piece.length) { scratch.append(programs.literals[Int(piece.offset) + index]) }
      element.node = nodeOfName(in: parent)
    } else {
      element.kind = .named
      element.node = parent
      element.name = piece.offset
    }
    return true
  }

  /// Compiles what stands between the start of an element and its end.
  private mutating func compileContent(
    _ cursor: inout BinXMLCursor, _ element: TemplatePrograms.Item
  ) throws(EVTXDamage) {
    var item = element
    let place = programs.items.count
    programs.items.append(item)
    var hasChildren = false
    var pieces = Block<TemplatePrograms.Piece>(capacity: 4)
    while true {
      let first = programs.pieces.count
      try compilePieces(&cursor)
      // Children in between write pieces of their own.
      for index in first..<programs.pieces.count { pieces.append(programs.pieces[index]) }
      programs.pieces.truncate(to: first)
      let token = try next(UInt8.self, &cursor)
      switch token & ~BinXMLToken.hasMore {
      case BinXMLToken.openElement:
        hasChildren = true
        guard element.kind != .named else { throw EVTXDamage("elements below one that a record names") }
        try compileElement(token, &cursor, parent: element.node)
      case BinXMLToken.endElement:
        item.firstPiece = UInt32(programs.pieces.count)
        item.pieceCount = UInt32(pieces.count)
        if hasChildren { item.kind = .container }
        for index in 0..<pieces.count { programs.pieces.append(pieces[index]) }
        programs.items[place] = item
        return
      default: throw EVTXDamage("an unknown token in an element")
      }
    }
  }

  /// Compiles the texts and substitutions at a cursor, up to something else.
  private mutating func compilePieces(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    while true {
      switch peek(cursor) & ~BinXMLToken.hasMore {
      case BinXMLToken.substitution, BinXMLToken.optionalSubstitution:
        cursor.offset += 1
        let number = try next(UInt16.self, &cursor)
        _ = try next(UInt8.self, &cursor)
        programs.pieces.append(TemplatePrograms.Piece(kind: .substitution, offset: UInt32(number)))
      case BinXMLToken.instructionTarget, BinXMLToken.instructionData: try skipInstruction(&cursor)
      case BinXMLToken.templateInstance:
        cursor.offset += 1
        let start = cursor.offset
        try skipInstance(&cursor)
        programs.pieces.append(TemplatePrograms.Piece(kind: .instance, offset: UInt32(start)))
      default: if try !compileFixedText(&cursor) { return }
      }
    }
  }

  /// Compiles a text, a reference to a character or an entity; false when there is none at the cursor.
  mutating func compileFixedText(_ cursor: inout BinXMLCursor) throws(EVTXDamage) -> Bool {
    let token = peek(cursor) & ~BinXMLToken.hasMore
    guard (BinXMLToken.text...BinXMLToken.entity).contains(token), token != BinXMLToken.attribute else {
      return false
    }
    cursor.offset += 1
    switch token {
    case BinXMLToken.text:
      guard try next(UInt8.self, &cursor) == EVTXValueType.string else {
        throw EVTXDamage("a text of another type than a string")
      }
      try compileText(&cursor)
    case BinXMLToken.cdata: try compileText(&cursor)
    case BinXMLToken.character:
      let code = try next(UInt16.self, &cursor)
      let start = programs.literals.count
      programs.literals.append(scalar: Unicode.Scalar(code) ?? "\u{FFFD}")
      addText(from: start)
    default:
      try readName(&cursor)
      try compileEntity()
    }
    return true
  }

  private mutating func compileText(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    let length = 2 * Int(try next(UInt16.self, &cursor))
    guard cursor.offset + length <= cursor.end, let bytes = unsafe chunk.bytes(cursor.offset, length) else {
      throw EVTXDamage("a text that runs over its record")
    }
    let start = programs.literals.count
    unsafe programs.literals.append(utf16: bytes)
    addText(from: start)
    cursor.offset += length
  }

  private mutating func addText(from start: Int) {
    programs.pieces.append(
      TemplatePrograms.Piece(
        kind: .text, offset: UInt32(start), length: UInt32(programs.literals.count - start)))
  }

  private mutating func compileEntity() throws(EVTXDamage) {
    let entities: [(name: StaticString, character: UInt8)] = [
      ("amp", 0x26), ("lt", 0x3C), ("gt", 0x3E), ("quot", 0x22), ("apos", 0x27),
    ]
    guard let entity = entities.first(where: { nameIs($0.name) }) else {
      throw EVTXDamage("an unknown entity")
    }
    let start = programs.literals.count
    programs.literals.append(entity.character)
    addText(from: start)
  }
}

extension EVTXDecoder {
  /// The next number.
  @inline(__always)
  func next<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type, _ cursor: inout BinXMLCursor
  ) throws(EVTXDamage) -> Number {
    guard cursor.offset + MemoryLayout<Number>.size <= cursor.end,
      let number = chunk.load(cursor.offset, Number.self)
    else { throw EVTXDamage("binary XML that ends too early") }
    cursor.offset += MemoryLayout<Number>.size
    return number
  }

  /// Passes over a processing instruction, which no event has a use for.
  mutating func skipInstruction(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    if try next(UInt8.self, &cursor) & ~BinXMLToken.hasMore == BinXMLToken.instructionTarget {
      try readName(&cursor)
    } else {
      cursor.offset += 2 * Int(try next(UInt16.self, &cursor))
    }
  }

  /// The next byte, which stays; that of an end at the end.
  @inline(__always)
  func peek(_ cursor: BinXMLCursor) -> UInt8 {
    cursor.offset < cursor.end ? chunk.load(cursor.offset, UInt8.self) ?? 0 : 0
  }

  /// Reads a name into `scratch`: it stands here, or earlier in the chunk.
  mutating func readName(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    let offset = Int(try next(UInt32.self, &cursor))
    templates.readings.append(
      TemplateCache.Reading(
        place: UInt32(truncatingIfNeeded: cursor.offset - 4), target: UInt32(truncatingIfNeeded: offset)))
    // Behind the link to the next of its hash, and the hash.
    guard let count = chunk.load(offset + 6, UInt16.self),
      let bytes = unsafe chunk.bytes(offset + 8, 2 * Int(count))
    else { throw EVTXDamage("a name outside the chunk") }
    if offset == cursor.offset { cursor.offset += 8 + 2 * Int(count) + 2 }
    scratch.truncate(to: 0)
    unsafe scratch.append(utf16: bytes)
  }

  func nameIs(_ name: StaticString) -> Bool {
    guard scratch.count == name.utf8CodeUnitCount else { return false }
    for index in 0..<scratch.count where unsafe scratch[index] != name.utf8Start[index] { return false }
    return true
  }

  /// The member of the name in `scratch`.
  mutating func nodeOfName(in parent: UInt32) -> UInt32 {
    let count = scratch.count
    // Keys are known as JSON spells them.
    for index in 0..<count where scratch[index] == 0x5C { return nodeOfEscapedName(in: parent) }
    return unsafe fields.keys.node(of: scratch.paddedPointer(), count: count, in: parent)
  }

  private mutating func nodeOfEscapedName(in parent: UInt32) -> UInt32 {
    var escaped = Block<UInt8>(capacity: 2 * scratch.count + 16)
    for index in 0..<scratch.count {
      if scratch[index] == 0x5C { escaped.append(0x5C) }
      escaped.append(scratch[index])
    }
    let count = escaped.count
    return unsafe fields.keys.node(of: escaped.paddedPointer(), count: count, in: parent)
  }

  /// The member of a fixed name.
  private mutating func node(of name: StaticString, in parent: UInt32) -> UInt32 {
    fixedName.truncate(to: 0)
    unsafe fixedName.append(
      contentsOf: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    let count = fixedName.count
    return unsafe fields.keys.node(of: fixedName.paddedPointer(), count: count, in: parent)
  }
}
