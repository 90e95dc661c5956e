/// Colours and weights for terminals, or none.
public struct Style: Sendable {
  public let isColoured: Bool

  public init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  public static let plain = Style(isColoured: false)

  public func bold(_ text: String) -> String { wrap(text, "1") }
  public func dim(_ text: String) -> String { wrap(text, "2") }
  public func error(_ text: String) -> String { wrap(text, "1;31") }
  public func warning(_ text: String) -> String { wrap(text, "1;33") }
  /// What in a value made a rule hold.
  public func hit(_ text: String) -> String { wrap(text, "1;36") }

  /// In the colour of a level.
  public func level(_ text: String, of level: String) -> String {
    switch level {
    case "critical": wrap(text, "1;31")
    case "high": wrap(text, "31")
    case "medium": wrap(text, "33")
    case "low": wrap(text, "36")
    default: text
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
