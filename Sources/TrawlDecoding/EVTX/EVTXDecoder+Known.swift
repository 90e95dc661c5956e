import TrawlEvents

extension EVTXDecoder {
  /// Says what was found of a record: events of the same values have its number from now on. Not once `forgetRecords` was
  /// called.
  public mutating func keep(_ outcome: EventOutcome, of record: NewRecord) { memo.keep(outcome, record.key) }

  /// Whether there is no more room for what was found of records.
  public var isMemoFull: Bool { memo.isFull }

  /// Forgets what was found of all records.
  public mutating func forgetRecords() {
    memo.clear()
    newRecords.truncate(to: 0)
  }

  /// Looks a record up by the values that rules ask for; the substitutions of its outermost template, which begin at 0, were
  /// looked at. Where it is known, its marks are written and nothing else is left to be done.
  @inline(__always)
  mutating func findKnown(
    _ root: SelectedItems, _ source: Int, isRoot: Bool, _ depth: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) -> Bool {
    guard isRoot, root.keys != nil else { return false }
    let (text, run, fragments, count) = (texts.count, self.run, fragmentCount, substitutions.count)
    if let body = try readBody(of: root, source, depth), let key = key(of: root, body, count, source) {
      if let known = memo.find(key) {
        outcome = known.number + 1
        fragmentCount = 0
        if !known.hasMatches, !wantsTimes { return true }
        try writeMarks(of: root, 0, &batch)
        if let items = body.items { try writeMarks(of: items, count, &batch) }
        return true
      }
      memo.reserve()
      newKey = key
    }
    // What was read of the body is read once more with the rest.
    substitutions.truncate(to: count)
    texts.truncate(to: text)
    (self.run, fragmentCount) = (run, fragments)
    return false
  }

  /// The body of a record: the one template instance within the outermost one, if there is one.
  private struct Body {
    var items: SelectedItems?
  }

  /// Reads the substitutions of a record's body; nil where its body is something else.
  @inline(__always)
  private mutating func readBody(
    of root: SelectedItems, _ source: Int, _ depth: Int
  ) throws(EVTXDamage) -> Body? {
    guard let deep = root.deep else { return fragmentCount == 0 ? Body(items: nil) : nil }
    guard Int(deep) < substitutions.count else { return nil }
    let value = substitutions[Int(deep)]
    if value.type == EVTXValueType.null { return fragmentCount == 0 ? Body(items: nil) : nil }
    guard value.type == EVTXValueType.binXML, fragmentCount == 1,
      let head = chunk.load(Int(value.offset), UInt64.self),
      UInt8(truncatingIfNeeded: head) == BinXMLToken.fragmentHeader,
      UInt8(truncatingIfNeeded: head >> 32) == BinXMLToken.templateInstance
    else { return nil }
    let end = Int(value.offset) + Int(value.length)
    var cursor = BinXMLCursor(offset: Int(value.offset) + 5, end: end, isInValue: true, depth: depth + 1)
    let definition = try skipDefinition(&cursor)
    let number = try program(of: definition, parent: root.deepNode, depth: cursor.depth)
    let first = substitutions.count
    try readSubstitutions(&cursor)
    guard cursor.offset == end || chunk.load(cursor.offset, UInt8.self) == BinXMLToken.end else { return nil }
    try passOver(from: first, sources.entries[source])
    let items = selectedItems(of: programs.programs[number], source, substitutions: first)
    try self.count(steps: Int(programs.programs[number].itemCount))
    return items.keys == nil || items.deep != nil || fragmentCount != 1 ? nil : Body(items: items)
  }

  /// The key of a record, the substitutions of whose body begin at `first`; nil where it has none.
  @inline(__always)
  private mutating func key(
    of root: SelectedItems, _ body: Body, _ first: Int, _ source: Int
  ) -> RecordMemo.Key? {
    var tail = memo.begin(source, body.items?.program ?? SelectedItems.none)
    guard addKey(of: root, 0, &tail) else { return nil }
    if let items = body.items, !addKey(of: items, first, &tail) { return nil }
    return memo.key(tail)
  }

  @inline(__always)
  private mutating func addKey(of items: SelectedItems, _ first: Int, _ tail: inout TextTail) -> Bool {
    guard let keys = items.keys else { return false }
    for index in keys.indices {
      let number = first &+ Int(programs.keys[index])
      guard number < substitutions.count else { return false }
      let value = substitutions[number]
      guard value.type != EVTXValueType.binXML,
        let bytes = unsafe chunk.bytes(Int(value.offset), Int(value.length))?.baseAddress
      else { return false }
      unsafe memo.add(
        value.type, bytes.assumingMemoryBound(to: UInt8.self), count: Int(value.length),
        readable: chunk.count &- Int(value.offset), &tail)
    }
    return true
  }

  @inline(__always)
  private mutating func writeMarks(
    of items: SelectedItems, _ first: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    if items.marks.indices.isEmpty { return }
    guard try writePlain(items.marks.indices, first, &batch) == Int(items.marks.end) else {
      throw EVTXDamage("a time that is not plain")
    }
  }
}
