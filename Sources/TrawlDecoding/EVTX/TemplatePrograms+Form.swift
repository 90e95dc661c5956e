import TrawlEvents

extension TemplatePrograms {
  /// Finds the forms of a template's items, from one on to the last; fixed texts of what is no part of an event are left
  /// out.
  mutating func shape(itemsFrom first: Int, _ keys: borrowing KeyCache) {
    var kept = first
    for index in first..<items.count {
      var item = items[index]
      let key = keys.nodes[Int(item.node)]
      item.isUnknown = key.first == 0 && key.mark == 0 && !key.isDropped
      item.form = form(of: item)
      if item.form == .fixed, key.isDropped { continue }
      takeArgument(&item)
      items[kept] = item
      kept += 1
    }
    items.truncate(to: kept)
  }

  private func form(of item: Item) -> Item.Form {
    guard item.pieceCount == 1, item.kind != .container, item.kind != .named else { return .any }
    let piece = pieces[Int(item.firstPiece)]
    switch piece.kind {
    case .text: return piece.length > 0 && item.kind != .recordID ? .fixed : .any
    case .substitution: return .single
    case .instance: return .any
    }
  }

  private mutating func takeArgument(_ item: inout Item) {
    if item.form == .any { return }
    let piece = pieces[Int(item.firstPiece)]
    item.argument = piece.offset
    guard item.form == .fixed else { return }
    item.argument = UInt32(literals.count)
    item.length = piece.length
    for index in 0..<Int(piece.length) { literals.append(literals[Int(piece.offset) + index]) }
    literals.append(0x0A)
    padLiterals()
  }

  /// Whoever copies a text reads so many bytes behind it.
  mutating func padLiterals() { for _ in 0..<31 { literals.append(0x0A) } }

  /// Finds the items that are a record's channel and event id, if it has each of them once and in a known form.
  func findMarks(_ program: inout Program, _ keys: borrowing KeyCache) {
    program.channel = item(.channel, in: program.items, keys)
    program.eventID = item(.eventID, in: program.items, keys)
  }

  private func item(_ mark: EventMark, in items: Range<Int>, _ keys: borrowing KeyCache) -> UInt32 {
    let marked = items.filter { keys.nodes[Int(self.items[$0].node)].mark == mark.rawValue + 1 }
    guard marked.count == 1, self.items[marked[0]].kind == .value, self.items[marked[0]].form != .any else {
      return Program.none
    }
    return UInt32(marked[0])
  }

  /// Whether items refer to instances of templates by their places in the chunk.
  func hasInstance(_ range: Range<Int>) -> Bool {
    for index in range {
      let item = items[index]
      for piece in Int(item.firstPiece)..<Int(item.firstPiece + item.pieceCount)
      where pieces[piece].kind == .instance { return true }
    }
    return false
  }

  /// Appends the text of a fixed item and the end of its line; takes room for 31 bytes more.
  @inline(__always)
  func copyLine(_ item: Item, to tail: inout TextTail) {
    let (start, count) = (Int(item.argument), Int(item.length) &+ 1)
    precondition(start &+ count &+ 31 <= literals.count, "the text and its padding lie in the literals")
    unsafe tail.append(padded: literals.pointer + start, count: count)
  }
}
