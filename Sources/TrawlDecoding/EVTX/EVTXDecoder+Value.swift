import TrawlEvents

extension EVTXDecoder {
  /// Appends a value's text.
  mutating func append(_ value: Substitution) throws(EVTXDamage) {
    var tail = texts.tail(room: EVTXValueText.room(for: value))
    try valueText.append(value, to: &tail)
    texts.take(tail)
  }

  /// A number that is there: the length was compared with its type's.
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
    chunk.load(offset, type) ?? 0
  }

  /// Appends the text of a value that was found to be sound when its record was decoded.
  static func appendText(of encoding: UInt8, _ bytes: UnsafeRawBufferPointer, to output: inout Block<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    let value = Substitution(
      offset: 0, length: UInt16(truncatingIfNeeded: bytes.count), type: encoding)
    var text = EVTXValueText()
    unsafe text.chunk = ByteRegion(base, count: bytes.count)
    var tail = output.tail(room: EVTXValueText.room(for: value))
    // Nothing is thrown of a sound value.
    try? text.append(value, to: &tail)
    output.take(tail)
  }
}

extension EVTXDecoder {
  /// Writes the values of an array, each as a value of the member; false when there are none.
  mutating func writeArray(
    _ array: Substitution, _ node: UInt32, _ batch: inout EventBatch
  ) throws(EVTXDamage) -> Bool {
    for element in try elements(of: array) {
      let start = texts.count
      try append(element)
      fields.emit(node, .plain, UInt32(start), UInt32(texts.count - start), &batch)
      texts.append(0x0A)
    }
    return array.length > 0
  }

  /// The values of an array; an allocation, but arrays are rare.
  func elements(of array: Substitution) throws(EVTXDamage) -> [Substitution] {
    let type = array.type & ~EVTXValueType.array
    var (offset, left) = (Int(array.offset), Int(array.length))
    var elements: [Substitution] = []
    while left > 0 {
      let length = try lengthOfElement(type, offset, left)
      elements.append(Substitution(offset: UInt32(offset), length: UInt16(length), type: type))
      // Strings end in a zero each.
      let end = type == EVTXValueType.string ? 2 : type == EVTXValueType.ansiString ? 1 : 0
      offset += length + end
      left -= length + end
    }
    return elements
  }

  private func lengthOfElement(_ type: UInt8, _ offset: Int, _ left: Int) throws(EVTXDamage) -> Int {
    switch type {
    case EVTXValueType.string:
      var length = 0
      while length + 2 <= left, load(offset + length, UInt16.self) != 0 { length += 2 }
      return length
    case EVTXValueType.ansiString:
      var length = 0
      while length < left, load(offset + length, UInt8.self) != 0 { length += 1 }
      return length
    case EVTXValueType.sid:
      return min(left, 8 + 4 * Int(load(offset + 1, UInt8.self)))
    default:
      guard let size = EVTXValueType.size(type), size <= left else {
        throw EVTXDamage("an array of an unknown type")
      }
      return size
    }
  }
}
