import TrawlRows

/// Computes at load what needs no event.
enum Constants {
  /// Bytes and elements of what is folded; beyond that, let statements could double a text again and again.
  private static let maximumWeight = 1 << 16

  /// The value of a function of constants, nil if they are none or the function must wait.
  static func folded(_ function: KQLFunction, _ values: [Lowered]) -> Lowered? {
    let constants = values.compactMap(\.constant)
    guard constants.count == values.count, constants.reduce(0, { $0 + $1.weight }) <= maximumWeight else {
      return nil
    }
    return function == .now ? nil : Lowered(.constant(function.apply(constants)))
  }
}

extension KQLValue {
  /// Bytes of text and elements within.
  fileprivate var weight: Int {
    switch self {
    case .string(let text), .guid(let text): text.utf8.count
    case .list(let values): values.reduce(1) { $0 + $1.weight }
    case .bag(let members): members.reduce(1) { $0 + $1.name.utf8.count + $1.value.weight }
    default: 1
    }
  }
}
