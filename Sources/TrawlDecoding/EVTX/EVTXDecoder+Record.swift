import TrawlEvents

extension EVTXDecoder {
  /// Walks a fragment of binary XML, which is a record or a value of it; its elements lie in `parent`.
  mutating func walkFragment(
    _ range: Range<Int>, parent: UInt32, isInValue: Bool, depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    guard depth <= EVTXDecoder.maximumDepth else { throw EVTXDamage("values nested too deep") }
    var cursor = BinXMLCursor(
      offset: range.lowerBound, end: range.upperBound, isInValue: isInValue, depth: depth)
    while cursor.offset < cursor.end {
      let start = cursor.offset
      let token = try next(UInt8.self, &cursor)
      switch token & ~BinXMLToken.hasMore {
      case BinXMLToken.fragmentHeader: cursor.offset += 3
      case BinXMLToken.templateInstance: try walkInstance(&cursor, parent: parent, &batch)
      case BinXMLToken.openElement: try walkElement(token, &cursor, parent: parent, &batch)
      case BinXMLToken.instructionTarget, BinXMLToken.instructionData:
        cursor.offset -= 1
        try skipInstruction(&cursor)
      case BinXMLToken.end: return
      default:
        cursor.offset = start
        guard isInValue, start > range.lowerBound else { throw EVTXDamage("an unknown token in a record") }
        guard try walkText(&cursor, parent: parent, &batch) else { return }
      }
    }
  }

