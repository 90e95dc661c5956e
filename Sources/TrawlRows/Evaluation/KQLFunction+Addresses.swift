extension KQLFunction {
  /// Functions of IPv4 addresses; nil is null, as where there is none.
  func addresses(_ values: [KQLValue]) -> KQLValue? {
    let text = values[0].shown
    let others = values.dropFirst().flatMap { value -> [String] in
      if case .list(let list) = value { list.map(\.shown) } else { [value.shown] }
    }
    switch self {
    case .hasIPv4, .hasAnyIPv4: return .bool(IPv4Range.words(in: text).contains { others.contains($0) })
    case .hasIPv4Prefix, .hasAnyIPv4Prefix:
      return .bool(IPv4Range.words(in: text).contains { word in others.contains { word.hasPrefix($0) } })
    default: break
    }
    guard let range = IPv4Range(text) else { return nil }
    switch self {
    case .ipv4IsPrivate: return .bool(IPv4Range.privateRanges.contains { $0.contains(range) })
    case .ipv4IsInRange: return others.first.flatMap { IPv4Range($0) }.map { .bool($0.contains(range)) }
    case .ipv4IsInAnyRange: return .bool(others.contains { IPv4Range($0)?.contains(range) == true })
    default: return compared(range, values)
    }
  }

  /// By the shortest of the prefixes, of which a third argument may be one.
  private func compared(_ left: IPv4Range, _ values: [KQLValue]) -> KQLValue? {
    guard values.count > 1, let right = IPv4Range(values[1].shown) else { return nil }
    let prefix = min(left.prefix, right.prefix, KQLFunction.integer(values, 2) ?? 32)
    guard prefix >= 0 else { return nil }
    let (one, other) = (left.first(prefix), right.first(prefix))
    if self == .ipv4IsMatch { return .bool(one == other) }
    return .integer(one == other ? 0 : one < other ? -1 : 1)
  }
}

/// An address of version 4, or a network of them.
struct IPv4Range {
  /// RFC 1918.
  static let privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { IPv4Range($0) }

  let address: UInt32
  /// 32 for an address alone.
  let prefix: Int

  /// `10.0.0.0/8` or `10.1.2.3`; numbers have no leading zeros.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
      .compactMap { IPv4Range.number($0, most: 255) }
    let dots = parts[0].utf8.count { $0 == UInt8(ascii: ".") }
    guard parts.count <= 2, numbers.count == 4, dots == 3,
      let prefix = parts.count == 2 ? IPv4Range.number(parts[1], most: 32) : 32
    else { return nil }
    address = numbers.reduce(0) { $0 << 8 | UInt32($1) }
    self.prefix = prefix
  }

  private static func number(_ text: Substring, most: Int) -> Int? {
    let isNumber = (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isNumber, text.utf8.count == 1 || text.utf8.first != 0x30, let number = Int(text), number <= most
    else { return nil }
    return number
  }

  /// The first bits of the address, the others zero.
  func first(_ bits: Int) -> UInt32 { bits <= 0 ? 0 : address & (UInt32.max << UInt32(32 - min(32, bits))) }

  func contains(_ other: IPv4Range) -> Bool { other.prefix >= prefix && other.first(prefix) == first(prefix) }

  /// The addresses in a text that stand between characters which are neither letters nor digits.
  static func words(in text: String) -> [String] {
    text.utf8.split { byte in
      !(0x30...0x39).contains(byte) && !(0x61...0x7A).contains(byte | 0x20) && byte != UInt8(ascii: ".")
    }.compactMap { word in
      let head = word.drop { $0 == UInt8(ascii: ".") }
      let body = String(decoding: head.reversed().drop { $0 == UInt8(ascii: ".") }.reversed(), as: UTF8.self)
      guard let range = IPv4Range(body), range.prefix == 32 else { return nil }
      return body
    }
  }
}
