#if canImport(Glibc)
  import Glibc
#endif

/// The bytes of an IP address in network order: 4 or 16.
struct IPAddress {
  var bytes: [UInt8]

  /// Any spelling that the C library takes; `%eth0` after an IPv6 address is its zone and does not matter. An
  /// IPv4 address written within IPv6 (`::ffff:10.0.0.1`) is IPv6.
  init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    if let bytes = Self.parse(text, AF_INET, count: 4) {
      self.bytes = bytes
    } else if let bytes = Self.parse(Self.withoutZone(text), AF_INET6, count: 16) {
      self.bytes = bytes
    } else {
      return nil
    }
  }

  private static func withoutZone(_ text: String) -> String {
    let sides = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, !sides[1].isEmpty, !sides[1].contains("%") else { return text }
    return String(sides[0])
  }

  private static func parse(_ text: String, _ family: Int32, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }
}