  /// Walks text of a value that no element is around; false when there is none.
  private mutating func walkText(
    _ cursor: inout BinXMLCursor, parent: UInt32, _ batch: inout EventBatch
  ) throws(EVTXDamage) -> Bool {
    let (firstPiece, firstLiteral) = (programs.pieces.count, programs.literals.count)
    while try compileFixedText(&cursor) {}
    guard programs.pieces.count > firstPiece else { return false }
    let start = texts.count
    for place in firstPiece..<programs.pieces.count { append(programs.pieces[place]) }
    programs.pieces.truncate(to: firstPiece)
    programs.literals.truncate(to: firstLiteral)
    fields.emit(
      parent, .plain, UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: texts.count - start),
      &batch)
    texts.append(0x0A)
    return true
  }

  /// Walks an element that no template is about.
  private mutating func walkElement(
    _ token: UInt8, _ cursor: inout BinXMLCursor, parent: UInt32, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    let (firstItem, firstPiece, firstLiteral) = (
      programs.items.count, programs.pieces.count, programs.literals.count
    )
    try compileElement(token, &cursor, parent: parent)
    try walk(firstItem..<programs.items.count, substitutions: substitutions.count, cursor.depth, &batch)
    programs.items.truncate(to: firstItem)
    programs.pieces.truncate(to: firstPiece)
    programs.literals.truncate(to: firstLiteral)
  }

  /// Walks a template instance; the cursor stands behind its token.
  private mutating func walkInstance(
    _ cursor: inout BinXMLCursor, parent: UInt32, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    let definition = try skipDefinition(&cursor)
    let program: Int
    if let known = programs.find(definition: definition, parent: parent) {
      program = known
    } else {
      program = try compileDefinition(definition, parent: parent, depth: cursor.depth)
    }
    let first = substitutions.count
    try readSubstitutions(&cursor)
    let entry = programs.programs[program]
    let items = Int(entry.firstItem)..<Int(entry.firstItem + entry.itemCount)
    try walk(items, substitutions: first, cursor.depth, &batch)
    substitutions.truncate(to: first)
  }

  /// Where the definition of a template instance lies; the cursor moves from behind the instance's token to its values.
  func skipDefinition(_ cursor: inout BinXMLCursor) throws(EVTXDamage) -> Int {
    _ = try next(UInt8.self, &cursor)
    _ = try next(UInt32.self, &cursor)
    let definition = Int(try next(UInt32.self, &cursor))
    if definition == cursor.offset {
      guard let size = chunk.load(definition + 20, UInt32.self) else {
        throw EVTXDamage("a template outside the chunk")
      }
      cursor.offset += 24 + Int(size)
    }
    return definition
  }

  /// Moves a cursor from behind the token of a template instance to behind its values.
  func skipInstance(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    _ = try skipDefinition(&cursor)
    let count = Int(try next(UInt32.self, &cursor))
    var lengths = 0
    for _ in 0..<min(count, cursor.end) {
      lengths += Int(try next(UInt16.self, &cursor))
      _ = try next(UInt16.self, &cursor)
    }
    cursor.offset += lengths
  }

  private mutating func compileDefinition(
    _ definition: Int, parent: UInt32, depth: Int
  ) throws(EVTXDamage) -> Int {
    guard let size = chunk.load(definition + 20, UInt32.self), definition >= 0 else {
      throw EVTXDamage("a template outside the chunk")
    }
    let start = definition + 24
    let end = start + Int(size)
    guard end <= chunk.count else { throw EVTXDamage("a template that runs over its chunk") }
    var cursor = BinXMLCursor(offset: start, end: end, depth: depth)
    let firstItem = programs.items.count
    walk: while cursor.offset < end {
      let token = try next(UInt8.self, &cursor)
      switch token & ~BinXMLToken.hasMore {
      case BinXMLToken.fragmentHeader: cursor.offset += 3
      case BinXMLToken.openElement: try compileElement(token, &cursor, parent: parent)
      case BinXMLToken.instructionTarget, BinXMLToken.instructionData:
        cursor.offset -= 1
        try skipInstruction(&cursor)
      case BinXMLToken.end: break walk
      default: throw EVTXDamage("an unknown token in a template")
      }
    }
    programs.programs.append(
      TemplatePrograms.Program(
        definition: UInt32(definition), parent: parent, firstItem: UInt32(firstItem),
        itemCount: UInt32(programs.items.count - firstItem)))
    return programs.programs.count - 1
  }

  mutating func readSubstitutions(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    let count = Int(try next(UInt32.self, &cursor))
    guard cursor.offset + 4 * count <= cursor.end else {
      throw EVTXDamage("more values than the record has room for")
    }
    var offset = cursor.offset + 4 * count
    for _ in 0..<count {
      let length = try next(UInt16.self, &cursor)
      let type = try next(UInt8.self, &cursor)
      _ = try next(UInt8.self, &cursor)
      substitutions.append(
        Substitution(offset: UInt32(truncatingIfNeeded: offset), length: length, type: type))
      offset += Int(length)
    }
    guard offset <= cursor.end, offset <= chunk.count else {
      throw EVTXDamage("a value that runs over its record")
    }
    cursor.offset = offset
  }
}

extension EVTXDecoder {
  /// Writes the values of items, whose substitutions begin at `first`.
  private mutating func walk(
    _ items: Range<Int>, substitutions first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    try count(steps: items.count)
    for index in items {
      let item = programs.items[index]
      switch item.kind {
      case .value, .attribute, .recordID: try write(item, item.node, first, depth, &batch)
      case .container:
        fields.emitContainer(item.node, offset: UInt32(truncatingIfNeeded: texts.count), &batch)
        try walkParts(of: item, first, depth, &batch)
      case .named:
        let node = try nodeOfSubstitution(Int(item.name) + first, in: item.node)
        try write(item, node, first, depth, &batch)
      }
    }
  }

  /// Walks what a record puts among the elements of an element: its body, mostly.
  private mutating func walkParts(
    of item: TemplatePrograms.Item, _ first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    for place in Int(item.firstPiece)..<Int(item.firstPiece + item.pieceCount) {
      let piece = programs.pieces[place]
      if piece.kind == .text { continue }
      _ = try walkPart(piece, item.node, first, depth, &batch)
    }
  }

