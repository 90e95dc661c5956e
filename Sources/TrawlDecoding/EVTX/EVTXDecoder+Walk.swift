import TrawlEvents

extension EVTXDecoder {
  /// Writes the values of items, whose substitutions begin at `first`.
  mutating func walk(
    _ items: Range<Int>, substitutions first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    try count(steps: items.count)
    var next = items.lowerBound
    while next < items.upperBound {
      next = try writePlain(next..<items.upperBound, first, &batch)
      if next == items.upperBound { return }
      try walk(programs.items[next], first, depth, &batch)
      next += 1
    }
  }

  /// Writes the values of items up to the first that takes more than a text, and says which that is.
  mutating func writePlain(
    _ items: Range<Int>, _ first: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) -> Int {
    var tail = try tail(room: 0)
    for index in items {
      let item = programs.items[index]
      if item.form == .fixed {
        if tail.room < Int(item.length) &+ 32 { try renew(&tail, room: Int(item.length) &+ 32) }
        let start = texts.count(with: tail)
        programs.copyLine(item, to: &tail)
        emit(item, .plain, start, Int(item.length), &batch)
        continue
      }
      guard let value = plainValue(of: item, first) else {
        texts.take(tail)
        return index
      }
      if isSelecting, EVTXValueType.staysEncoded(value.type) {
        keep(value, of: item, &batch)
        continue
      }
      if tail.room < EVTXValueText.room(for: value) { try renew(&tail, room: EVTXValueText.room(for: value)) }
      try write(value, of: item, to: &tail, &batch)
    }
    texts.take(tail)
    return items.upperBound
  }

  /// The value of an item that is one substitution of a plain type, or nil.
  @inline(__always)
  private func plainValue(of item: TemplatePrograms.Item, _ first: Int) -> Substitution? {
    let number = first &+ Int(item.argument)
    guard item.form == .single, number < substitutions.count else { return nil }
    let value = substitutions[number]
    guard value.type < EVTXValueType.binXML else { return nil }
    return item.kind == .recordID && value.type != EVTXValueType.uint64 ? nil : value
  }

  @inline(__always)
  private mutating func write(
    _ value: Substitution, of item: TemplatePrograms.Item, to tail: inout TextTail, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    let isNull = value.type == EVTXValueType.null
    if isNull, item.kind == .attribute { return }
    let start = texts.count(with: tail)
    if !isNull { try valueText.append(value, to: &tail) }
    let length = texts.count(with: tail) &- start
    if item.kind == .recordID { takeRecordID(value) }
    emit(item, isNull || (length == 0 && !item.mayBeEmpty) ? .null : .plain, start, length, &batch)
    // Texts stand apart, so that no keyword is found across two.
    tail.append(0x0A)
  }

  /// The end of the texts, with room for many values.
  mutating func tail(room: Int) throws(EVTXDamage) -> TextTail {
    try checkText()
    return texts.tail(room: max(room, 1 << 14))
  }

  @inline(never)
  mutating func renew(_ tail: inout TextTail, room: Int) throws(EVTXDamage) {
    texts.take(tail)
    tail = try self.tail(room: room)
  }

  mutating func takeRecordID(_ value: Substitution) {
    let number = load(Int(value.offset), UInt64.self)
    // As many digits as the text of one may have.
    if number < 10_000_000_000_000_000_000 { recordID = number }
  }

  /// Walks an item of any form.
  @inline(never)
  private mutating func walk(
    _ item: TemplatePrograms.Item, _ first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
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

  /// Appends the value of an item of a known form.
  @inline(__always)
  private mutating func emit(
    _ item: TemplatePrograms.Item, _ kind: EventValue.Kind, _ start: Int, _ length: Int,
    _ batch: inout EventBatch
  ) {
    let (offset, length) = (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: length))
    if item.isUnknown {
      batch.values.append(EventValue(field: 0, kind: kind, offset: offset, length: length))
    } else {
      fields.emit(item.node, kind, offset, length, &batch)
    }
  }

  @inline(__always)
  private func checkText() throws(EVTXDamage) {
    if texts.count - firstText > EVTXDecoder.mostText {
      throw EVTXDamage("a chunk whose values take more than 32 MB")
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
    fragmentCount &-= 1
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
  private mutating func write(
    _ item: TemplatePrograms.Item, _ node: UInt32, _ first: Int, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    try checkText()
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
    texts.append(0x0A)
  }

  mutating func append(_ piece: TemplatePrograms.Piece) {
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
