import TrawlEvents

extension Matcher {
  /// Why a match holds: each predicate that counts for the rule and is true, with the first value that makes it so.
  /// Slow; for what is shown.
  public mutating func evidence(for match: Match, in batch: borrowing EventBatch) -> [Evidence] {
    texts.beginEvent()
    fieldIndex.build(Int(match.event), batch)
    return ruleset.rules[Int(match.rule)].items.filter(\.isPositive).compactMap { item in
      for number in [item.test] + item.routedTests {
        let test = tables.tests[Int(number)]
        if holds(test, batch) { return evidence(item, test, batch) }
      }
      return nil
    }
  }

  private mutating func evidence(
    _ item: ItemInfo, _ test: TestEntry, _ batch: borrowing EventBatch
  ) -> Evidence {
    var evidence = Evidence(
      searchIdentifier: item.searchIdentifier,
      field: test.field == TestEntry.anyValue ? nil : ruleset.fields.names[Int(test.field)],
      modifiers: item.modifiers, pattern: item.value, value: nil, range: nil)
    let index =
      test.kind == .field || test.kind == .present ? fieldIndex.first(test.field) : firstPassing(test, batch)
    guard let index, batch.values[index].isScalar else { return evidence }
    let text = texts.text(index, batch.values[index], batch)
    evidence.value = unsafe String(
      decoding: UnsafeBufferPointer(start: text.raw, count: text.rawCount), as: UTF8.self)
    evidence.range = range(of: test, text)
    return evidence
  }

  /// Where the literal of a text test, or the match of an expression, lies in the raw text.
  private func range(of test: TestEntry, _ text: TestedText) -> Range<Int>? {
    switch test.kind {
    case .expression:
      return unsafe ruleset.expressions[Int(test.argument)].range(
        in: text.raw, count: text.rawCount, expressionScratch)
    case .text: break
    default: return nil
    }
    let entry = tables.textTests[Int(test.argument)]
    guard entry.shape != .glob else { return nil }
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
    // No time that is understood needs an escape.
    return unsafe DateText(
      UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length)))
  }

  /// The text of the value that bears a mark.
  public func text(of mark: EventMark, event: Int, in batch: borrowing EventBatch) -> String? {
    guard let value = batch.mark(mark, of: event), value.isScalar else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
    if value.kind == .jsonString { return unsafe JSONText.unescaped(bytes) }
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
