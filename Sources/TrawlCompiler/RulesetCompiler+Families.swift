import TrawlEvents
import TrawlMatcher
import TrawlRules

/// Literals like `sha256=...` that one field is asked for by the dozen.
struct FamilyName: Hashable {
  var field: FieldID
  var name: [UInt8]
  /// Of what stands behind `=`.
  var valueLength: Int
}

extension FamilyName {
  /// Fewer literals than this stay patterns.
  static let fewest = 16

  /// The family that a literal contained in a field belongs to; nil when it is not of that form.
  init?(_ literal: [UInt8], _ target: TargetEntry) {
    guard target.anchors == 0, target.test == TargetEntry.noTest, literal.count < RequiredLiteral.longest,
      let equals = literal.firstIndex(of: UInt8(ascii: "=")), equals > 0, equals + 1 < literal.count,
      literal[(equals + 1)...].allSatisfy(FamilyName.isWord), literal[..<equals].allSatisfy(FamilyName.isWord)
    else { return nil }
    field = target.field
    name = Array(literal[..<equals])
    valueLength = literal.count - equals - 1
  }

  /// An order of all, so that equal rules give equal tables.
  static func isInOrder(_ left: FamilyName, _ right: FamilyName) -> Bool {
    if left.field != right.field { return left.field < right.field }
    if left.valueLength != right.valueLength { return left.valueLength < right.valueLength }
    return left.name.lexicographicallyPrecedes(right.name)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
