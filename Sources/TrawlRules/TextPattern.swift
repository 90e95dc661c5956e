/// A pattern for the whole of a value: fixed text, `*`, `?` and dashes.
///
/// Kept in one normal form, so that equal patterns are equal values: neighbouring texts are joined, empty texts
/// dropped, and in a run of wildcards every `?` stands before a single `*`.
public struct TextPattern: Hashable, Sendable {
  /// A piece of a pattern.
  public enum Element: Hashable, Sendable {
    /// These very characters (without regard to case unless the pattern is cased); never empty.
    case text(String)
    /// Any number of any characters, newlines included: `*`.
    case anyRun
    /// One code point, newlines included: `?`.
    case anyOne
    /// One of `-`, `/`, `–`, `—`, `―`: the modifier windash.
    case dash
  }

  /// In normal form; no element matches the empty value only.
  public let elements: [Element]
  /// Whether case matters. If not, values compare by simple Unicode lower-casing, code point by code point.
  public let isCased: Bool

  public init(_ elements: [Element], isCased: Bool = false) {
    var normal: [Element] = []
    for element in elements {
      switch (normal.last, element) {
      case (_, .text("")): break
      case (.text(let before), .text(let text)): normal[normal.count - 1] = .text(before + text)
      case (.anyRun, .anyRun): break
      case (.anyRun, .anyOne): normal.insert(.anyOne, at: normal.count - 1)
      default: normal.append(element)
      }
    }
    self.elements = normal
    self.isCased = isCased
  }

  /// The value is exactly `text`.
  public static func equals(_ text: String, isCased: Bool = false) -> TextPattern {
    TextPattern([.text(text)], isCased: isCased)
  }

  /// The value contains `text`.
  public static func contains(_ text: String, isCased: Bool = false) -> TextPattern {
    TextPattern([.anyRun, .text(text), .anyRun], isCased: isCased)
  }

  /// The value starts with `text`.
  public static func startsWith(_ text: String, isCased: Bool = false) -> TextPattern {
    TextPattern([.text(text), .anyRun], isCased: isCased)
  }

  /// The value ends with `text`.
  public static func endsWith(_ text: String, isCased: Bool = false) -> TextPattern {
    TextPattern([.anyRun, .text(text)], isCased: isCased)
  }
}
