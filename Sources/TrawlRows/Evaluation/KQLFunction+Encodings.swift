extension KQLFunction {
  /// Texts that are written in another way; nil for other functions.
  func encoded(_ value: KQLValue) -> KQLValue? {
    var text: String { value.shown }
    return switch self {
    case .base64Decode: .string(KQLFunction.base64Decoded(text))
    case .base64Encode: .string(KQLFunction.base64Encoded(text))
    case .urlDecode: .string(KQLFunction.urlDecoded(text))
    case .codepointsFromString:
      .list(text.unicodeScalars.prefix(KQLFunction.mostElements).map { .integer(Int64($0.value)) })
    default: nil
    }
  }

  private static func sextet(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte - 0x41)
    case 0x61...0x7A: UInt32(byte - 0x61 + 26)
    case 0x30...0x39: UInt32(byte - 0x30 + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// "" where the text is no base64, or what it stands for is no UTF-8.
  private static func base64Decoded(_ text: String) -> String {
    var body = Array(text.utf8)
    guard body.count % 4 == 0 else { return "" }
    var padding = 0
    while padding < 2, body.last == UInt8(ascii: "=") {
      body.removeLast()
      padding += 1
    }
    var (result, word, bits) = ([UInt8](), UInt32(0), 0)
    for byte in body {
      guard let sextet = sextet(byte) else { return "" }
      word = word << 6 | sextet
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return String(validating: result, as: UTF8.self) ?? ""
  }

  private static func base64Encoded(_ text: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = (group + [0, 0]).prefix(3).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      for place in 0..<4 {
        let letter = letters[Int(word >> UInt32(18 - 6 * place) & 63)]
        result.append(place <= group.count ? letter : UInt8(ascii: "="))
      }
    }
    return cut(result)
  }

  /// `%41` and `+`; what is no escape stays, and what is no UTF-8 becomes U+FFFD.
  private static func urlDecoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var (result, at) = ([UInt8](), 0)
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
        let high = Unicode.Scalar(bytes[at + 1]).hexadecimalValue,
        let low = Unicode.Scalar(bytes[at + 2]).hexadecimalValue
      {
        result.append(high << 4 | low)
        at += 3
      } else {
        result.append(bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
        at += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
