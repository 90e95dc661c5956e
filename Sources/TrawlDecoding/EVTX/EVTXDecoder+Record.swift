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
      case BinXMLToken.templateInstance:
        if depth == 0 { rootCount += 1 }
        try walkInstance(&cursor, parent: parent, &batch)
      case BinXMLToken.openElement:
        if depth == 0 { rootCount += 1 }
        try walkElement(token, &cursor, parent: parent, &batch)
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
    let (known, selected) = (programs.programs.count, programs.selected.count)
    try compileElement(token, &cursor, parent: parent)
    try walk(firstItem..<programs.items.count, substitutions: substitutions.count, cursor.depth, &batch)
    // Templates that were compiled or selected meanwhile lie behind.
    guard programs.programs.count == known, programs.selected.count == selected else { return }
    programs.items.truncate(to: firstItem)
    programs.pieces.truncate(to: firstPiece)
    programs.literals.truncate(to: firstLiteral)
  }

  /// Walks a template instance; the cursor stands behind its token.
  mutating func walkInstance(
    _ cursor: inout BinXMLCursor, parent: UInt32, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    let definition = try skipDefinition(&cursor)
    let program = try program(of: definition, parent: parent, depth: cursor.depth)
    let first = substitutions.count
    try readSubstitutions(&cursor)
    let entry = programs.programs[program]
    if case .open = extent { chooseExtent(entry, first) }
    if case .selected(let source) = extent {
      try passOver(from: first, sources.entries[source])
      let selected = selectedItems(of: entry, source, substitutions: first)
      try count(steps: max(0, Int(entry.itemCount) &- selected.items.indices.count))
      if try !findKnown(selected, source, isRoot: first == 0, cursor.depth, &batch) {
        try walk(selected.items.indices, substitutions: first, cursor.depth, &batch)
      }
    } else {
      try walk(entry.items, substitutions: first, cursor.depth, &batch)
    }
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

  /// The program of a definition: known in the chunk, known from another, or compiled.
  @inline(__always)
  mutating func program(of definition: Int, parent: UInt32, depth: Int) throws(EVTXDamage) -> Int {
    if let known = programs.find(definition: definition, parent: parent) { return known }
    return try findProgram(of: definition, parent: parent, depth: depth)
  }

  private mutating func findProgram(
    of definition: Int, parent: UInt32, depth: Int
  ) throws(EVTXDamage) -> Int {
    guard definition >= 0, let size = chunk.load(definition + 20, UInt32.self),
      let low = chunk.load(definition + 4, UInt64.self), let high = chunk.load(definition + 12, UInt64.self)
    else { throw EVTXDamage("a template outside the chunk") }
    let key = TemplateCache.Key(identifier: SIMD2(low, high), size: size, parent: parent)
    var items: Range<Int>
    if let known = templates.find(key, at: definition + 24, in: chunk) {
      items = Int(known.first)..<Int(known.first + known.count)
    } else {
      items = try compileElements(definition + 24, Int(size), parent: parent, depth: depth)
      if !programs.hasInstance(items) {
        templates.keep(key, at: definition + 24, in: chunk, items: items)
      }
    }
    var program = TemplatePrograms.Program(
      definition: UInt32(definition), parent: parent, firstItem: UInt32(items.lowerBound),
      itemCount: UInt32(items.count))
    if parent == 0 { programs.findMarks(&program, fields.keys) }
    programs.programs.append(program)
    return programs.programs.count - 1
  }

  /// Compiles the elements of a definition.
  private mutating func compileElements(
    _ start: Int, _ size: Int, parent: UInt32, depth: Int
  ) throws(EVTXDamage) -> Range<Int> {
    let end = start + size
    guard end <= chunk.count else { throw EVTXDamage("a template that runs over its chunk") }
    guard chunk.load(start, UInt8.self) == BinXMLToken.fragmentHeader else {
      throw EVTXDamage("no template where one should be")
    }
    var cursor = BinXMLCursor(offset: start, end: end, depth: depth)
    let firstItem = programs.items.count
    templates.readings.truncate(to: 0)
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
    programs.shape(itemsFrom: firstItem, fields.keys)
    return firstItem..<programs.items.count
  }

  mutating func readSubstitutions(_ cursor: inout BinXMLCursor) throws(EVTXDamage) {
    let count = Int(try next(UInt32.self, &cursor))
    guard cursor.offset + 4 * count <= cursor.end else {
      throw EVTXDamage("more values than the record has room for")
    }
    var offset = cursor.offset + 4 * count
    guard let descriptors = unsafe chunk.bytes(cursor.offset, 4 * count) else {
      throw EVTXDamage("a value that runs over its record")
    }
    let known = substitutions.count
    substitutions.reserve(known + count)
    let values = unsafe substitutions.pointer + known
    for index in 0..<count {
      let descriptor = unsafe UInt32(
        littleEndian: descriptors.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      let length = UInt16(truncatingIfNeeded: descriptor)
      unsafe values[index] = Substitution(
        offset: UInt32(truncatingIfNeeded: offset), length: length,
        type: UInt8(truncatingIfNeeded: descriptor &>> 16))
      offset &+= Int(length)
    }
    substitutions.assumeCount(known + count)
    guard offset <= cursor.end, offset <= chunk.count else {
      throw EVTXDamage("a value that runs over its record")
    }
    cursor.offset = offset
  }
}
