import TrawlEvents

extension Matcher {
  /// Why a match holds: the predicates that make it true, each with the first value that does. What is true in a branch
  /// that did not hold is left out, and so is what is below a `not`. Slow; for what is shown.
  public mutating func evidence(for match: Match, in batch: borrowing EventBatch) -> [Evidence] {
    if !reads(match.rule, route(of: Int(match.event), in: batch)) {
      let mapped = withMapped(Int(match.event), for: match.rule, in: batch) { matcher, mapping, batch in
        matcher.evidence(Match(event: 0, rule: match.rule), mapping, batch)
      }
      if let mapped { return mapped }
    }
    return evidence(match, nil, batch) ?? []
  }

  /// The same for a row that is read otherwise; nil if the match does not hold.
  private mutating func evidence(
    _ match: Match, _ mapping: MappingEntry?, _ batch: borrowing EventBatch
  ) -> [Evidence]? {
    support(for: match, in: batch)?.map { item, test in
      let test = tables.tests[Int(test)]
      var evidence = evidence(ruleset.rules[Int(match.rule)].items[item], test, batch)
      if let mapping, let columns = columns(of: test.field, mapping, batch) { evidence.field = columns }
      return evidence
    }
  }

  /// The items of the rule that make a match hold, each with its test; nil if it does not hold.
  mutating func support(
    for match: Match, in batch: borrowing EventBatch
  ) -> [(item: Int, test: UInt32)]? {
    texts.beginEvent()
    fieldIndex.build(Int(match.event), batch)
    let rule = ruleset.rules[Int(match.rule)]
    let routes = rule.items.first?.routedTests.count ?? 0
    for route in 0...routes {
      let tests = rule.items.map { route == 0 ? $0.test : $0.routedTests[route - 1] }
      if let items = support(for: true, at: 0, of: rule.condition, tests, batch) {
        return Set(items).sorted().map { ($0, tests[$0]) }
      }
    }
    return nil
  }

  /// The items whose truth makes a node of a rule's condition what it is said to be, or nil if it is not that.
  private mutating func support(
    for isWanted: Bool, at index: Int, of nodes: [NodeEntry], _ tests: [UInt32], _ batch: borrowing EventBatch
  ) -> [Int]? {
    let node = nodes[index]
    switch node.kind {
    case .group: return nil
    case .test:
      let item = Int(node.argument)
      guard holds(tables.tests[Int(tests[item])], batch) == isWanted else { return nil }
      return isWanted ? [item] : []
    case .not: return support(for: !isWanted, at: index + 1, of: nodes, tests, batch)
    case .all, .any:
      let needsEach = (node.kind == .all) == isWanted
      var found: [Int]? = needsEach ? [] : nil
      var child = index + 1
      while child < Int(node.end) {
        let items = support(for: isWanted, at: child, of: nodes, tests, batch)
        if let items { found = (found ?? []) + items } else if needsEach { return nil }
        child = Int(nodes[child].end)
      }
      return found
    }
  }

  /// The value that made a test of the current event hold.
  mutating func evidence(
    _ item: ItemInfo, _ test: TestEntry, _ batch: borrowing EventBatch
  ) -> Evidence {
    let name = test.field == TestEntry.anyValue ? nil : ruleset.fields.names[Int(test.field)]
    // The compiler's name for what the same rule has in every event has a blank in it, as no other has.
    var evidence = Evidence(
      searchIdentifier: item.searchIdentifier, field: name?.contains(" ") == true ? item.field : name,
      modifiers: item.modifiers, pattern: item.value, value: nil, range: nil)
    let index: Int? =
      switch test.kind {
      case .field, .column, .present, .container: fieldIndex.first(test.field)
      // What a computed value was made of first.
      case .row: test.field == TestEntry.anyValue ? nil : fieldIndex.first(test.field)
      default: firstPassing(test, batch)
      }
    guard let index, batch.values[index].isScalar else { return evidence }
    let text = texts.text(index, batch.values[index], batch)
    evidence.value = unsafe String(
      decoding: UnsafeBufferPointer(start: text.raw, count: text.rawCount), as: UTF8.self)
    evidence.range = range(of: test, text)
    return evidence
  }

  /// Where the literal of a text test, or the match of an expression, lies in the raw text.
  private func range(of test: TestEntry, _ text: TestedText) -> Range<Int>? {
    guard test.part == .whole else {
      // Of other parts it is not known where they lie in the value as it was written.
      guard test.part == .fileName, let name = text.slice(.fileName) else { return nil }
      var whole = test
      whole.part = .whole
      let start = text.rawCount - name.rawCount
      return range(of: whole, name).map { ($0.lowerBound + start)..<($0.upperBound + start) }
    }
    switch test.kind {
    case .expression:
      return unsafe ruleset.expressions[Int(test.argument)].range(
        in: text.raw, count: text.rawCount, expressionScratch)
    case .text: break
    default: return nil
    }
    let entry = tables.textTests[Int(test.argument)]
    guard entry.shape != .glob else { return nil }
    if entry.needle != TextEntry.noNeedle {
      let needle = tables.needles[Int(entry.needle)]
      return tables.place(of: needle, in: text).map { $0..<($0 + Int(needle.length)) }
    }
    let length = Int(entry.length)
    let (value, count) = unsafe entry.isCased ? (text.raw, text.rawCount) : (text.folded, text.foldedCount)
    let start: Int? =
      switch entry.shape {
      case .equals, .startsWith: 0
      case .endsWith: count - length
      default: unsafe firstOffset(value, count, tables.texts.pointer + Int(entry.offset), length)
      }
    guard let start else { return nil }
    if entry.isCased { return start..<(start + length) }
    return rawRange(start..<(start + length), text)
  }

  /// The range of the raw text whose fold is a range of the folded text: the fold goes code point by code point, but may
  /// change their lengths.
  private func rawRange(_ folded: Range<Int>, _ text: TestedText) -> Range<Int> {
    guard text.rawCount != text.foldedCount else { return folded }
    let raw = unsafe String(
      decoding: UnsafeBufferPointer(start: text.raw, count: text.rawCount), as: UTF8.self)
    var (rawOffset, foldedOffset) = (0, 0)
    var (start, end) = (0, raw.utf8.count)
    for scalar in raw.unicodeScalars {
      if foldedOffset == folded.lowerBound { start = rawOffset }
      if foldedOffset == folded.upperBound { end = rawOffset }
      rawOffset += UTF8.width(scalar)
      foldedOffset += UTF8.width(Fold.lowercase(scalar))
    }
    return start..<max(start, end)
  }

  /// When an event happened; nil when it does not say so in a way that is understood.
  public func time(of event: Int, in batch: borrowing EventBatch) -> DateText? {
    guard let value = batch.mark(.time, of: event), value.isScalar else { return nil }
    if value.kind == .encoded {
      var text = Block<UInt8>(capacity: 128)
      batch.appendText(of: value, to: &text)
      return unsafe DateText(UnsafeBufferPointer(start: UnsafePointer(text.pointer), count: text.count))
    }
    // No time that is understood needs an escape.
    return unsafe DateText(batch.bytes(of: value))
  }

  /// The text of the value that bears a mark.
  public func text(of mark: EventMark, event: Int, in batch: borrowing EventBatch) -> String? {
    guard let value = batch.mark(mark, of: event), value.isScalar else { return nil }
    return batch.text(of: value)
  }
}
