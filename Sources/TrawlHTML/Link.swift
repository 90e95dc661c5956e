/// An address that a page may link to.
package struct Link: Sendable, Hashable {
  package let address: String

  /// A page of our own, by a path that this program made.
  package init(page path: String) { address = path }

  /// A place on the web, as a rule names it; nil for what is not plainly `http:` or `https:`, such as `javascript:`.
  package init?(web text: String) {
    let bytes = text.utf8
    let scheme = text.prefix(8).lowercased()
    guard scheme.hasPrefix("https://") || scheme.hasPrefix("http://"), bytes.count <= 2000,
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    address = text
  }

  /// The same with a part behind `#`, whose text may be anything.
  package func fragment(_ name: String, _ text: String) -> Link {
    Link(page: "\(address)#\(Link.encoded(name))=\(Link.encoded(text))")
  }

  /// A path whose parts are safe in an address, whatever they hold: none is taken for a scheme or a host.
  package static func path(_ text: String) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { encoded(String($0)) }
    let isAbsolute = parts.first == "" && parts.count > 1
    return (isAbsolute ? "/" : "") + parts.drop { $0.isEmpty }.joined(separator: "/")
  }

  /// Percent-encoded but for letters, digits and `-._~` (RFC 3986, 2.3).
  package static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        bytes.append(contentsOf: (digits.count < 2 ? "%0" : "%").utf8)
        bytes.append(contentsOf: digits.utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
