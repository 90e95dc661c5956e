import TrawlEvents

extension EVTXDecoder {
  /// Appends a value's text as Windows, or evtx-rs where Windows has none, prints it.
  @inline(__always)
  mutating func append(_ value: Substitution) throws(EVTXDamage) {
    let (offset, length) = (Int(value.offset), Int(value.length))
    if value.type == EVTXValueType.string {
      guard let bytes = unsafe chunk.bytes(offset, length) else {
        throw EVTXDamage("a value outside its chunk")
      }
      unsafe texts.append(utf16: bytes)
    } else {
      try append(type: value.type, offset, length)
    }
  }

  @inline(never)
  private mutating func append(type: UInt8, _ offset: Int, _ length: Int) throws(EVTXDamage) {
    guard let bytes = unsafe chunk.bytes(offset, length) else {
      throw EVTXDamage("a value outside its chunk")
    }
    if let size = EVTXValueType.size(type), length < size {
      throw EVTXDamage("a value that is too short for its type")
    }
    switch type {
    case EVTXValueType.ansiString: unsafe texts.append(windows1252: bytes)
    case EVTXValueType.int8: append(signed: Int64(load(offset, Int8.self)))
    case EVTXValueType.uint8: texts.append(decimal: UInt64(load(offset, UInt8.self)))
    case EVTXValueType.int16: append(signed: Int64(load(offset, Int16.self)))
    case EVTXValueType.uint16: texts.append(decimal: UInt64(load(offset, UInt16.self)))
    case EVTXValueType.int32: append(signed: Int64(load(offset, Int32.self)))
    case EVTXValueType.uint32: texts.append(decimal: UInt64(load(offset, UInt32.self)))
    case EVTXValueType.int64: append(signed: load(offset, Int64.self))
    case EVTXValueType.uint64: texts.append(decimal: load(offset, UInt64.self))
    case EVTXValueType.real32: append("\(Float(bitPattern: load(offset, UInt32.self)))")
    case EVTXValueType.real64: append("\(Double(bitPattern: load(offset, UInt64.self)))")
    case EVTXValueType.boolean: append(load(offset, UInt32.self) == 0 ? "false" : "true")
    case EVTXValueType.guid: appendGUID(offset)
    case EVTXValueType.sizeT, EVTXValueType.eventHandle: try appendSize(offset, length)
    case EVTXValueType.hexInt32: appendHex(UInt64(load(offset, UInt32.self)))
    case EVTXValueType.hexInt64: appendHex(load(offset, UInt64.self))
    case EVTXValueType.fileTime: appendFileTime(load(offset, UInt64.self))
    case EVTXValueType.systemTime: appendSystemTime(offset)
    case EVTXValueType.sid: try appendSID(offset, length)
    case EVTXValueType.binary: for index in 0..<length { texts.append(hex: load(offset + index, UInt8.self)) }
    case EVTXValueType.eventXML: unsafe texts.append(utf16: bytes)
    default: throw EVTXDamage("a value of an unknown type")
    }
  }

  /// A number that is there: the length was compared with its type's.
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number
  {
    chunk.load(offset, type) ?? 0
  }

  private mutating func append(signed number: Int64) {
    if number < 0 { texts.append(UInt8(ascii: "-")) }
    texts.append(decimal: number.magnitude)
  }

  private mutating func append(_ text: String) { for byte in text.utf8 { texts.append(byte) } }

  private mutating func appendHex(_ number: UInt64) {
    append("0x")
    var shift = max(0, 60 - number.leadingZeroBitCount / 4 * 4)
    while shift >= 0 {
      texts.append(hexDigit: UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15, "a")
      shift -= 4
    }
  }

  private mutating func appendSize(_ offset: Int, _ length: Int) throws(EVTXDamage) {
    if length == 4 { return appendHex(UInt64(load(offset, UInt32.self))) }
    guard length == 8 else { throw EVTXDamage("a value that is too short for its type") }
    appendHex(load(offset, UInt64.self))
  }

