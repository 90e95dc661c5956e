import TrawlKQL
import TrawlRows
import TrawlRules

/// KQL's questions about texts, by the words of its documentation and without regard to speed.
enum KQLText {
  /// Whether a needle lies so in a text.
  static func passes(_ test: KQLTextTest, _ text: String, _ needle: String, isCased: Bool) -> Bool {
    let (text, needle) = isCased ? (text, needle) : (folded(text), folded(needle))
    let (hay, bytes) = (Array(text.utf8), Array(needle.utf8))
    switch test {
    case .equals: return hay == bytes
    case .contains: return !occurrences(of: bytes, in: hay).isEmpty
    case .startsWith: return hay.starts(with: bytes)
    case .endsWith: return hay.reversed().starts(with: bytes.reversed())
    case .has: return hasTerm(needle, text, leading: true, trailing: true)
    case .hasPrefix: return hasTerm(needle, text, leading: true, trailing: false)
    case .hasSuffix: return hasTerm(needle, text, leading: false, trailing: true)
    }
  }

  /// The same of a needle of a rule.
  static func lies(_ place: Needle.Place, _ text: String, _ needle: String, isCased: Bool) -> Bool {
    let test: KQLTextTest =
      switch place {
      case .equals: .equals
      case .contains: .contains
      case .startsWith: .startsWith
      case .endsWith: .endsWith
      case .term: .has
      case .termStart: .hasPrefix
      case .termEnd: .hasSuffix
      }
    return passes(test, text, needle, isCased: isCased)
  }

  /// ASCII letters in lower case, all else as it is.
  private static func folded(_ text: String) -> String {
    String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  private static func occurrences(of needle: [UInt8], in hay: [UInt8]) -> [Int] {
    guard needle.count <= hay.count else { return [] }
    guard let first = needle.first else { return Array(0...hay.count) }
    return (0...(hay.count - needle.count)).filter { at in
      hay[at] == first && hay[at..<(at + needle.count)].elementsEqual(needle)
    }
  }

  /// At an edge of the needle that is a term character, the neighbour in the text must be none.
  private static func hasTerm(_ needle: String, _ text: String, leading: Bool, trailing: Bool) -> Bool {
    let (hay, bytes) = (Array(text.utf8), Array(needle.utf8))
    let leads = leading && needle.unicodeScalars.first.map(isTerm) == true
    let trails = trailing && needle.unicodeScalars.last.map(isTerm) == true
    return occurrences(of: bytes, in: hay).contains { at in
      let before = String(decoding: hay[max(0, at - 4)..<at], as: UTF8.self).unicodeScalars.last
      let end = at + bytes.count
      let after = String(decoding: hay[end..<min(hay.count, end + 4)], as: UTF8.self).unicodeScalars.first
      return !(leads && before.map(isTerm) == true) && !(trails && after.map(isTerm) == true)
    }
  }

  /// Letters and numbers of Unicode; the underscore is none.
  static func isTerm(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// Whether an expression is found; `\d \w \s` are Unicode's unless `\b` occurs.
  static func finds(_ expression: KQLRegularExpression, in text: String) -> Bool {
    let verb = expression.isUnicode ? "(*UCP)" : ""
    return PCRE.finds(RegularExpression(verb + expression.pattern), in: text)
  }
}
