import TrawlEvents

/// Writes the values of one event after the other into a batch, by what their members are: one field may be found in
/// several places, of which the best counts.
struct FieldWriter: ~Copyable {
  var keys: KeyCache
  private var slots: Block<FieldSlot>
  private var markRanks = Block<UInt8>(repeating: .max, count: EventMark.count)
  /// Whether several members of the event name its channel, or its event id.
  private(set) var hasRivalMarks = false
  /// Numbers the events, for `slots`; 0 is none.
  private var serial: UInt32 = 0

  init(fields: FieldTable) {
    keys = KeyCache(model: FieldModel(fields: fields))
    slots = Block(repeating: FieldSlot(), count: fields.count)
  }

  /// Where the field was found in the event that is being decoded.
  struct FieldSlot: BitwiseCopyable {
    var event: UInt32 = 0
    var rank: UInt8 = 0
  }

  /// Begins an event, which is the batch's last from now on.
  @inline(__always)
  mutating func begin(_ record: EventRecord, _ batch: inout EventBatch) {
    batch.events.append(record)
    for mark in 0..<EventMark.count {
      batch.marks.append(EventBatch.noValue)
      markRanks[mark] = .max
    }
    countEvent()
  }

  /// Begins the batch's last event once more, without its values.
  mutating func beginAgain(_ batch: inout EventBatch) {
    let event = batch.events.count - 1
    batch.values.truncate(to: Int(batch.events[event].firstValue))
    for mark in 0..<EventMark.count {
      batch.marks[event * EventMark.count + mark] = EventBatch.noValue
      markRanks[mark] = .max
    }
    countEvent()
  }

  /// Once in four billion events the numbers begin again.
  @inline(__always)
  private mutating func countEvent() {
    hasRivalMarks = false
    serial &+= 1
    if serial > 0 { return }
    for field in 0..<slots.count { slots[field].event = 0 }
    serial = 1
  }
}

extension FieldWriter {
  /// Appends a value for each field that the member is, and its mark.
  @inline(__always)
  mutating func emit(
    _ node: UInt32, _ kind: EventValue.Kind, _ offset: UInt32, _ length: UInt32, _ batch: inout EventBatch
  ) {
    emit(node, EventValue(field: 0, kind: kind, offset: offset, length: length), &batch)
  }

  /// The same of a value that has no field yet.
  @inline(__always)
  mutating func emit(_ node: UInt32, _ value: EventValue, _ batch: inout EventBatch) {
    let key = keys.nodes[Int(node)]
    if key.first == 0 && key.mark == 0 {
      if !key.isDropped { batch.values.append(value) }
    } else {
      emitKnown(key, value, &batch)
    }
  }

  @inline(__always)
  mutating func emitKnown(_ key: KeyNode, _ value: EventValue, _ batch: inout EventBatch) {
    if key.mark != 0 { offerMark(key, value, &batch) }
    append(value, key.first, key.firstRank, &batch)
    if key.second != 0 { append(value, key.second, key.secondRank, &batch) }
    for index in 0..<Int(key.extraCount) {
      let extra = keys.extras[Int(key.firstExtra) + index]
      append(value, extra.field, extra.rank, &batch)
    }
  }

  @inline(__always)
  private mutating func offerMark(_ key: KeyNode, _ value: EventValue, _ batch: inout EventBatch) {
    let mark = Int(key.mark) - 1
    if markRanks[mark] != .max,
      mark == Int(EventMark.channel.rawValue) || mark == Int(EventMark.eventID.rawValue)
    {
      hasRivalMarks = true
    }
    if key.markRank <= markRanks[mark] { setMark(key, value, &batch) }
  }

  /// The best ranked member bears a mark; of several values the first that has text. An event id that is several values
  /// is none.
  private mutating func setMark(_ key: KeyNode, _ value: EventValue, _ batch: inout EventBatch) {
    let mark = Int(key.mark) - 1
    let slot = batch.marks.count - EventMark.count + mark
    let place = UInt32(truncatingIfNeeded: batch.values.count)
    if key.markRank < markRanks[mark] {
      markRanks[mark] = key.markRank
      batch.marks[slot] = place
    } else if batch.marks[slot] != EventBatch.noValue, value.kind != .container {
      let known = batch.values[Int(batch.marks[slot])].kind
      if mark == Int(EventMark.eventID.rawValue) {
        batch.marks[slot] = known == .container ? place : EventBatch.noValue
      } else if known == .container || known == .null, value.isScalar {
        batch.marks[slot] = place
      }
    }
  }

  /// Gives the event's mark to a value, which keeps it.
  mutating func set(_ mark: EventMark, _ value: UInt32, _ batch: inout EventBatch) {
    batch.marks[batch.marks.count - EventMark.count + Int(mark.rawValue)] = value
    markRanks[Int(mark.rawValue)] = 0
  }

  /// Notes that a member is there, which has members of its own.
  mutating func emitContainer(_ node: UInt32, offset: UInt32, _ batch: inout EventBatch) {
    let key = keys.nodes[Int(node)]
    if key.isLeaf || (key.first == 0 && key.mark == 0) { return }
    emitKnown(key, EventValue(field: 0, kind: .container, offset: offset, length: 0), &batch)
  }

  /// Appends a value of a field; the same field in a better place overrules it, in a worse one is overruled.
  @inline(__always)
  private mutating func append(
    _ value: EventValue, _ field: FieldID, _ rank: UInt8, _ batch: inout EventBatch
  ) {
    var value = value
    value.field = field
    let slot = slots[Int(field)]
    if field != 0, slot.event == serial, slot.rank != rank {
      if rank > slot.rank {
        value.field = 0
      } else {
        demote(field, &batch)
        slots[Int(field)].rank = rank
      }
    } else {
      slots[Int(field)] = FieldSlot(event: serial, rank: rank)
    }
    batch.values.append(value)
  }

  /// The values of a field that was found in a better place too are only seen by keywords.
  private func demote(_ field: FieldID, _ batch: inout EventBatch) {
    let first = Int(batch.events[batch.events.count - 1].firstValue)
    for value in first..<batch.values.count where batch.values[value].field == field {
      batch.values[value].field = 0
    }
  }
}
