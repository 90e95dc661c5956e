/// Values that are looked up together, such as the keys of a join.
package enum KQLKey {
  /// Equal bytes for values that are equal side by side; nil where one is null, which equals nothing unless `nullsAreEqual`.
  /// Both sides must be of the same types.
  package static func bytes(
    _ values: [KQLValue], isCased: Bool = true, nullsAreEqual: Bool = false
  ) -> [UInt8]? {
    var bytes: [UInt8] = []
    for value in values {
      if !value.isNull {
        bytes += KQLText.bytes(value.shown, isCased: isCased)
      } else if nullsAreEqual {
        bytes.append(0xFE)
      } else {
        return nil
      }
      // No text has this byte, nor that of null.
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
  /// Whether null is a value like others.
  public let nullsAreEqual: Bool

  /// Of rows, each of which has all values of a tuple; those with a null are left out unless nulls are equal.
  package init(_ rows: some Sequence<[KQLValue]>, isCased: Bool, nullsAreEqual: Bool = false) {
    let keys = rows.lazy.compactMap { KQLKey.bytes($0, isCased: isCased, nullsAreEqual: nullsAreEqual) }
    self.init(keys: Set(keys), isCased: isCased, nullsAreEqual: nullsAreEqual)
  }

  init(keys: Set<[UInt8]>, isCased: Bool, nullsAreEqual: Bool) {
    self.keys = keys
    self.isCased = isCased
    self.nullsAreEqual = nullsAreEqual
  }

  /// The tuples, `|` behind each value and `-` for null.
  package var texts: [String] {
    keys.map { key in
      let shown = key.map { $0 == 0xFF ? UInt8(ascii: "|") : $0 == 0xFE ? UInt8(ascii: "-") : $0 }
      return String(decoding: shown, as: UTF8.self)
    }
  }

  func contains(_ values: [KQLValue]) -> Bool {
    KQLKey.bytes(values, isCased: isCased, nullsAreEqual: nullsAreEqual).map(keys.contains) ?? false
  }
}
