import TrawlRules

/// Why a text is no network.
enum NetworkProblem: Error, Equatable {
  case notAnAddress, badPrefix
  /// Bits are set behind the prefix; the network that is probably meant.
  case hostBits(String)
}

extension Network {
  /// `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `2001:db8::/32`; an address without a prefix is a network of itself.
  init(parsing text: String) throws(NetworkProblem) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = Self.version4(parts[0]) ?? Self.version6(parts[0]) else { throw .notAnAddress }
    let width = address.count * 8
    var prefix = width
    if parts.count == 2 {
      guard let length = Self.decimal(parts[1], atMost: width) ?? Self.maskLength(parts[1], of: address)
      else {
        throw .badPrefix
      }
      prefix = length
    }
    let network = Self.masked(address, prefix)
    guard network == address else { throw .hostBits("\(Self.text(network))/\(prefix)") }
    self.init(address: address, prefixLength: prefix)
  }

  private static func masked(_ address: [UInt8], _ prefix: Int) -> [UInt8] {
    address.enumerated().map { index, byte in
      byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, prefix - index * 8)))
    }
  }

  private static func decimal(_ text: Substring, atMost maximum: Int) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Int(text), value <= maximum
    else { return nil }
    return value
  }

  /// Of a mask of ones, then zeros.
  private static func maskLength(_ text: Substring, of address: [UInt8]) -> Int? {
    guard address.count == 4, let mask = version4(text) else { return nil }
    let bits = mask.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let length = (~bits).leadingZeroBitCount
    return bits == (length == 0 ? 0 : UInt32.max << (32 - UInt32(length))) ? length : nil
  }

  /// Four decimal numbers without leading zeros.
  static func version4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part in
      part.hasPrefix("0") && part.utf8.count > 1 ? nil : decimal(part, atMost: 255).map { UInt8($0) }
    }
    return bytes.count == 4 ? bytes : nil
  }

  /// RFC 4291, section 2.2: groups of hexadecimal digits, `::` once, an IPv4 address as the last 32 bits.
  static func version6(_ text: Substring) -> [UInt8]? {
    guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    guard let gap = doubleColon(in: text) else {
      return groups(text).flatMap { $0.count == 16 ? $0 : nil }
    }
    let (before, after) = (text[..<gap], text[text.index(gap, offsetBy: 2)...])
    guard let head = before.isEmpty ? [] : groups(before), let tail = after.isEmpty ? [] : groups(after),
      head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func doubleColon(in text: Substring) -> Substring.Index? {
    text.indices.first { text[$0...].hasPrefix("::") }
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let address = version4(part) {
        bytes += address
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
          let group = UInt16(part, radix: 16)
        else { return nil }
        bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
      }
    }
    return bytes
  }

  private static func text(_ address: [UInt8]) -> String {
    if address.count == 4 { return address.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]) }
    return groups.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
