import TrawlEvents

/// The values of the current event by field, made for events that some rule must be evaluated for.
struct FieldIndex: ~Copyable {
  struct Entry: BitwiseCopyable {
    var serial: UInt32 = 0
    /// Of the field, in `chain`.
    var first: UInt32 = 0
  }

  private var entries: Block<Entry>
  /// Per value of the event: the next of the same field, as its place plus one, or 0.
  private var chain = Block<UInt32>(capacity: 256)
  private var serial: UInt32 = 0
  /// The event that it knows, in its batch.
  private(set) var event = 0
  private(set) var firstValue = 0
  private(set) var valueCount = 0

  init(fieldCount: Int) { entries = Block(repeating: Entry(), count: fieldCount) }

  mutating func build(_ event: Int, _ batch: borrowing EventBatch) {
    serial &+= 1
    if serial == 0 {
      for index in 0..<entries.count { entries[index].serial = 0 }
      serial = 1
    }
    self.event = event
    let values = batch.values(of: event)
    firstValue = values.lowerBound
    valueCount = values.count
    chain.truncate(to: 0)
    for _ in 0..<values.count { chain.append(0) }
    for place in stride(from: values.count - 1, through: 0, by: -1) {
      let field = Int(batch.values[firstValue + place].field)
      if entries[field].serial == serial { chain[place] = entries[field].first }
      entries[field] = Entry(serial: serial, first: UInt32(place + 1))
    }
  }

  /// The first value of a field, as its index in the batch, or nil.
  @inline(__always)
  func first(_ field: FieldID) -> Int? {
    let entry = entries[Int(field)]
    return entry.serial == serial ? firstValue + Int(entry.first) - 1 : nil
  }

  /// The next value of the same field, or nil.
  @inline(__always)
  func next(_ value: Int) -> Int? {
    let place = chain[value - firstValue]
    return place == 0 ? nil : firstValue + Int(place) - 1
  }
}
