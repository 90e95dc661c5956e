import TrawlEvents

/// Makes text of values, as Windows, or evtx-rs where Windows has none, prints them.
struct EVTXValueText: ~Copyable {
  /// The chunk in which the values lie.
  var chunk = ByteRegion()
  private var clock = ClockText()

  /// Bytes that a value's text may take: three of each of its own at most, or what the longest text of a fixed size takes;
  /// and what is written behind it.
  @inline(__always)
  static func room(for value: Substitution) -> Int { 3 &* Int(value.length) &+ 80 }

  /// Appends a value's text where there is room for it.
  @inline(__always)
  mutating func append(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    switch value.type {
    case EVTXValueType.string:
      unsafe tail.append(utf16: try bytes(of: value), readable: readable(from: value))
    case EVTXValueType.uint8: tail.append(decimal: UInt64(try number(value, UInt8.self)))
    case EVTXValueType.uint16: tail.append(decimal: UInt64(try number(value, UInt16.self)))
    case EVTXValueType.uint32: tail.append(decimal: UInt64(try number(value, UInt32.self)))
    case EVTXValueType.uint64: tail.append(decimal: try number(value, UInt64.self))
    case EVTXValueType.hexInt64: tail.append(hexadecimal: try number(value, UInt64.self))
    case EVTXValueType.guid: try appendGUID(value, to: &tail)
    default: try appendOther(value, to: &tail)
    }
  }

  /// Appends a value of a type that is rarer, or dearer than a call.
  @inline(never)
  private mutating func appendOther(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    switch value.type {
    case EVTXValueType.ansiString: unsafe tail.append(windows1252: try bytes(of: value))
    case EVTXValueType.int8: tail.append(signed: Int64(try number(value, Int8.self)))
    case EVTXValueType.int16: tail.append(signed: Int64(try number(value, Int16.self)))
    case EVTXValueType.int32: tail.append(signed: Int64(try number(value, Int32.self)))
    case EVTXValueType.int64: tail.append(signed: try number(value, Int64.self))
    case EVTXValueType.real32: tail.append("\(Float(bitPattern: try number(value, UInt32.self)))")
    case EVTXValueType.real64: tail.append("\(Double(bitPattern: try number(value, UInt64.self)))")
    case EVTXValueType.boolean: tail.append(try number(value, UInt32.self) == 0 ? "false" : "true")
    case EVTXValueType.sizeT, EVTXValueType.eventHandle: try appendSize(value, to: &tail)
    case EVTXValueType.hexInt32: tail.append(hexadecimal: UInt64(try number(value, UInt32.self)))
    case EVTXValueType.fileTime: clock.appendFileTime(try number(value, UInt64.self), to: &tail)
    case EVTXValueType.systemTime: try appendSystemTime(value, to: &tail)
    case EVTXValueType.sid: try appendSID(value, to: &tail)
    case EVTXValueType.binary:
      for place in 0..<Int(value.length) {
        tail.append(hex: load(Int(value.offset) + place, UInt8.self))
      }
    case EVTXValueType.eventXML:
      unsafe tail.append(utf16: try bytes(of: value), readable: readable(from: value))
    default: throw EVTXDamage("a value of an unknown type")
    }
  }

  @inline(__always)
  private func bytes(of value: Substitution) throws(EVTXDamage) -> UnsafeRawBufferPointer {
    guard let bytes = unsafe chunk.bytes(Int(value.offset), Int(value.length)) else {
      throw EVTXDamage("a value outside its chunk")
    }
    return unsafe bytes
  }

  @inline(__always)
  private func readable(from value: Substitution) -> Int { chunk.count &- Int(value.offset) }

  /// The number that a value begins with.
  @inline(__always)
  private func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ value: Substitution, _ type: Number.Type
  ) throws(EVTXDamage) -> Number {
    guard Int(value.length) >= MemoryLayout<Number>.size, let number = chunk.load(Int(value.offset), type)
    else { throw EVTXDamage("a value that is too short for its type") }
    return number
  }

  /// A number that is there: the length was compared with its type's.
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
    chunk.load(offset, type) ?? 0
  }

  private func appendSize(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    let number = try value.length == 4 ? UInt64(number(value, UInt32.self)) : number(value, UInt64.self)
    guard value.length <= 8 else { throw EVTXDamage("a value that is too short for its type") }
    tail.append(hexadecimal: number)
  }

  private func appendGUID(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    guard value.length >= 16 else { throw EVTXDamage("a value that is too short for its type") }
    let offset = Int(value.offset)
    func digits(_ number: UInt32) -> UInt64 { DigitWord.hexadecimal(number, ten: "A") }
    let middle = load(offset + 4, UInt32.self)
    // Two numbers of two bytes.
    let second = digits(middle << 16 | middle >> 16)
    let third = digits(load(offset + 8, UInt32.self).byteSwapped)
    tail.append(UInt8(ascii: "{"))
    tail.append(word: digits(load(offset, UInt32.self)), count: 8)
    tail.append(dashBefore: second)
    tail.append(dashBefore: second >> 32)
    tail.append(dashBefore: third)
    tail.append(dashBefore: third >> 32)
    tail.append(word: digits(load(offset + 12, UInt32.self).byteSwapped), count: 8)
    tail.append(UInt8(ascii: "}"))
  }

  private func appendSID(_ value: Substitution, to tail: inout TextTail) throws(EVTXDamage) {
    let (offset, length) = (Int(value.offset), Int(value.length))
    guard length >= 8, length >= 8 + 4 * Int(load(offset + 1, UInt8.self)) else {
      throw EVTXDamage("a SID that is too short")
    }
    tail.append(word: 0x2D53, count: 2)
    tail.append(decimal: UInt64(load(offset, UInt8.self)))
    tail.append(UInt8(ascii: "-"))
    // Six bytes, the highest first.
    tail.append(decimal: load(offset, UInt64.self).byteSwapped & 0xFFFF_FFFF_FFFF)
    for index in 0..<Int(load(offset + 1, UInt8.self)) {
      tail.append(UInt8(ascii: "-"))
      tail.append(decimal: UInt64(load(offset + 8 + 4 * index, UInt32.self)))
    }
  }
}
