import TrawlEvents

extension EVTXDecoder {
  /// Emits a value as it lies, which `passOver` looked at.
  @inline(__always)
  mutating func keep(_ value: Substitution, of item: TemplatePrograms.Item, _ batch: inout EventBatch) {
    if item.kind == .recordID { takeRecordID(value) }
    let isEmpty = value.length == 0 || (value.length == 1 && value.type == EVTXValueType.string)
    let isNull = isEmpty && !item.mayBeEmpty
    let offset = UInt32(truncatingIfNeeded: chunkOffset &+ Int(value.offset))
    var kept = EventValue(
      field: 0, kind: .encoded, encoding: value.type, offset: offset,
      length: isEmpty ? 0 : UInt32(value.length))
    if isNull { (kept.kind, kept.encoding) = (.null, 0) }
    fields.emit(item.node, kept, &batch)
  }

  /// Whether a value is as long as its type asks for, and may be kept: making its text will not fail.
  func isSound(_ value: Substitution) -> Bool {
    let length = Int(value.length)
    switch value.type {
    case EVTXValueType.sizeT: return length == 4 || length == 8
    case EVTXValueType.sid:
      return length >= 8 && length >= 8 + 4 * Int(load(Int(value.offset) + 1, UInt8.self))
    default: return false
    }
  }

  /// Adds a string to those that are written together, or begins anew where it does not follow them.
  @inline(__always)
  mutating func addToRun(_ value: Substitution, _ tail: inout TextTail) throws(EVTXDamage) {
    let (start, end) = (Int(value.offset), Int(value.offset) &+ Int(value.length))
    if run.upperBound != start || isOpen(run.upperBound) { try writeRun(to: &tail) }
    run = (run.isEmpty ? start : run.lowerBound)..<end
  }

  /// Whether what ends here may come to something else with what follows: half a character, or half a unit.
  @inline(__always)
  private func isOpen(_ end: Int) -> Bool {
    run.count & 1 != 0 || load(end &- 2, UInt16.self) & 0xF800 == 0xD800
  }

  /// Writes the strings that stand side by side, for keywords to be looked for in them.
  @inline(__always)
  private mutating func writeRun(to tail: inout TextTail) throws(EVTXDamage) {
    guard !run.isEmpty, let bytes = unsafe chunk.bytes(run.lowerBound, run.count) else { return }
    let room = 3 &* run.count + 80
    if tail.room < room { try renew(&tail, room: room) }
    unsafe tail.append(utf16: bytes, readable: chunk.count &- run.lowerBound)
    tail.append(0x0A)
    run = 0..<0
  }

  /// Writes what is left at the end of a record.
  mutating func writeRun() throws(EVTXDamage) {
    if run.isEmpty { return }
    var tail = texts.tail(room: 3 * run.count + 80)
    try writeRun(to: &tail)
    texts.take(tail)
  }
}