  private mutating func appendGUID(_ offset: Int) {
    let (low, high) = (load(offset, UInt64.self), load(offset + 8, UInt64.self).byteSwapped)
    texts.reserve(texts.count + 38)
    texts.append(UInt8(ascii: "{"))
    appendHex(low & 0xFFFF_FFFF, bytes: 4)
    texts.append(UInt8(ascii: "-"))
    appendHex(low >> 32 & 0xFFFF, bytes: 2)
    texts.append(UInt8(ascii: "-"))
    appendHex(low >> 48, bytes: 2)
    texts.append(UInt8(ascii: "-"))
    appendHex(high >> 48, bytes: 2)
    texts.append(UInt8(ascii: "-"))
    appendHex(high, bytes: 6)
    texts.append(UInt8(ascii: "}"))
  }

  /// The low bytes of a number, the highest first.
  @inline(__always)
  private mutating func appendHex(_ number: UInt64, bytes: Int) {
    for byte in (0..<bytes).reversed() {
      texts.append(hex: UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)))
    }
  }

  private mutating func appendSID(_ offset: Int, _ length: Int) throws(EVTXDamage) {
    guard length >= 8, length >= 8 + 4 * Int(load(offset + 1, UInt8.self)) else {
      throw EVTXDamage("a SID that is too short")
    }
    append("S-")
    texts.append(decimal: UInt64(load(offset, UInt8.self)))
    texts.append(UInt8(ascii: "-"))
    texts.append(
      decimal: (2..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(load(offset + $1, UInt8.self)) })
    for index in 0..<Int(load(offset + 1, UInt8.self)) {
      texts.append(UInt8(ascii: "-"))
      texts.append(decimal: UInt64(load(offset + 8 + 4 * index, UInt32.self)))
    }
  }
}

extension EVTXDecoder {
  /// 100 ns since 1601, as RFC 3339 with microseconds.
  private mutating func appendFileTime(_ ticks: UInt64) {
    clock.appendSecond(ticks / 10_000_000, to: &texts)
    texts.append(UInt8(ascii: "."))
    texts.append(decimal: ticks / 10 % 1_000_000, digits: 6)
    texts.append(UInt8(ascii: "Z"))
  }

  private mutating func appendSystemTime(_ offset: Int) {
    func part(_ index: Int) -> UInt64 { UInt64(load(offset + 2 * index, UInt16.self)) }
    ClockText.appendSecond(
      year: part(0), month: part(1), day: part(3), hour: part(4), minute: part(5), second: part(6), to: &texts
    )
    texts.append(UInt8(ascii: "."))
    texts.append(decimal: part(7) * 1000, digits: 6)
    texts.append(UInt8(ascii: "Z"))
  }
}

/// Writes times; events of the same second take its text from the one before.
struct ClockText: ~Copyable {
  private var second = UInt64.max
  private var text = Block<UInt8>(capacity: 32)

  /// Appends a second since 1601: `2026-11-21T10:00:00`.
  mutating func appendSecond(_ second: UInt64, to texts: inout Block<UInt8>) {
    if second != self.second {
      self.second = second
      text.truncate(to: 0)
      let (year, month, day) = ClockText.date(ofDay: Int(second / 86_400) - 134_774)
      ClockText.appendSecond(
        year: UInt64(year), month: UInt64(month), day: UInt64(day), hour: second / 3600 % 24,
        minute: second / 60 % 60, second: second % 60, to: &text)
    }
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(start: text.pointer, count: text.count))
  }

  static func appendSecond(
    year: UInt64, month: UInt64, day: UInt64, hour: UInt64, minute: UInt64, second: UInt64,
    to texts: inout Block<UInt8>
  ) {
    texts.append(decimal: year, digits: year > 9999 ? 5 : 4)
    texts.append(UInt8(ascii: "-"))
    texts.append(decimal: month, digits: 2)
    texts.append(UInt8(ascii: "-"))
    texts.append(decimal: day, digits: 2)
    texts.append(UInt8(ascii: "T"))
    texts.append(decimal: hour, digits: 2)
    texts.append(UInt8(ascii: ":"))
    texts.append(decimal: minute, digits: 2)
    texts.append(UInt8(ascii: ":"))
    texts.append(decimal: second, digits: 2)
  }

  /// Of the proleptic Gregorian calendar, from days since 1970 (Howard Hinnant's civil_from_days).
  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
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
