/// Bytes that are no predicate.
package struct KQLDecodingError: Error {
  /// What is wrong with them.
  package let description: String
}

extension KQLPredicate {
  /// The predicate that was encoded so, from bytes that nobody vouches for.
  package init(encoded bytes: [UInt8]) throws(KQLDecodingError) {
    var decoder = KQLDecoder(bytes: bytes)
    self = try decoder.predicate()
    if !decoder.isAtEnd { throw KQLDecodingError(description: "something follows a predicate") }
  }
}

/// Reads what `KQLEncoder` wrote: within the bytes and no deeper than queries may be, or it throws.
private struct KQLDecoder {
  /// The checker of queries allows 300 levels and a few about them.
  private static let deepest = 400

  let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func predicate() throws(KQLDecodingError) -> KQLPredicate {
    try descend()
    defer { depth -= 1 }
    switch try choice(KQLTag.Predicate.self) {
    case .constant: return .constant(try truth())
    case .all: return .all(try predicates())
    case .any: return .any(try predicates())
    case .not: return .not(try predicate())
    case .text:
      let (operand, test) = (try operand(), try named(KQLTextTest.self))
      let needles = try texts()
      let quantifier = try flag() ? KQLQuantifier.any : .all
      return .text(operand, test, needles, quantifier, isCased: try flag())
    case .related:
      let (left, test, right) = (try operand(), try named(KQLTextTest.self), try operand())
      return .related(left, test, right, isCased: try flag())
    case .matches: return .matches(try operand(), try expression())
    case .compare: return .compare(try operand(), try named(KQLComparison.self), try operand())
    case .member: return .member(try operand(), try values())
    case .listed:
      let (operands, isCased, nullsAreEqual) = (try operands(), try flag(), try flag())
      let keys = Set(try keys())
      return .listed(operands, KQLList(keys: keys, isCased: isCased, nullsAreEqual: nullsAreEqual))
    case .isEmpty: return .isEmpty(try operand())
    case .isNull: return .isNull(try operand())
    case .truth: return .truth(try operand())
    }
  }

  private mutating func operand() throws(KQLDecodingError) -> KQLOperand {
    try descend()
    defer { depth -= 1 }
    switch try choice(KQLTag.Operand.self) {
    case .constant: return .constant(try value())
    case .column: return .column(try text(), try named(KQLType.self))
    case .anyColumn: return .anyColumn
    case .member: return .member(try operand(), try text())
    case .element: return .element(try operand(), try operand())
    case .call:
      let function = try named(KQLFunction.self)
      let arguments = try operands()
      guard function.arity.contains(arguments.count) else { throw trouble("a function lacks arguments") }
      return .call(function, arguments)
    case .condition: return .condition(try predicate())
    }
  }

  private mutating func value() throws(KQLDecodingError) -> KQLValue {
    try descend()
    defer { depth -= 1 }
    switch try choice(KQLTag.Value.self) {
    case .null: return .null(try named(KQLType.self))
    case .bool: return .bool(try flag())
    case .integer: return .integer(try number())
    case .real: return .real(Double(bitPattern: UInt64(bitPattern: try number())))
    case .string: return .string(try text())
    case .datetime:
      let ticks = try number()
      guard (0..<KQLTime.end).contains(ticks) else { throw trouble("a time is beyond the calendar") }
      return .datetime(ticks)
    case .timespan: return .timespan(try number())
    case .guid: return .guid(try text())
    case .list: return .list(try values())
    case .bag:
      var members: [KQLMember] = []
      for _ in 0..<(try count()) { members.append(KQLMember(try text(), try value())) }
      return .bag(members)
    }
  }

  private mutating func expression() throws(KQLDecodingError) -> KQLRegularExpression {
    KQLRegularExpression(
      source: try text(), pattern: try text(), isUnicode: try flag(), emptyMatch: try truth())
  }

  private func trouble(_ description: String) -> KQLDecodingError {
    KQLDecodingError(description: description)
  }

  private mutating func descend() throws(KQLDecodingError) {
    depth += 1
    if depth > KQLDecoder.deepest { throw trouble("a predicate is nested too deeply") }
  }

  private mutating func predicates() throws(KQLDecodingError) -> [KQLPredicate] {
    var parts: [KQLPredicate] = []
    for _ in 0..<(try count()) { parts.append(try predicate()) }
    return parts
  }

  private mutating func operands() throws(KQLDecodingError) -> [KQLOperand] {
    var parts: [KQLOperand] = []
    for _ in 0..<(try count()) { parts.append(try operand()) }
    return parts
  }

  private mutating func values() throws(KQLDecodingError) -> [KQLValue] {
    var values: [KQLValue] = []
    for _ in 0..<(try count()) { values.append(try value()) }
    return values
  }

  private mutating func texts() throws(KQLDecodingError) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try count()) { texts.append(try text()) }
    return texts
  }

  private mutating func keys() throws(KQLDecodingError) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    for _ in 0..<(try count()) { keys.append(Array(try take(try count()))) }
    return keys
  }
}

extension KQLDecoder {
  private mutating func take(_ count: Int) throws(KQLDecodingError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - at else { throw trouble("a predicate ends too early") }
    defer { at += count }
    return bytes[at..<(at + count)]
  }

  private mutating func byte() throws(KQLDecodingError) -> UInt8 { try take(1).first ?? 0 }

  /// How many follow, each of at least one byte.
  private mutating func count() throws(KQLDecodingError) -> Int {
    let count = try take(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= bytes.count - at else { throw trouble("a predicate ends too early") }
    return count
  }

  private mutating func number() throws(KQLDecodingError) -> Int64 {
    Int64(bitPattern: try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  private mutating func text() throws(KQLDecodingError) -> String {
    guard let text = String(validating: try take(try count()), as: UTF8.self) else {
      throw trouble("a text of a predicate is no UTF-8")
    }
    return text
  }

  private mutating func flag() throws(KQLDecodingError) -> Bool {
    guard let flag = try truth() else { throw trouble("a flag is neither set nor unset") }
    return flag
  }

  private mutating func truth() throws(KQLDecodingError) -> Bool? {
    switch try byte() {
    case 0: return false
    case 1: return true
    case 2: return nil
    default: throw trouble("there is no such truth")
    }
  }

  private mutating func choice<Choice: RawRepresentable<UInt8>>(
    _: Choice.Type
  ) throws(KQLDecodingError) -> Choice {
    guard let choice = Choice(rawValue: try byte()) else {
      throw trouble("there is no such part of a predicate")
    }
    return choice
  }

  private mutating func named<Choice: RawRepresentable<String>>(
    _: Choice.Type
  ) throws(KQLDecodingError) -> Choice {
    guard let choice = Choice(rawValue: try text()) else { throw trouble("a predicate uses an unknown name") }
    return choice
  }
}
