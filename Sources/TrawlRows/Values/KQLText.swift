/// KQL's questions about texts, on their bytes.
package enum KQLText {
  /// The bytes to compare: as they are, or with ASCII letters in lower case and all else as it is.
  package static func bytes(_ text: String, isCased: Bool) -> [UInt8] {
    if isCased { return Array(text.utf8) }
    return text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Whether a needle lies so in a text, both made by `bytes`.
  package static func passes(_ test: KQLTextTest, _ text: [UInt8], _ needle: [UInt8]) -> Bool {
    guard needle.count <= text.count else { return false }
    switch test {
    case .equals: return text == needle
    case .contains: return place(of: needle, in: text, from: 0) != nil
    case .startsWith: return text.starts(with: needle)
    case .endsWith: return text.suffix(needle.count).elementsEqual(needle)
    case .has: return hasTerm(needle, text, leads: true, trails: true)
    case .hasPrefix: return hasTerm(needle, text, leads: true, trails: false)
    case .hasSuffix: return hasTerm(needle, text, leads: false, trails: true)
    }
  }

  /// At an edge of the needle that is a letter or digit, the neighbour in the text must be none. All places are tried.
  private static func hasTerm(_ needle: [UInt8], _ text: [UInt8], leads: Bool, trails: Bool) -> Bool {
    let leads = leads && isTerm(behind: 0, in: needle)
    let trails = trails && isTerm(before: needle.count, in: needle)
    var start = 0
    while let place = place(of: needle, in: text, from: start) {
      let isFree = !(leads && isTerm(before: place, in: text))
      if isFree, !(trails && isTerm(behind: place + needle.count, in: text)) { return true }
      start = place + 1
    }
    return false
  }

  /// The first place of a needle from `start` on.
  package static func place(of needle: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let first = needle.first else { return start <= text.count ? start : nil }
    var place = start
    while place + needle.count <= text.count {
      if text[place] == first, text[place..<(place + needle.count)].elementsEqual(needle) { return place }
      place += 1
    }
    return nil
  }

  /// Whether the character that begins at a place is a letter or digit.
  private static func isTerm(behind place: Int, in text: [UInt8]) -> Bool {
    guard place < text.count else { return false }
    if text[place] < 0x80 { return isTerm(Unicode.Scalar(text[place])) }
    let end = min(text.count, place + 4)
    return String(decoding: text[place..<end], as: UTF8.self).unicodeScalars.first.map(isTerm) ?? false
  }

  /// Whether the character that ends before a place is a letter or digit.
  private static func isTerm(before place: Int, in text: [UInt8]) -> Bool {
    guard place > 0 else { return false }
    if text[place - 1] < 0x80 { return isTerm(Unicode.Scalar(text[place - 1])) }
    var start = place - 1
    while start > 0, place - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
    return String(decoding: text[start..<place], as: UTF8.self).unicodeScalars.last.map(isTerm) ?? false
  }

  /// Letters and numbers of Unicode (general categories L and N) make terms; the underscore is none.
  package static func isTerm(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) || (0x61...0x7A).contains(scalar.value | 0x20)
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }
}