  /// Walks a piece if it is elements rather than text; false when it is not.
  private mutating func walkPart(
    _ piece: TemplatePrograms.Piece, _ node: UInt32, _ first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) -> Bool {
    try count(steps: 1)
    if piece.kind == .instance {
      var cursor = BinXMLCursor(offset: Int(piece.offset), end: chunk.count, depth: depth + 1)
      guard cursor.depth <= EVTXDecoder.maximumDepth else { throw EVTXDamage("templates nested too deep") }
      try walkInstance(&cursor, parent: node, &batch)
      return true
    }
    let number = first + Int(piece.offset)
    guard number < substitutions.count, substitutions[number].type == EVTXValueType.binXML else {
      return false
    }
    let value = substitutions[number]
    let range = Int(value.offset)..<(Int(value.offset) + Int(value.length))
    try walkFragment(range, parent: node, isInValue: true, depth: depth + 1, &batch)
    return true
  }

  private mutating func nodeOfSubstitution(_ number: Int, in parent: UInt32) throws(EVTXDamage) -> UInt32 {
    guard number < substitutions.count else { throw EVTXDamage("a value that the record does not have") }
    let substitution = substitutions[number]
    guard let bytes = unsafe chunk.bytes(Int(substitution.offset), Int(substitution.length)),
      substitution.type == EVTXValueType.string, substitution.length > 1
    else {
      scratch.truncate(to: 0)
      unsafe scratch.append(
        contentsOf: UnsafeRawBufferPointer(start: ("Data" as StaticString).utf8Start, count: 4))
      return nodeOfName(in: parent)
    }
    scratch.truncate(to: 0)
    unsafe scratch.append(utf16: bytes)
    return nodeOfName(in: parent)
  }

  /// Writes what an item's pieces come to: mostly one value of the member.
  @inline(__always)
  private mutating func write(
    _ item: TemplatePrograms.Item, _ node: UInt32, _ first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    if texts.count - firstText > EVTXDecoder.mostText {
      throw EVTXDamage("a chunk whose values take more than 32 MB")
    }
    let start = texts.count
    var (isNull, isWritten) = (true, false)
    for place in Int(item.firstPiece)..<Int(item.firstPiece + item.pieceCount) {
      let piece = programs.pieces[place]
      switch piece.kind {
      case .text:
        isNull = false
        append(piece)
      case .instance, .substitution:
        let values = batch.values.count
        if try walkPart(piece, node, first, depth, &batch) {
          if batch.values.count > values { isWritten = true }
          continue
        }
        let number = first + Int(piece.offset)
        // A template may ask for more than a record gives.
        guard number < substitutions.count else { continue }
        let value = substitutions[number]
        if value.type == EVTXValueType.null { continue }
        if value.type & EVTXValueType.array != 0 {
          if try writeArray(value, node, &batch) { isWritten = true }
          continue
        }
        isNull = false
        try append(value)
      }
    }
    if isWritten || (isNull && item.kind == .attribute) { return }
    let length = UInt32(truncatingIfNeeded: texts.count - start)
    if length == 0, !item.mayBeEmpty { isNull = true }
    if item.kind == .recordID { takeRecordID(start..<texts.count) }
    fields.emit(node, isNull ? .null : .plain, UInt32(truncatingIfNeeded: start), length, &batch)
    // Texts stand apart, so that no keyword is found across two.
    texts.append(0x0A)
  }

  private mutating func append(_ piece: TemplatePrograms.Piece) {
    guard Int(piece.offset + piece.length) <= programs.literals.count else { return }
    unsafe texts.append(
      contentsOf: UnsafeRawBufferPointer(
        start: programs.literals.pointer + Int(piece.offset), count: Int(piece.length)))
  }

  /// Takes the number that a text spells; a record without a template has it as text.
  private mutating func takeRecordID(_ text: Range<Int>) {
    guard (1...19).contains(text.count) else { return }
    var number: UInt64 = 0
    for index in text {
      let digit = texts[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      number = 10 * number + UInt64(digit)
    }
    recordID = number
  }
}
