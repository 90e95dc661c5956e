import TrawlEvents

extension EVTXDecoder {
  /// The items of a program, whose substitutions begin at `first`, that are looked at in records of a source.
  @inline(__always)
  mutating func selectedItems(
    of program: TemplatePrograms.Program, _ source: Int, substitutions first: Int
  ) -> SelectedItems {
    var next = sources.entries[source].firstItems
    while next != SelectedItems.none {
      let known = programs.selected[Int(next)]
      if known.program == program.firstItem { return known }
      next = known.next
    }
    return selectItems(of: program, source, values: first)
  }

  @inline(never)
  private mutating func selectItems(
    of program: TemplatePrograms.Program, _ number: Int, values: Int
  ) -> SelectedItems {
    let source = sources.entries[number]
    var selected = SelectedItems(
      program: program.firstItem, items: Places(), marks: Places(), keys: Places(), next: source.firstItems)
    let text = source.hasKeywords ? fixedText(of: program, source) : nil
    let (first, firstKey) = (UInt32(programs.items.count), UInt32(programs.keys.count))
    if let text { programs.items.append(text) }
    let firstWanted = programs.items.count
    for index in program.items {
      let item = programs.items[index]
      // What lies deeper may be wanted.
      let isDeep = item.form == .single && substitution(item, values)?.type == EVTXValueType.binXML
      guard isDeep || isWanted(item, source) else { continue }
      programs.items.append(item)
      addKey(item, isDeep: isDeep, source, &selected)
    }
    if repeatsValue(firstWanted..<programs.items.count) {
      selected.keys = nil
      programs.items.truncate(to: firstWanted)
      for index in program.items { programs.items.append(programs.items[index]) }
    }
    selected.items = Places(first: first, end: UInt32(programs.items.count))
    if selected.keys != nil { selected.keys = Places(first: firstKey, end: UInt32(programs.keys.count)) }
    for index in selected.items.indices where isMark(programs.items[index]) {
      programs.items.append(programs.items[index])
    }
    selected.marks = Places(first: selected.items.end, end: UInt32(programs.items.count))
    programs.selected.append(selected)
    sources.setFirstItems(programs.selected.count - 1, of: number)
    return selected
  }

  /// Adds what an item takes from a record to the keys of its program.
  private mutating func addKey(
    _ item: TemplatePrograms.Item, isDeep: Bool, _ source: RecordSource, _ selected: inout SelectedItems
  ) {
    if isDeep { return addDeep(item.argument, item.node, &selected) }
    switch item.form {
    case .fixed: return
    case .single: if isAsked(item, source) { programs.keys.append(item.argument) }
    case .any:
      guard item.kind == .container || item.pieceCount == 0 else {
        selected.keys = nil
        return
      }
      for place in Int(item.firstPiece)..<Int(item.firstPiece + item.pieceCount) {
        let piece = programs.pieces[place]
        switch piece.kind {
        case .text: continue
        case .substitution: addDeep(piece.offset, item.node, &selected)
        case .instance: selected.keys = nil
        }
      }
    }
  }

  private func addDeep(_ number: UInt32, _ node: UInt32, _ selected: inout SelectedItems) {
    if selected.deep != nil { selected.keys = nil }
    (selected.deep, selected.deepNode) = (number, node)
  }

  /// Whether an item says when or where an event happened, or the number of its record.
  private func isMark(_ item: TemplatePrograms.Item) -> Bool {
    let mark = fields.keys.nodes[Int(item.node)].mark
    return item.kind == .recordID || mark == EventMark.time.rawValue + 1
      || mark == EventMark.computer.rawValue + 1
  }

  /// Whether a value stands in two places. As a fragment it would be walked twice, and `fragmentCount` would not tell that
  /// another was not: all items are walked then.
  private func repeatsValue(_ items: Range<Int>) -> Bool {
    var numbers: Set<UInt32> = []
    for item in items {
      let first = Int(programs.items[item].firstPiece)
      for piece in first..<(first + Int(programs.items[item].pieceCount))
      where programs.pieces[piece].kind == .substitution {
        if !numbers.insert(programs.pieces[piece].offset).inserted { return true }
      }
    }
    return false
  }

  private func isWanted(_ item: TemplatePrograms.Item, _ source: RecordSource) -> Bool {
    if item.kind == .recordID || item.kind == .named || (item.form == .any && item.pieceCount > 0) {
      return true
    }
    return fields.keys.nodes[Int(item.node)].mark != 0 || isAsked(item, source)
  }

  /// Whether rules ask for a field that an item is.
  private func isAsked(_ item: TemplatePrograms.Item, _ source: RecordSource) -> Bool {
    let key = fields.keys.nodes[Int(item.node)]
    if sources.wants(key.first, of: source) || sources.wants(key.second, of: source) { return true }
    return (0..<Int(key.extraCount)).contains {
      sources.wants(fields.keys.extras[Int(key.firstExtra) + $0].field, of: source)
    }
  }

  /// An item for the texts of a program that are the same in every record and are not looked at but for keywords.
  private mutating func fixedText(
    of program: TemplatePrograms.Program, _ source: RecordSource
  ) -> TemplatePrograms.Item? {
    var item = TemplatePrograms.Item(kind: .value, form: .fixed, isUnknown: true, node: 0)
    item.argument = UInt32(programs.literals.count)
    for index in program.items {
      let fixed = programs.items[index]
      guard fixed.form == .fixed, !isWanted(fixed, source) else { continue }
      for place in 0...Int(fixed.length) {
        programs.literals.append(programs.literals[Int(fixed.argument) + place])
      }
    }
    let length = programs.literals.count - Int(item.argument)
    if length == 0 { return nil }
    item.length = UInt32(length - 1)
    programs.padLiterals()
    return item
  }
}
