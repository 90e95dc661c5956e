/// Values that are looked up together, such as the keys of a join.
package enum KQLKey {
  /// Equal bytes for values that are equal side by side; nil where one is null, which equals nothing. Both sides must be
  /// of the same types.
  package static func bytes(_ values: [KQLValue], isCased: Bool = true) -> [UInt8]? {
    var bytes: [UInt8] = []
    for value in values {
      if value.isNull { return nil }
      bytes += KQLText.bytes(value.shown, isCased: isCased)
      // No text has this byte.
      bytes.append(0xFF)
    }
    return bytes
  }
}

/// Many values, or tuples of values, among which one is found at once.
public struct KQLList: Equatable, Sendable {
  package let keys: Set<[UInt8]>
  /// Whether the case of ASCII letters counts.
  public let isCased: Bool

  /// Of rows, each of which has all values of a tuple; those with a null are left out.
  package init(_ rows: some Sequence<[KQLValue]>, isCased: Bool) {
    self.init(keys: Set(rows.lazy.compactMap { KQLKey.bytes($0, isCased: isCased) }), isCased: isCased)
  }

  init(keys: Set<[UInt8]>, isCased: Bool) {
    self.keys = keys
    self.isCased = isCased
  }

  /// The tuples, `|` behind each value.
  package var texts: [String] {
    keys.map { String(decoding: $0.map { $0 == 0xFF ? UInt8(ascii: "|") : $0 }, as: UTF8.self) }
  }

  func contains(_ values: [KQLValue]) -> Bool {
    KQLKey.bytes(values, isCased: isCased).map(keys.contains) ?? false
  }
}
