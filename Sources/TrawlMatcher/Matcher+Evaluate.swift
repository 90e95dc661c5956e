import Glibc
import TrawlEvents

/// How the text of one field relates to the text of another.
public enum Relation: UInt8, Sendable {
  case equals, contains, startsWith, endsWith
}

extension Matcher {
  /// Whether the program's node holds for the current event.
  mutating func holds(_ index: Int, _ batch: borrowing EventBatch) -> Bool {
    let node = tables.nodes[index]
    switch node.kind {
    case .group: return groupSerials[Int(node.argument)] == serial
    case .test: return holds(tables.tests[Int(node.argument)], batch)
    case .not: return !holds(index + 1, batch)
    case .all, .any:
      let decisive = node.kind == .any
      var child = index + 1
      while child < Int(node.end) {
        if holds(child, batch) == decisive { return decisive }
        child = Int(tables.nodes[child].end)
      }
      return !decisive
    }
  }

  /// Whether a test holds for the current event, whose values `fieldIndex` knows.
  mutating func holds(_ test: TestEntry, _ batch: borrowing EventBatch) -> Bool {
    switch test.kind {
    case .null:
      return fieldIndex.first(test.field) == nil || has(.null, test.field, batch)
    case .container: return has(.container, test.field, batch)
    case .present: return fieldIndex.first(test.field) != nil
    case .field: return relates(test, batch)
    case .column: return relatesColumns(test, batch)
    case .row: return holds(ruleset.rowTests[Int(test.argument)], batch)
    default: return firstPassing(test, batch) != nil
    }
  }

  /// Whether a value of the field is of a kind.
  private func has(_ kind: EventValue.Kind, _ field: FieldID, _ batch: borrowing EventBatch) -> Bool {
    var value = fieldIndex.first(field)
    while let index = value {
      if batch.values[index].kind == kind { return true }
      value = fieldIndex.next(index)
    }
    return false
  }

  /// The first value of the event on which a test passes, as its index in the batch.
  mutating func firstPassing(_ test: TestEntry, _ batch: borrowing EventBatch) -> Int? {
    if test.field == TestEntry.anyValue {
      for index in fieldIndex.firstValue..<(fieldIndex.firstValue + fieldIndex.valueCount) {
        if passes(test, index, batch) { return index }
      }
      return nil
    }
    var value = fieldIndex.first(test.field)
    while let index = value {
      if passes(test, index, batch) { return index }
      value = fieldIndex.next(index)
    }
    return nil
  }

  private mutating func passes(_ test: TestEntry, _ index: Int, _ batch: borrowing EventBatch) -> Bool {
    let value = batch.values[index]
    guard value.isScalar else { return false }
    let text = texts.filtered(texts.text(index, value, batch), index, tests: 1)
    return ruleset.passes(test, text, expressionScratch)
  }

  /// Compares the values of two fields, each with each.
  private mutating func relates(_ test: TestEntry, _ batch: borrowing EventBatch) -> Bool {
    var left = fieldIndex.first(test.field)
    while let first = left {
      var right = fieldIndex.first(test.other)
      while let second = right {
        if relates(first, second, Relation(rawValue: test.relation) ?? .equals, batch) { return true }
        right = fieldIndex.next(second)
      }
      left = fieldIndex.next(first)
    }
    return false
  }

  private mutating func relates(
    _ first: Int, _ second: Int, _ relation: Relation, _ batch: borrowing EventBatch
  ) -> Bool {
    guard batch.values[first].isScalar, batch.values[second].isScalar else { return false }
    // Asking for both first: the second may move the memory of the first.
    _ = texts.text(first, batch.values[first], batch)
    let part = texts.text(second, batch.values[second], batch)
    let whole = texts.text(first, batch.values[first], batch)
    let (count, length) = (whole.foldedCount, part.foldedCount)
    guard length <= count else { return false }
    let (value, literal) = unsafe (whole.folded, part.folded)
    switch relation {
    case .equals: return unsafe length == count && isEqual(value, literal, length)
    case .startsWith: return unsafe isEqual(value, literal, length)
    case .endsWith: return unsafe isEqual(value + (count - length), literal, length)
    case .contains: return unsafe firstOffset(value, count, literal, length) != nil
    }
  }

  /// Looks for the text of one field in that of another; what has none is empty.
  private mutating func relatesColumns(_ test: TestEntry, _ batch: borrowing EventBatch) -> Bool {
    // Asking for both first: the second may move the memory of the first.
    _ = text(of: test.field, batch)
    let needle = text(of: test.other, batch)
    let whole = text(of: test.field, batch)
    // Compilers ask this of no part that is written anew.
    let text = whole.slice(test.part) ?? whole
    let search = unsafe NeedleSearch(
      text: UnsafeBufferPointer(start: text.raw, count: text.rawCount),
      needle: UnsafeBufferPointer(start: needle.raw, count: needle.rawCount), isCased: test.argument == 1)
    return search.first(NeedlePlace(rawValue: test.relation) ?? .equals) != nil
  }

  /// The first text of a field; empty when there is none.
  private mutating func text(of field: FieldID, _ batch: borrowing EventBatch) -> TestedText {
    var value = fieldIndex.first(field)
    while let index = value {
      if batch.values[index].isScalar { return texts.text(index, batch.values[index], batch) }
      value = fieldIndex.next(index)
    }
    return unsafe TestedText(raw: batch.base, rawCount: 0, folded: batch.base, foldedCount: 0)
  }

  /// Asks the gates of a route.
  @inline(__always)
  mutating func hasKeyword(
    _ event: Int, _ route: Int, _ entry: RouteEntry, _ batch: borrowing EventBatch
  ) -> Bool {
    var hasKeyword = false
    for gate in Int(entry.firstGate)..<Int(entry.firstGate + entry.gateCount)
    where ask(ruleset.gates[Int(routes.gates[gate])], event, route, batch) {
      hasKeyword = true
    }
    return hasKeyword
  }

  /// Asks a gate; the programs of the keywords it finds become candidates. Whether it found any.
  mutating func ask(_ gate: Gate, _ event: Int, _ route: Int, _ batch: borrowing EventBatch) -> Bool {
    let record = batch.events[event]
    unsafe gate.database.scan(batch.base + Int(record.offset), count: Int(record.length), scratch)
    guard scratch.count > 0 else { return false }
    counts.openGates += 1
    for hit in 0..<scratch.count {
      for index in gate.ranges[Int(scratch[hit].id)]
      where routes.contains(Int(gate.programs[index]), in: route) {
        announced.insert(gate.programs[index])
      }
    }
    return true
  }
}
