import TrawlEvents

/// Numbers and Booleans in columns that their table has as text, in the events of a batch.
public struct MisfitColumns: ~Copyable {
  /// By field: how many events have one, and the first of them.
  private var counts: Block<UInt32>
  private var firstEvents: Block<UInt32>
  /// Whether there are none.
  public private(set) var isEmpty = true

  init(fieldCount: Int) {
    counts = Block(repeating: 0, count: fieldCount)
    firstEvents = Block(repeating: 0, count: fieldCount)
  }

  mutating func note(_ field: FieldID, event: Int) {
    let field = Int(field)
    if counts[field] == 0 { firstEvents[field] = UInt32(truncatingIfNeeded: event) }
    counts[field] &+= 1
    isEmpty = false
  }

  mutating func clear() {
    if isEmpty { return }
    isEmpty = true
    for field in 0..<counts.count { counts[field] = 0 }
  }

  /// How many there are in a field, and the index of the first event with one; nil where there are none.
  public func misfits(of field: FieldID) -> (count: Int, firstEvent: Int)? {
    let field = Int(field)
    return counts[field] == 0 ? nil : (Int(counts[field]), Int(firstEvents[field]))
  }
}

extension Matcher {
  /// Notes the values of an event that are no text and should be.
  @inline(never)
  mutating func noteMisfits(_ event: Int, _ route: Int, _ batch: borrowing EventBatch) {
    for index in batch.values(of: event) {
      let value = batch.values[index]
      guard value.kind == .plain, routes.isText(field: value.field, in: route) else { continue }
      misfits.note(value.field, event: event)
    }
  }
}
