/// An IP address; version 4 lies in the high bits.
struct IPAddress {
  var high: UInt64 = 0
  var low: UInt64 = 0
  var isVersion6 = false

  init(bytes: [UInt8]) {
    isVersion6 = bytes.count == 16
    for (index, byte) in bytes.enumerated() {
      if index < 8 { high |= UInt64(byte) << UInt64(56 - 8 * index) }
      if index >= 8 { low |= UInt64(byte) << UInt64(120 - 8 * index) }
    }
  }

  /// Parses dotted decimals, or RFC 4291's forms of version 6, with a zone (`%eth0`), which does not matter; nil for
  /// anything else, such as leading zeros or ports.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    if unsafe text.contains(UInt8(ascii: ":")) {
      guard let groups = unsafe IPAddress.groups(text) else { return nil }
      isVersion6 = true
      for index in 0..<8 {
        if index < 4 {
          high = high << 16 | UInt64(groups[index])
        } else {
          low = low << 16 | UInt64(groups[index])
        }
      }
    } else {
      guard let address = unsafe IPAddress.version4(text) else { return nil }
      high = UInt64(address) << 32
    }
  }

  private static func version4(_ text: some Sequence<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in text {
      if byte == UInt8(ascii: ".") {
        guard digits > 0, dots < 3 else { return nil }
        dots += 1
        address = address << 8 | part
        (part, digits) = (0, 0)
      } else {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), !(digits > 0 && part == 0) else {
          return nil
        }
        part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        guard part <= 255 else { return nil }
      }
    }
    return dots == 3 && digits > 0 ? address << 8 | part : nil
  }

  /// The eight groups of version 6.
  private static func groups(_ text: UnsafeBufferPointer<UInt8>) -> [UInt16]? {
    var text = unsafe text[...]
    if let percent = unsafe text.firstIndex(of: UInt8(ascii: "%")) {
      let zone = unsafe text[(percent + 1)...]
      guard unsafe !zone.isEmpty, unsafe !zone.contains(UInt8(ascii: "%")) else { return nil }
      unsafe text = text[..<percent]
    }
    let string = unsafe String(decoding: text, as: UTF8.self)
    let halves = string.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return nil }
    guard let front = groups(String(halves[0]), isLast: halves.count == 1) else { return nil }
    if halves.count == 1 { return front.count == 8 ? front : nil }
    guard let back = groups(String(halves[1]), isLast: true) else { return nil }
    guard front.count + back.count <= 7 else { return nil }
    return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
  }

  private static func groups(_ text: String, isLast: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if isLast, index == parts.count - 1, part.contains(".") {
        guard let address = version4(part.utf8) else { return nil }
        groups += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
      } else {
        guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
          let group = UInt16(part, radix: 16)
        else { return nil }
        groups.append(group)
      }
    }
    return groups
  }
}

extension NetworkEntry {
  /// Whether an address lies in the network.
  func contains(_ address: IPAddress) -> Bool {
    guard address.isVersion6 == isVersion6 else { return false }
    let bits = Int(prefixLength)
    let highMask = bits >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
    let lowMask = bits <= 64 ? 0 : (bits >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(bits - 64)))
    return (address.high & highMask) == high && (address.low & lowMask) == low
  }
}

extension NumberEntry {
  /// Compares a value's decimal text; false when it is no decimal number. Integers compare exactly over 64 bits.
  func holds(for text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= 400, unsafe NumberEntry.isDecimal(text) else { return false }
    let string = unsafe String(decoding: text, as: UTF8.self)
    if isInteger, let value = Int64(string) { return compare(value, integer) }
    guard let value = Double(string) else { return false }
    return compare(value, isInteger ? Double(integer) : real)
  }

  /// Compares an integer, such as a part of a date.
  func holds(for value: Int) -> Bool { compare(Int64(value), integer) }

  private func compare<Value: Comparable>(_ value: Value, _ other: Value) -> Bool {
    switch comparison {
    case .equal: value == other
    case .less: value < other
    case .lessOrEqual: value <= other
    case .greater: value > other
    case .greaterOrEqual: value >= other
    }
  }

  /// An optional sign, digits, and perhaps a point and more digits and an exponent.
  private static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    func digits() -> Int {
      let start = index
      while index < text.count, unsafe (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) {
        index += 1
      }
      return index - start
    }
    func sign() {
      if index < text.count, unsafe [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(text[index]) {
        index += 1
      }
    }
    sign()
    if digits() == 0 { return false }
    if index < text.count, unsafe text[index] == UInt8(ascii: ".") {
      index += 1
      if digits() == 0 { return false }
    }
    if index < text.count, unsafe text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      sign()
      if digits() == 0 { return false }
    }
    return index == text.count
  }
}
