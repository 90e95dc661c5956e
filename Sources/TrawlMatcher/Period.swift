/// A stretch of time, in which events happened that somebody asks for.
public struct Period: Sendable, Hashable {
  /// Its beginning, which belongs to it, and its end, which does not; nil: without bounds.
  public var from: DateText?
  public var to: DateText?

  public init(from: DateText?, to: DateText?) {
    self.from = from
    self.to = to
  }

  func contains(_ time: DateText) -> Bool {
    if let from, time.microseconds < from.microseconds { return false }
    if let to, time.microseconds >= to.microseconds { return false }
    return true
  }
}
