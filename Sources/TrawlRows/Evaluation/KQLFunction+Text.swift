extension KQLFunction {
  /// Functions of texts, those with expressions apart; nil for others.
  func text(_ values: [KQLValue]) -> KQLValue? {
    var first: String { values[0].shown }
    switch self {
    case .tolower: return .string(first.lowercased())
    case .toupper: return .string(first.uppercased())
    case .strlen: return .integer(Int64(first.unicodeScalars.count))
    case .stringSize: return .integer(Int64(first.utf8.count))
    case .strcat: return KQLFunction.joined(values.map(\.shown), "")
    case .strcatDelim: return KQLFunction.joined(values.dropFirst().map(\.shown), first)
    case .substring: return KQLFunction.substring(values)
    case .split: return KQLFunction.split(values)
    case .indexof: return KQLFunction.indexof(values)
    case .replaceString: return .string(KQLFunction.replaced(first, values[1].shown, values[2].shown))
    case .reverse: return .string(String(String.UnicodeScalarView(first.unicodeScalars.reversed())))
    case .translate: return KQLFunction.translated(values)
    case .strcmp: return KQLFunction.compared(first, values[1].shown)
    default: return encoded(values[0])
    }
  }

  private static func compared(_ left: String, _ right: String) -> KQLValue {
    if left.utf8.elementsEqual(right.utf8) { return .integer(0) }
    return .integer(left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1)
  }

  /// Texts one behind the other, cut at the limit.
  static func joined(_ parts: [String], _ separator: String) -> KQLValue {
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes += Array(separator.utf8) }
      bytes += Array(part.utf8)
      if bytes.count > longestText { break }
    }
    return .string(cut(bytes))
  }

  /// The bytes as text, no longer than the limit.
  static func cut(_ bytes: [UInt8]) -> String {
    var end = min(bytes.count, longestText)
    if end < bytes.count { while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 } }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// From a place on, counted in code points from 0 or, negative, from the end; of a length, if there is one.
  private static func substring(_ values: [KQLValue]) -> KQLValue {
    guard case .integer(var start) = values[1] else { return .string("") }
    let scalars = values[0].shown.unicodeScalars
    if start < 0 { start = max(0, Int64(scalars.count) + max(start, Int64(-longestText))) }
    let rest = scalars.dropFirst(Int(start))
    guard values.count > 2 else { return .string(String(rest)) }
    guard case .integer(let length) = values[2] else { return .string("") }
    return .string(String(String.UnicodeScalarView(rest.prefix(Int(max(0, length))))))
  }

  private static func split(_ values: [KQLValue]) -> KQLValue {
    let pieces = pieces(Array(values[0].shown.utf8), Array(values[1].shown.utf8))
    guard values.count > 2 else { return .list(pieces) }
    let element = KQLValue.list(pieces).element(values[2])
    return .list(element.isNull ? [] : [element])
  }

  /// What stands between the occurrences of a separator.
  private static func pieces(_ text: [UInt8], _ separator: [UInt8]) -> [KQLValue] {
    guard !separator.isEmpty else { return [.string(String(decoding: text, as: UTF8.self))] }
    var pieces: [KQLValue] = []
    var start = 0
    while pieces.count < mostElements, let place = KQLText.place(of: separator, in: text, from: start) {
      pieces.append(.string(String(decoding: text[start..<place], as: UTF8.self)))
      start = place + separator.count
    }
    return pieces + [.string(String(decoding: text[start...], as: UTF8.self))]
  }

  /// `indexof(text, needle, start, length, occurrence)`, in code points; -1 where there is none.
  private static func indexof(_ values: [KQLValue]) -> KQLValue {
    let (text, needle) = (Array(values[0].shown.unicodeScalars), Array(values[1].shown.unicodeScalars))
    var start = integer(values, 2) ?? 0
    if start < 0 { start = max(0, text.count + start) }
    let length = integer(values, 3) ?? -1
    let end = length < 0 ? text.count : min(text.count, start + min(length, text.count))
    var occurrence = integer(values, 4) ?? 1
    guard occurrence > 0 else { return .null(.long) }
    var place = start
    while place + needle.count <= end {
      if text[place..<(place + needle.count)].elementsEqual(needle) {
        occurrence -= 1
        if occurrence == 0 { return .integer(Int64(place)) }
      }
      place += 1
    }
    return .integer(-1)
  }

  /// An argument that is an integer of a size that texts and lists have.
  static func integer(_ values: [KQLValue], _ place: Int) -> Int? {
    guard place < values.count, case .integer(let value) = values[place] else { return nil }
    return Int(max(-(1 << 40), min(1 << 40, value)))
  }

  static func replaced(_ text: String, _ needle: String, _ replacement: String) -> String {
    let (bytes, needle) = (Array(text.utf8), Array(needle.utf8))
    guard !needle.isEmpty else { return text }
    var (result, start) = ([UInt8](), 0)
    while result.count <= longestText, let place = KQLText.place(of: needle, in: bytes, from: start) {
      result += bytes[start..<place]
      result += Array(replacement.utf8)
      start = place + needle.count
    }
    return cut(result + bytes[start...])
  }

  /// Each character of the search list becomes that of the same place; the last stands for those that lack one.
  private static func translated(_ values: [KQLValue]) -> KQLValue {
    let (from, to) = (Array(values[0].shown.unicodeScalars), Array(values[1].shown.unicodeScalars))
    var table: [Unicode.Scalar: Unicode.Scalar?] = [:]
    for (index, scalar) in from.enumerated() where table[scalar] == nil {
      table[scalar] = .some(index < to.count ? to[index] : to.last)
    }
    let result = values[2].shown.unicodeScalars.compactMap { scalar in
      if let known = table[scalar] { known } else { scalar }
    }
    return .string(String(String.UnicodeScalarView(result)))
  }
}
