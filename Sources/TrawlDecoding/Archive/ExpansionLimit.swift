/// How much larger than its archive an archive's contents may be, so that one that was made to fill a disk does no harm.
public struct ExpansionLimit: Sendable {
  /// Bytes out for each byte in.
  public var ratio: Int

  /// So many bytes are no bomb, however few they were made of.
  private static let allowance = 16 << 20

  public init(ratio: Int) { self.ratio = ratio }

  func isExceeded(by given: Int, of taken: Int) -> Bool {
    given > ExpansionLimit.allowance && given / ratio > taken
  }

  var message: String {
    "expands to more than \(ratio) times its size, as archives do that are made to do harm; --max-expansion sets the limit"
  }
}
