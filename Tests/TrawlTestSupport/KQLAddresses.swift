import TrawlKQL
import TrawlRows

/// KQL's functions of IPv4 addresses.
enum KQLAddresses {
  struct Range {
    var address: UInt32
    var prefix: Int

    var mask: UInt32 { prefix == 0 ? 0 : ~0 << UInt32(32 - prefix) }

    /// `10.0.0.0/8`, or an address alone.
    init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).map {
        String($0) == UInt8($0).map { "\($0)" } ? UInt8($0) : nil
      }
      guard parts.count <= 2, bytes.count == 4, !bytes.contains(nil),
        let prefix = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(prefix)
      else { return nil }
      address = bytes.compactMap(\.self).reduce(0) { $0 << 8 | UInt32($1) }
      self.prefix = prefix
    }

    func contains(_ other: Range) -> Bool { other.prefix >= prefix && other.address & mask == address & mask }
  }

  static func apply(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue {
    let text = values[0].shown
    let others = values.dropFirst().flatMap { value -> [String] in
      if case .list(let list) = value { list.map(\.shown) } else { [value.shown] }
    }
    switch function {
    case .hasIPv4, .hasAnyIPv4: return .bool(others.contains { has($0, in: text, isPrefix: false) })
    case .hasIPv4Prefix, .hasAnyIPv4Prefix:
      return .bool(others.contains { has($0, in: text, isPrefix: true) })
    default: break
    }
    guard let address = Range(text) else { return .null(.bool) }
    switch function {
    case .ipv4IsPrivate:
      let ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { Range($0) }
      return .bool(ranges.contains { $0.contains(address) })
    case .ipv4IsInRange: return Range(others[0]).map { .bool($0.contains(address)) } ?? .null(.bool)
    case .ipv4IsInAnyRange: return .bool(others.compactMap { Range($0) }.contains { $0.contains(address) })
    case .ipv4IsMatch, .ipv4Compare:
      guard var other = Range(others[0]) else { return .null(.bool) }
      if values.count > 2, case .integer(let prefix) = values[2] {
        other.prefix = min(other.prefix, Int(prefix))
      }
      other.prefix = min(other.prefix, address.prefix)
      let (left, right) = (address.address & other.mask, other.address & other.mask)
      if function == .ipv4IsMatch { return .bool(left == right) }
      return .integer(left == right ? 0 : left < right ? -1 : 1)
    default: return .null(.bool)
    }
  }

  /// An address, or one that begins so, between characters that are neither letters nor digits.
  private static func has(_ wanted: String, in text: String, isPrefix: Bool) -> Bool {
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
    return words.contains { word in
      let body = word.drop { $0 == "." }
      let trimmed = body.reversed().drop { $0 == "." }.reversed()
      let address = String(trimmed)
      return Range(address) != nil && (isPrefix ? address.hasPrefix(wanted) : address == wanted)
    }
  }
}
