import TrawlRules

/// Modifiers that change a value's bytes.
enum Encoding: String, CaseIterable {
  case base64, base64offset, wide, utf16le, utf16be, utf16
}

/// Why a value cannot be encoded.
enum EncodingProblem: Error, Equatable {
  case wildcard, tooShort, notText, tooMany
}

/// A value on its way through encodings: bytes, with wildcards between them.
struct EncodedValue {
  enum Piece: Equatable {
    case bytes([UInt8])
    case element(TextPattern.Element)
  }

  private(set) var pieces: [Piece]

  init(_ pattern: ValuePattern) {
    pieces = pattern.elements.map { element in
      if case .text(let text) = element { .bytes(Array(text.utf8)) } else { .element(element) }
    }
  }

  /// The value encoded; three alternatives for `base64offset`.
  func encoded(by encoding: Encoding) throws(EncodingProblem) -> [EncodedValue] {
    switch encoding {
    case .base64: return [replacing(Base64.encode(try onlyBytes()))]
    case .base64offset: return try offsets()
    case .wide, .utf16le: return [try utf16 { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }]
    case .utf16be: return [try utf16 { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }]
    case .utf16:
      var value = try utf16 { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      value.pieces.insert(.bytes([0xFF, 0xFE]), at: 0)
      return [value]
    }
  }

  /// The value as text. Bytes that are no ASCII text after a change of encoding have no form in a log's text.
  func pattern(isEncoded: Bool) throws(EncodingProblem) -> [TextPattern.Element] {
    var elements: [TextPattern.Element] = []
    for piece in pieces {
      switch piece {
      case .element(let element): elements.append(element)
      case .bytes(let bytes):
        if isEncoded, bytes.contains(where: { $0 >= 0x80 }) { throw .notText }
        elements.append(.text(String(decoding: bytes, as: UTF8.self)))
      }
    }
    return elements
  }

  private func replacing(_ bytes: [UInt8]) -> EncodedValue {
    var value = self
    value.pieces = [.bytes(bytes)]
    return value
  }

  private func onlyBytes() throws(EncodingProblem) -> [UInt8] {
    var all: [UInt8] = []
    for piece in pieces {
      guard case .bytes(let bytes) = piece else { throw .wildcard }
      all += bytes
    }
    return all
  }

  /// Text encoded at each of the three offsets within a group of three bytes, cut to the characters that do not depend
  /// on what stands before and after it.
  private func offsets() throws(EncodingProblem) -> [EncodedValue] {
    let bytes = try onlyBytes()
    return try (0..<3).map { offset throws(EncodingProblem) in
      let encoded = Base64.encode([UInt8](repeating: 0x20, count: offset) + bytes)
      let cutAtEnd = [0, 3, 2][(bytes.count + offset) % 3]
      let kept = encoded.dropFirst([0, 2, 3][offset]).dropLast(cutAtEnd)
      guard !kept.isEmpty else { throw .tooShort }
      return replacing(Array(kept))
    }
  }

  private func utf16(_ split: (UInt16) -> [UInt8]) throws(EncodingProblem) -> EncodedValue {
    var value = self
    value.pieces = try pieces.map { piece throws(EncodingProblem) in
      guard case .bytes(let bytes) = piece else { return piece }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
      return .bytes(text.utf16.flatMap(split))
    }
    return value
  }
}

/// RFC 4648, section 4, with padding.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var encoded: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<Swift.min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) }
      bits <<= 8 * (3 - group.count)
      for index in 0..<4 {
        encoded.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
      }
    }
    return encoded
  }
}
