import TrawlRows
import TrawlRules

/// What KQL's functions of IPv4 addresses ask, as networks.
enum KQLNetworks {
  /// Every address of version 4.
  static let all = Network(address: [0, 0, 0, 0], prefixLength: 0)

  /// RFC 1918, which is what `ipv4_is_private` means by its documentation.
  private static let privateNetworks = [
    Network(address: [10, 0, 0, 0], prefixLength: 8), Network(address: [172, 16, 0, 0], prefixLength: 12),
    Network(address: [192, 168, 0, 0], prefixLength: 16),
  ]

  /// The networks that a function looks for an address in; nil if it is no such function, or they are not constant.
  static func ranges(_ function: KQLFunction, _ arguments: ArraySlice<KQLOperand>) -> [Network]? {
    switch function {
    case .ipv4IsPrivate: return privateNetworks
    case .ipv4IsInRange where arguments.count == 1, .ipv4IsInAnyRange:
      var networks: [Network] = []
      for argument in arguments {
        guard case .constant(let value) = argument, let found = self.networks(value) else { return nil }
        networks += found
      }
      return networks
    default: return nil
    }
  }

  private static func networks(_ value: KQLValue) -> [Network]? {
    switch value {
    case .string(let text): return network(text).map { [$0] }
    case .list(let values):
      let found = values.compactMap { networks($0) }
      return found.count == values.count ? found.flatMap(\.self) : nil
    default: return nil
    }
  }

  /// `10.0.0.0/8`, or an address alone; nil for anything else.
  private static func network(_ text: String) -> Network? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
    let dots = parts[0].utf8.count { $0 == UInt8(ascii: ".") }
    guard parts.count <= 2, bytes.count == 4, dots == 3 else { return nil }
    guard let prefix = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(prefix) else { return nil }
    let masked = bytes.enumerated().map { index, byte in
      let bits = min(8, max(0, prefix - 8 * index))
      return bits == 0 ? 0 : byte & (UInt8.max << UInt8(8 - bits))
    }
    return Network(address: masked, prefixLength: prefix)
  }

  static func text(_ network: Network) -> String {
    "\(network.address.map { "\($0)" }.joined(separator: "."))/\(network.prefixLength)"
  }
}
