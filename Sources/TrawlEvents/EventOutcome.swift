/// What a matcher found of an event, for whoever meets the same values again.
@frozen
public struct EventOutcome: BitwiseCopyable, Sendable {
  /// What the matcher knows it by.
  public var number: UInt32
  /// Whether some rule holds, so that it is asked when and where the event happened.
  public var hasMatches: Bool

  @inlinable
  public init(number: UInt32, hasMatches: Bool) {
    self.number = number
    self.hasMatches = hasMatches
  }
}
