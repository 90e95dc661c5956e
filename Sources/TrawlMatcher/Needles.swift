/// How a needle lies in a text.
@frozen
public enum NeedlePlace: UInt8, BitwiseCopyable, Sendable {
  case equals, startsWith, endsWith, contains, term, termStart, termEnd
}

/// A text that is looked for byte by byte, or without regard to the case of ASCII letters alone.
public struct NeedleEntry: BitwiseCopyable, Sendable {
  public var place: NeedlePlace
  public var isCased: Bool
  /// In `texts`, as written.
  public var offset: UInt32
  public var length: UInt32

  public init(place: NeedlePlace, isCased: Bool, offset: UInt32, length: UInt32) {
    self.place = place
    self.isCased = isCased
    self.offset = offset
    self.length = length
  }
}

extension RulesetTables {
  /// Where a needle first lies as it must in a text; nil when it does not.
  func place(of needle: NeedleEntry, in text: TestedText) -> Int? {
    unsafe NeedleSearch(
      text: UnsafeBufferPointer(start: text.raw, count: text.rawCount),
      needle: UnsafeBufferPointer(start: texts.pointer + Int(needle.offset), count: Int(needle.length)),
      isCased: needle.isCased
    ).first(needle.place)
  }
}

/// A search for a needle in a text. Linear but for needles that repeat themselves: made on texts of which a faster test said
/// that the needle may be there.
@safe
struct NeedleSearch {
  let text: UnsafeBufferPointer<UInt8>
  let needle: UnsafeBufferPointer<UInt8>
  let isCased: Bool

  func first(_ place: NeedlePlace) -> Int? {
    let last = unsafe text.count - needle.count
    guard last >= 0 else { return nil }
    switch place {
    case .equals: return last == 0 && lies(at: 0) ? 0 : nil
    case .startsWith: return lies(at: 0) ? 0 : nil
    case .endsWith: return lies(at: last) ? last : nil
    case .contains: return first(upTo: last, leads: false, trails: false)
    case .term: return first(upTo: last, leads: leads, trails: trails)
    case .termStart: return first(upTo: last, leads: leads, trails: false)
    case .termEnd: return first(upTo: last, leads: false, trails: trails)
    }
  }

  private var leads: Bool { unsafe Terms.begins(needle, at: 0) }
  private var trails: Bool { unsafe Terms.ends(needle, at: needle.count) }

  private func first(upTo last: Int, leads: Bool, trails: Bool) -> Int? {
    for start in 0...last where lies(at: start) {
      if leads, unsafe Terms.ends(text, at: start) { continue }
      if trails, unsafe Terms.begins(text, at: start + needle.count) { continue }
      return start
    }
    return nil
  }

  @inline(__always)
  private func lies(at start: Int) -> Bool {
    for index in unsafe 0..<needle.count {
      let (byte, wanted) = unsafe (text[start + index], needle[index])
      if byte == wanted { continue }
      if isCased || byte ^ wanted != 0x20 || (byte | 0x20) &- 0x61 >= 26 { return false }
    }
    return true
  }
}

/// Terms of KQL: runs of letters and numbers of Unicode (general categories L and N); the underscore is none.
enum Terms {
  /// Whether a character of a term stands at a place of UTF-8 text.
  static func begins(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    guard place < text.count else { return false }
    let byte = unsafe text[place]
    if byte < 0x80 { return isASCIITerm(byte) }
    let end = min(text.count, place + 4)
    return unsafe isTerm(String(decoding: text[place..<end], as: UTF8.self).unicodeScalars.first)
  }

  /// Whether a character of a term ends at a place of UTF-8 text.
  static func ends(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
    guard place > 0 else { return false }
    let byte = unsafe text[place - 1]
    if byte < 0x80 { return isASCIITerm(byte) }
    let start = max(0, place - 4)
    return unsafe isTerm(String(decoding: text[start..<place], as: UTF8.self).unicodeScalars.last)
  }

  @inline(__always)
  private static func isASCIITerm(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }

  private static func isTerm(_ scalar: Unicode.Scalar?) -> Bool {
    switch scalar?.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: false
    }
  }
}
