/// What a matcher looks at in the events of one source, so that a decoder may leave out the rest.
public struct EventSelection: Sendable {
  /// By number: whether some rule for the source asks for the field.
  public var fields: [Bool]
  /// Whether keywords are looked for in the text of its events.
  public var hasKeywords: Bool

  public init(fields: [Bool], hasKeywords: Bool) {
    self.fields = fields
    self.hasKeywords = hasKeywords
  }
}
