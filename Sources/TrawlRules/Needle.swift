import TrawlRows

/// A text and how it must lie in a value, byte by byte or without regard to the case of ASCII letters alone: the question
/// of KQL's text operators.
public struct Needle: Hashable, Sendable {
  /// How the text lies in the value; the raw value is KQL's operator.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    case equals = "=="
    case contains
    case startsWith = "startswith"
    case endsWith = "endswith"
    /// Where the text begins or ends with a letter or digit of Unicode, the value must not go on with one there.
    case term = "has"
    /// As `term`, but only the beginning counts.
    case termStart = "hasprefix"
    /// As `term`, but only the end counts.
    case termEnd = "hassuffix"
  }

  public var text: String
  public var place: Place
  public var isCased: Bool

  public init(_ text: String, _ place: Place, isCased: Bool = false) {
    self.text = text
    self.place = place
    self.isCased = isCased
  }
}

extension Needle {
  /// The simplest test that asks the same.
  public var test: Test {
    let isTerm = [.term, .termStart, .termEnd].contains(place) && (leads || trails)
    return isTerm || !(isCased || foldsAsASCII) ? .needle(self) : .text(pattern(isCased: isCased))
  }

  /// A pattern without regard to case that every value matches in which the needle lies so.
  public var pattern: TextPattern { pattern(isCased: false) }

  /// Whether the place asks that no letter or digit stands before the text.
  public var leads: Bool {
    (place == .term || place == .termStart) && text.unicodeScalars.first.map(Needle.isTermScalar) == true
  }

  /// Whether the place asks that no letter or digit stands behind the text.
  public var trails: Bool {
    (place == .term || place == .termEnd) && text.unicodeScalars.last.map(Needle.isTermScalar) == true
  }

  private func pattern(isCased: Bool) -> TextPattern {
    switch place {
    case .equals: .equals(text, isCased: isCased)
    case .startsWith: .startsWith(text, isCased: isCased)
    case .endsWith: .endsWith(text, isCased: isCased)
    case .contains, .term, .termStart, .termEnd: .contains(text, isCased: isCased)
    }
  }

  /// Of all characters beyond ASCII only U+0130 and U+212A have lower-case forms within it: `i` and `k`.
  private var foldsAsASCII: Bool { text.utf8.allSatisfy { $0 < 0x80 && !"iIkK".utf8.contains($0) } }

  /// Letters and numbers of Unicode (general categories L and N) make terms; the underscore is none.
  public static func isTermScalar(_ scalar: Unicode.Scalar) -> Bool { KQLText.isTerm(scalar) }

  public static func == (left: Needle, right: Needle) -> Bool {
    left.text.isExactly(right.text) && left.place == right.place && left.isCased == right.isCased
  }

  public func hash(into hasher: inout Hasher) {
    text.hashExactly(into: &hasher)
    hasher.combine(place)
    hasher.combine(isCased)
  }
}
