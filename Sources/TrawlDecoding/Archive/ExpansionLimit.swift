/// How much larger than its file the contents of archives may be, so that one that was made to fill a disk does no harm.
///
/// One for a file and all archives in it: archives in each other multiply, and many small ones add up.
public final class ExpansionLimit {
  /// Bytes out for each byte in.
  private let ratio: Int
  private let taken: () -> Int
  private var given = 0

  /// So many bytes are no bomb, however few they were made of.
  private static let allowance = 16 << 20

  /// `taken` says how many bytes of the file were read.
  public init(ratio: Int, taken: @escaping () -> Int) {
    self.ratio = ratio
    self.taken = taken
  }

  /// Notes that so many bytes more came out.
  func add(_ count: Int) throws(ReadError) {
    given += count
    guard given > ExpansionLimit.allowance, given / ratio > taken() else { return }
    throw ReadError(
      "expands to more than \(ratio) times its size, as archives do that are made to do harm; --max-expansion sets the limit"
    )
  }
}
