/// Objects that hold events in an array: `{"records": [...]}` of Event Hubs and CloudTrail, and the answers of Defender's
/// hunting APIs, `{"Stats": ..., "Schema": [...], "Results": [...]}` and `{"schema": [...], "results": [...]}`
/// (learn.microsoft.com, "Advanced hunting API", "security: runHuntingQuery"). Names are of any case.
extension DocumentSplitter {
  /// Members that may stand before the array; an object that begins with any other is an event.
  private static let companions: [StaticString] = ["stats", "schema", "@odata.context", "@odata.type"]
  private static let arrays: [StaticString] = ["records", "results"]

  /// Where the first record starts, if an envelope begins at `start`; nil also where that is not to be seen yet.
  func startOfRecords(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var index = start
    guard unsafe pass(UInt8(ascii: "{"), bytes, &index) else { return nil }
    while let name = unsafe passName(bytes, &index) {
      if DocumentSplitter.arrays.contains(where: { unsafe spells(bytes[name], $0) }) {
        return unsafe startOfArray(bytes, index)
      }
      guard DocumentSplitter.companions.contains(where: { unsafe spells(bytes[name], $0) }),
        let end = unsafe endOfValue(bytes, index)
      else { return nil }
      index = end
    }
    return nil
  }

  /// Behind the bracket of an array that has objects in it, or nothing.
  private func startOfArray(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var index = start
    guard unsafe pass(UInt8(ascii: "["), bytes, &index) else { return nil }
    let first = unsafe afterBlanks(bytes, index)
    guard first < bytes.count, unsafe bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "]")
    else { return nil }
    return index
  }

  private func afterBlanks(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < bytes.count, unsafe DocumentSplitter.isBetween(bytes[index]) { index += 1 }
    return index
  }

  private func pass(_ byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    index = unsafe afterBlanks(bytes, index)
    guard index < bytes.count, unsafe bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// The name of the next member, without its quotes; `index` is behind the colon then.
  private func passName(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Range<Int>? {
    let start = unsafe afterBlanks(bytes, index)
    guard start < bytes.count, unsafe bytes[start] == UInt8(ascii: "\""),
      let end = unsafe endOfString(bytes, start)
    else { return nil }
    index = end
    return unsafe pass(UInt8(ascii: ":"), bytes, &index) ? (start + 1)..<(end - 1) : nil
  }

  private func spells(_ name: Slice<UnsafeBufferPointer<UInt8>>, _ word: StaticString) -> Bool {
    guard unsafe name.count == word.utf8CodeUnitCount else { return false }
    return unsafe zip(name, 0..<name.count).allSatisfy { byte, place in
      let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
      return unsafe folded == word.utf8Start[place]
    }
  }

  /// Behind the value of a member.
  private func endOfValue(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    let start = unsafe afterBlanks(bytes, start)
    guard start < bytes.count else { return nil }
    switch unsafe bytes[start] {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return unsafe endOfBrackets(bytes, start)
    case UInt8(ascii: "\""): return unsafe endOfString(bytes, start)
    default: return unsafe bytes[start...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
    }
  }

  /// Behind the brace that closes an envelope.
  func endOfEnvelope(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      switch unsafe bytes[index] {
      case UInt8(ascii: "}"): return index + 1
      case UInt8(ascii: "\""):
        guard let end = unsafe endOfString(bytes, index) else { return nil }
        index = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard let end = unsafe endOfBrackets(bytes, index) else { return nil }
        index = end
      default: index += 1
      }
    }
    return nil
  }
}
